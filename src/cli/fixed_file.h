#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/options.h"
#include "report/problem_list.h"
#include "validate/input.h"
#include "validate/repaired_copy.h"

namespace rehome::cli {

/// The copy that `validate --fix` makes, if it is asked for. One thread.
class FixedFile {
 public:
  /// kUsage when the name is that of the input, or of something that is there already (unless
  /// --overwrite). `path` is that of the input. Nothing is there before `Publish`.
  static base::Result<FixedFile> Create(const ValidateCommand& command, const std::string& path);

  base::Status Apply(const std::vector<validate::Edit>& edits);
  /// Completes the copy of what was checked, checks it in turn, gives it its name, and fills in
  /// what `totals` say of it. After an error nothing is there.
  base::Status Publish(const validate::Input& input, report::ProblemTotals& totals);

 private:
  explicit FixedFile(const ValidateCommand& command) : command_(command) {}
  base::Status CheckCopy(const validate::Input& input, report::ProblemTotals& totals);

  const ValidateCommand& command_;
  std::optional<validate::RepairedCopy> copy_;  // nothing: none is asked for
};

}  // namespace rehome::cli

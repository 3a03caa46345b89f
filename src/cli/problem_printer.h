#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/options.h"
#include "model/problem.h"
#include "report/problem_list.h"

namespace rehome::cli {

/// Writes the problems of a file to stdout as they are found, and counts them. Fails when stdout
/// cannot be written. One thread.
class ProblemPrinter {
 public:
  /// In the format that the command asks for.
  explicit ProblemPrinter(const ValidateCommand& command);

  base::Status Add(const std::vector<model::Problem>& problems);
  /// To be filled in by who knows them, but for the counts of problems.
  report::ProblemTotals& totals() { return totals_; }
  /// Everything that was added is written.
  base::Status Flush();
  base::Status End();
  /// Instead of End, of a file that was not checked to its end.
  base::Status EndRefused(const base::Error& error);

 private:
  std::unique_ptr<report::ProblemList> list_;
  const bool makes_copy_;
  std::string text_;
  report::ProblemTotals totals_;
};

}  // namespace rehome::cli

#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "journal/run_directory.h"
#include "model/effect.h"
#include "report/error_groups.h"
#include "report/row_marks.h"
#include "report/summary.h"

namespace rehome::report {

/// Adds up the effects of a journal: the lines of organizations, users and memberships, and what
/// the outcomes are held against afterwards. Memory: RowMarks, and eight bytes for each user with
/// several rows. One thread; `run` and `groups` must outlive it.
class EffectTally {
 public:
  EffectTally(const journal::RunFacts& run, ErrorGroups& groups);

  /// Effects come by row, then kind; an error names the law that this one breaks.
  base::Status Add(const model::Effect& effect);
  /// After the last effect.
  void Finish();

  /// Whether a user with this id was really made or found: by this row's own effect, or by that of
  /// a user with several rows.
  bool HasUser(std::int64_t row, std::string_view user_id) const;
  const RowMarks& marks() const { return marks_; }
  const PhaseLine& organizations() const { return organizations_; }
  const PhaseLine& users() const { return users_; }
  const PhaseLine& memberships() const { return memberships_; }
  std::int64_t adopted_with_password() const { return adopted_with_password_; }

 private:
  base::Status CheckEffect(const model::Effect& effect) const;
  void Count(const model::Effect& effect, PhaseLine& line) const;
  void MarkUser(const model::Effect& effect);
  base::Error Broken(std::string_view law, const model::Effect& effect) const;

  const journal::RunFacts& run_;
  ErrorGroups& groups_;
  RowMarks marks_;
  PhaseLine organizations_;
  PhaseLine users_;
  PhaseLine memberships_;
  std::int64_t adopted_with_password_ = 0;
  std::vector<std::uint64_t> repeated_users_;  // hashes of ids; sorted by Finish
  std::pair<std::int64_t, model::EffectKind> last_{-1, model::EffectKind::kOrganization};
};

}  // namespace rehome::report

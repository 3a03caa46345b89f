#pragma once

#include "base/result.h"
#include "csv/record_texts.h"
#include "model/row.h"
#include "plan/findings.h"
#include "plan/planner.h"
#include "validate/input.h"
#include "validate/repeats.h"

namespace rehome::validate {

/// What is to be said of a row besides its plan.
struct RowFindings {
  plan::Findings findings;
  /// The row makes nothing, and each of its cells is blank or stands in the row that it repeats:
  /// nothing gets lost when it goes.
  bool says_nothing_new = false;
};

/// The rules that need more than one row, or more than an import knows: names of one organization,
/// rows that repeat another, external ids of two users, roles of a list, spelling. One thread; what
/// it is made from must outlive it.
class RowRules {
 public:
  RowRules(const Input& input, const Repeats& repeats) : input_(input), repeats_(repeats) {}

  /// `text` is that of `row`.
  base::Result<RowFindings> Check(const model::Row& row, const csv::RecordText& text,
                                  const plan::Planned& planned) const;

 private:
  void CheckName(const model::Row& row, plan::Findings& findings) const;
  void CheckRoles(const model::Row& row, plan::Findings& findings) const;
  base::Status CheckRepeats(const csv::RecordText& text, const plan::Planned& planned,
                            RowFindings& told) const;

  const Input& input_;
  const Repeats& repeats_;
};

}  // namespace rehome::validate

#pragma once

#include <map>
#include <vector>

#include "model/reason.h"
#include "model/verification.h"
#include "report/summary.h"

namespace rehome::report {

/// The reason that stands for findings of this kind: its code, cause and fix.
model::Reason ReasonOf(model::FindingKind kind);

/// Sorts what a verification finds by kind, for the summary. Memory is bounded. One thread.
class FindingGroups {
 public:
  void Add(const model::VerificationFinding& finding);
  /// By kind; phase kVerification.
  std::vector<ErrorGroup> groups() const;

 private:
  std::map<model::FindingKind, ErrorGroup> groups_;
};

}  // namespace rehome::report

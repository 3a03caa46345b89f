#pragma once

#include <string>

#include "model/verification.h"

namespace rehome::report {

/// Findings as a verifier would tell them.
inline model::VerificationFinding Mismatch(std::int64_t row, const std::string& field,
                                           const std::string& expected, const std::string& found) {
  model::VerificationFinding finding;
  finding.kind = model::FindingKind::kMismatch;
  finding.row = row;
  finding.target_id = "user_" + std::to_string(row);
  finding.field = field;
  finding.expected = expected;
  finding.found = found;
  return finding;
}

inline model::VerificationFinding Missing(std::int64_t row, model::EffectKind object,
                                          const std::string& id) {
  model::VerificationFinding finding;
  finding.kind = model::FindingKind::kMissing;
  finding.object = object;
  finding.row = row;
  finding.target_id = id;
  if (object == model::EffectKind::kMembership) {
    finding.user_id = "user_of_" + id;
    finding.organization_id = "org_of_" + id;
  }
  return finding;
}

inline model::VerificationFinding DuplicateUser(std::int64_t row, const std::string& id,
                                                const std::string& other,
                                                const std::string& email) {
  model::VerificationFinding finding;
  finding.kind = model::FindingKind::kDuplicate;
  finding.row = row;
  finding.target_id = id;
  finding.other_id = other;
  finding.field = "email";
  finding.found = email;
  return finding;
}

}  // namespace rehome::report

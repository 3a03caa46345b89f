#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/verification.h"
#include "report/summary.h"

namespace rehome::report {

/// Has `summary` tell what one more verification came to, instead of what an earlier one did, and
/// adds what it took to what the run took.
void AddVerification(Summary& summary, const model::Verification& verification,
                     std::vector<ErrorGroup> findings);
/// Puts what the counters say of the verification in the phase table and its findings among the
/// errors.
void ShowVerification(Summary& summary);

/// Objects that were compared.
std::int64_t ComparedBy(const model::Verification& verification);
/// Objects and fields that verification.csv tells of: findings, and what was not answered.
std::int64_t ToldBy(const model::Verification& verification);
/// Objects that the run has on the target, of every kind: what a verification has to compare.
std::int64_t ObjectsOf(const Summary& summary);

/// `3 organizations, 18 users and 20 memberships`.
std::string ComparedText(const model::Verification& verification);
/// `1 missing, 2 duplicates`: the kinds that were found; `nothing found` without any.
std::string FoundText(const model::Verification& verification);
/// The whole sentence of a summary, with what to type when it was not run. For the terminal.
std::string VerificationLine(const Summary& summary);

}  // namespace rehome::report

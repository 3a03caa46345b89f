#include "report/verification_line.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/text.h"

namespace rehome::report {
namespace {

using base::Count;
using model::FindingKind;
using model::OutcomeKind;
using model::Phase;
using model::Verification;
using model::VerificationState;

// Bytes of why a verification is incomplete: at its end is what to do about it.
constexpr std::size_t kMostOfReason = 2000;
constexpr auto kIndex = static_cast<std::size_t>(Phase::kVerification);

// The outcomes that leave an object of the run on the target.
constexpr std::array kThere = {OutcomeKind::kCreated, OutcomeKind::kAdopted, OutcomeKind::kUpdated,
                               OutcomeKind::kUnchanged};

std::string UncheckedText(const Verification& verification) {
  return "not checked: doubles of " +
         Count(verification.external_ids_unchecked, "external_id", "external_ids") +
         ", which only a list of the target shows that was not read to its end";
}

std::string EffortText(const Verification& verification) {
  return Count(verification.requests, "request", "requests") + ", " +
         base::FormatDuration(verification.time);
}

// What a verification cannot or could not see.
std::string NotSeenText(const Verification& verification) {
  std::string passwords = "passwords: not comparable";
  if (verification.external_ids_unchecked == 0) return passwords;
  return UncheckedText(verification) + "; " + passwords;
}

// Of which there is something to verify later.
bool CanBeVerified(const Summary& summary) {
  return journal::ImportEnded(summary.run) && !NothingWasAccepted(summary);
}

}  // namespace

void AddVerification(Summary& summary, const Verification& verification,
                     std::vector<ErrorGroup> findings) {
  RunCounters& counters = summary.counters;
  counters.requests[kIndex] += verification.requests;
  counters.rate_limited[kIndex] += verification.rate_limited;
  counters.time[kIndex] += verification.time;
  counters.mismatched_answers += verification.mismatched_answers;
  counters.verification = verification;
  counters.findings = std::move(findings);
  ShowVerification(summary);
}

void ShowVerification(Summary& summary) {
  std::erase_if(summary.phases,
                [](const PhaseLine& line) { return line.phase == Phase::kVerification; });
  std::erase_if(summary.errors,
                [](const ErrorGroup& group) { return group.phase == Phase::kVerification; });
  const RunCounters& counters = summary.counters;
  summary.errors.insert(summary.errors.end(), counters.findings.begin(), counters.findings.end());
  if (counters.verification.state == VerificationState::kNotRun) return;
  PhaseLine line;
  line.phase = Phase::kVerification;
  line.read = ComparedBy(counters.verification);
  line.time = counters.time[kIndex];
  line.requests = counters.requests[kIndex];
  line.rate_limited = counters.rate_limited[kIndex];
  summary.phases.push_back(line);
}

std::int64_t ComparedBy(const Verification& verification) {
  return verification.organizations + verification.users + verification.memberships;
}

std::int64_t ToldBy(const Verification& verification) {
  std::int64_t told = 0;
  for (const std::int64_t count : verification.findings) told += count;
  return told;
}

std::int64_t ObjectsOf(const Summary& summary) {
  std::int64_t objects = 0;
  for (const PhaseLine& line : summary.phases) {
    if (line.phase == Phase::kSurvey || line.phase == Phase::kVerification) continue;
    for (const OutcomeKind kind : kThere) objects += line.counts[static_cast<std::size_t>(kind)];
  }
  return objects;
}

std::string ComparedText(const Verification& verification) {
  return Count(verification.organizations, "organization", "organizations") + ", " +
         Count(verification.users, "user", "users") + " and " +
         Count(verification.memberships, "membership", "memberships");
}

std::string FoundText(const Verification& verification) {
  const auto of = [&](FindingKind kind) {
    return verification.findings[static_cast<std::size_t>(kind)];
  };
  std::vector<std::string> parts;
  if (const auto count = of(FindingKind::kMissing)) {
    parts.push_back(base::WithThousands(count) + " missing");
  }
  if (const auto count = of(FindingKind::kDuplicate)) {
    parts.push_back(Count(count, "duplicate", "duplicates"));
  }
  if (const auto count = of(FindingKind::kMismatch)) {
    parts.push_back(Count(count, "mismatch", "mismatches"));
  }
  if (parts.empty()) parts.emplace_back("nothing found");
  if (const auto count = of(FindingKind::kUnanswered)) {
    parts.push_back(base::WithThousands(count) + " not answered (verification.csv)");
  }
  return base::Join(parts, ", ");
}

std::string VerificationLine(const Summary& summary) {
  const Verification& verification = summary.counters.verification;
  const std::string compared = ComparedText(verification) + " compared";
  switch (verification.state) {
    case VerificationState::kNotRun:
      if (!CanBeVerified(summary)) return "Verification: not run.";
      return "Verification: not run (rehome verify does it).";
    case VerificationState::kIncomplete:
      return "Verification: incomplete, " +
             base::EscapeForTerminal(verification.why_incomplete, kMostOfReason) + "; so far " +
             compared + ", " + FoundText(verification) +
             (verification.external_ids_unchecked == 0 ? "" : "; " + UncheckedText(verification)) +
             ".";
    case VerificationState::kClean:
      return "Verification: clean, " + compared + " (" + EffortText(verification) + "); " +
             NotSeenText(verification) + ".";
    case VerificationState::kFindings:
      return "Verification: findings, " + FoundText(verification) +
             " (verification.csv in the run directory); " + compared + " (" +
             EffortText(verification) + "); " + NotSeenText(verification) + ".";
  }
  return {};
}

}  // namespace rehome::report

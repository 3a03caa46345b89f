#include "report/law.h"

#include <cstdint>

#include "model/outcome.h"
#include "report/summary.h"
#include "report/verification_line.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Phase;

std::int64_t At(const OutcomeCounts& counts, OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

std::int64_t Total(const OutcomeCounts& counts) {
  std::int64_t total = 0;
  for (const std::int64_t count : counts) total += count;
  return total;
}

// Rows of which a person has to be told.
std::int64_t Bad(const OutcomeCounts& counts) {
  return At(counts, OutcomeKind::kRejected) + At(counts, OutcomeKind::kFailed) +
         At(counts, OutcomeKind::kParked);
}

std::string Against(std::int64_t left, std::int64_t right) {
  return std::to_string(left) + " against " + std::to_string(right);
}

base::Status CheckRows(const Summary& summary) {
  const std::string& id = summary.run.run_id;
  if (const std::int64_t part = RowsOfPart(summary.run); summary.rows_read != part) {
    return LawBroken(id, "rows read = rows of the part", Against(summary.rows_read, part));
  }
  if (const std::int64_t total = Total(summary.rows); summary.rows_read != total) {
    return LawBroken(id,
                     "rows read = created + adopted + updated + unchanged + skipped + rejected + "
                     "failed + parked + unprocessed",
                     Against(summary.rows_read, total));
  }
  for (const std::int64_t count : summary.rows) {
    if (count < 0) return LawBroken(id, "no count is negative", std::to_string(count));
  }
  return {};
}

base::Status CheckLines(const Summary& summary) {
  const std::string& id = summary.run.run_id;
  std::int64_t rejected = 0;
  for (const PhaseLine& line : summary.phases) {
    rejected += At(line.counts, OutcomeKind::kRejected);
    const std::string name(NameOf(line.phase));
    if (line.phase == Phase::kVerification) continue;
    if (line.phase == Phase::kSurvey) {
      if (line.read == summary.rows_read) continue;
      return LawBroken(id, "the survey reads every row", Against(line.read, summary.rows_read));
    }
    const std::int64_t accounted = Total(line.counts) + line.in_doubt;
    if (line.read != accounted) {
      return LawBroken(id, "read = outcomes + in doubt on each line",
                       name + ", " + Against(line.read, accounted));
    }
  }
  const std::int64_t rows = At(summary.rows, OutcomeKind::kRejected);
  if (rejected != rows) {
    return LawBroken(id, "each rejected row counts on one line", Against(rejected, rows));
  }
  return {};
}

base::Status CheckGroups(const Summary& summary) {
  std::int64_t grouped = 0;
  for (const ErrorGroup& group : summary.errors) {
    if (group.phase == Phase::kVerification) continue;
    // Organizations are counted one by one; their rows are what follows from them.
    grouped += group.derived + (group.phase == Phase::kOrganizations ? 0 : group.count);
  }
  if (const std::int64_t bad = Bad(summary.rows); grouped != bad) {
    return LawBroken(summary.run.run_id,
                     "each rejected, failed or parked row counts in one error group",
                     Against(grouped, bad));
  }
  return {};
}

// What a run says by its state holds whatever became of its rows: an end that left something open
// would take a lost row, or one that nobody knows the fate of, for reported.
base::Status CheckNothingOpen(const Summary& summary) {
  const std::string& id = summary.run.run_id;
  std::int64_t in_doubt = 0;
  for (const PhaseLine& line : summary.phases) in_doubt += line.in_doubt;
  if (in_doubt != 0) {
    return LawBroken(id, "a run that came to its end leaves nothing in doubt",
                     std::to_string(in_doubt) + " in doubt");
  }
  if (const std::int64_t left = At(summary.rows, OutcomeKind::kUnprocessed); left != 0) {
    return LawBroken(id, "a run that came to its end leaves no row unprocessed",
                     std::to_string(left) + " unprocessed");
  }
  return {};
}

base::Status CheckEnd(const Summary& summary) {
  const journal::RunFacts& run = summary.run;
  if (!journal::ImportEnded(run)) return {};
  RETURN_IF_ERROR(CheckNothingOpen(summary));
  const std::int64_t bad = Bad(summary.rows);
  if (run.exit_code == 0 && bad != 0) {
    return LawBroken(run.run_id,
                     "a run that ended with exit 0 has no rejected, failed or parked row",
                     std::to_string(bad) + " of them");
  }
  if (run.exit_code == 1 && bad == 0) {
    return LawBroken(run.run_id,
                     "a run that ended with exit 1 has a rejected, failed or parked row", "none");
  }
  return {};
}

// Objects that the run says are on the target by its doing or finding; not those that it skipped.
std::int64_t ObjectsOn(const Summary& summary, Phase phase) {
  std::int64_t objects = 0;
  for (const PhaseLine& line : summary.phases) {
    if (line.phase != phase) continue;
    for (const OutcomeKind kind : {OutcomeKind::kCreated, OutcomeKind::kAdopted,
                                   OutcomeKind::kUpdated, OutcomeKind::kUnchanged}) {
      objects += At(line.counts, kind);
    }
  }
  return objects;
}

base::Status CheckCompared(const Summary& summary) {
  const model::Verification& verification = summary.counters.verification;
  const bool whole = verification.state == model::VerificationState::kClean ||
                     verification.state == model::VerificationState::kFindings;
  struct Compared {
    Phase phase;
    std::int64_t count;
  };
  for (const auto& [phase, count] : {Compared{Phase::kOrganizations, verification.organizations},
                                     Compared{Phase::kUsers, verification.users},
                                     Compared{Phase::kMemberships, verification.memberships}}) {
    const std::int64_t objects = ObjectsOn(summary, phase);
    if (count == objects || (count < objects && !whole)) continue;
    return LawBroken(summary.run.run_id,
                     "a verification compares each object of the run once, and all to be whole",
                     std::string(NameOf(phase)) + ", " + Against(count, objects));
  }
  return {};
}

base::Status CheckFindings(const Summary& summary) {
  const std::string& id = summary.run.run_id;
  const model::Verification& verification = summary.counters.verification;
  const std::int64_t found = model::AccusationsOf(verification);
  const std::int64_t told = ToldBy(verification);
  std::int64_t grouped = 0;
  for (const ErrorGroup& group : summary.errors) {
    if (group.phase == Phase::kVerification) grouped += group.count;
  }
  if (told != grouped) {
    return LawBroken(id, "each finding counts in one error group", Against(told, grouped));
  }
  if (told > found && verification.state != model::VerificationState::kIncomplete) {
    return LawBroken(id, "a verification to which something was not answered is incomplete",
                     std::string(NameOf(verification.state)));
  }
  const bool says_so = verification.state == model::VerificationState::kFindings;
  const bool may_have = says_so || verification.state == model::VerificationState::kIncomplete;
  if ((found > 0 && !may_have) || (found == 0 && says_so)) {
    return LawBroken(id, "a verification says that it has findings exactly when it has",
                     std::string(NameOf(verification.state)) + " with " + std::to_string(found));
  }
  return {};
}

// A good end, and that of failed rows, stand for a verification that found nothing or was not
// wanted.
base::Status CheckVerifiedEnd(const Summary& summary) {
  const journal::RunFacts& run = summary.run;
  if (!journal::ImportEnded(run) || !run.exit_code) return {};
  const model::VerificationState state = summary.counters.verification.state;
  const bool bad = state == model::VerificationState::kIncomplete ||
                   state == model::VerificationState::kFindings;
  if (bad == (*run.exit_code == journal::kVerificationFailed)) return {};
  return LawBroken(run.run_id,
                   "a run ends with exit 5 exactly when its verification is incomplete or has "
                   "findings",
                   "exit " + std::to_string(*run.exit_code) + ", " + std::string(NameOf(state)));
}

}  // namespace

base::Error LawBroken(std::string_view run_id, std::string_view law, const std::string& seen) {
  return {base::ErrorCode::kInternal,
          "run " + std::string(run_id) + " breaks a law of its journal: " + std::string(law) +
              " (" + seen +
              "). This is a bug in rehome: keep the run directory and report it, and trust the "
              "target more than this report"};
}

base::Status CheckLaws(const Summary& summary) {
  RETURN_IF_ERROR(CheckRows(summary));
  RETURN_IF_ERROR(CheckLines(summary));
  RETURN_IF_ERROR(CheckGroups(summary));
  RETURN_IF_ERROR(CheckEnd(summary));
  RETURN_IF_ERROR(CheckCompared(summary));
  RETURN_IF_ERROR(CheckFindings(summary));
  RETURN_IF_ERROR(CheckVerifiedEnd(summary));
  if (summary.counters.cache_misses != 0) {
    return LawBroken(summary.run.run_id, "every look-up finds its organization in the cache",
                     std::to_string(summary.counters.cache_misses) + " missed");
  }
  return {};
}

}  // namespace rehome::report

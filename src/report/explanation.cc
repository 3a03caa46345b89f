#include "report/explanation.h"

#include <cctype>
#include <span>

#include "base/check.h"
#include "base/text.h"
#include "report/explanation_parts.h"

namespace rehome::report {
namespace {

using model::Reason;

constexpr bool Follows(Reason later, Reason earlier) {
  return static_cast<int>(later) == static_cast<int>(earlier) + 1;
}
// With the Cover of each file: every reason is explained.
static_assert(Follows(kFirstOfTheFile, Reason::kNone));
static_assert(Follows(kFirstOfUsers, kLastOfTheFile));
static_assert(Follows(kFirstOfMemberships, kLastOfUsers));
static_assert(Follows(kFirstOfRemarks, kLastOfMemberships));
static_assert(static_cast<int>(kLastOfRemarks) + 1 == model::kReasonCount);

const ExplanationParts& PartsOf(Reason reason) {
  const auto in = [reason](std::span<const ExplanationParts> parts) -> const ExplanationParts& {
    const auto first = static_cast<int>(parts.front().reason);
    return parts[static_cast<std::size_t>(static_cast<int>(reason) - first)];
  };
  if (reason <= kLastOfTheFile) return in(ExplanationsOfTheFile());
  if (reason <= kLastOfUsers) return in(ExplanationsOfUsers());
  if (reason <= kLastOfMemberships) return in(ExplanationsOfMemberships());
  return in(ExplanationsOfRemarks());
}

std::string_view SentenceOf(Fate fate) {
  switch (fate) {
    case Fate::kFileRefused:
      return "The file is refused as a whole (exit 2): no row was read and nothing was sent.";
    case Fate::kMalformed:
      return "The row is rejected before anything is sent for it, and nothing in it is used; the "
             "other rows go on. It does not count for `--max-failures`.";
    case Fate::kRejected:
      return "The row is rejected before anything is sent for its user; the other rows go on. An "
             "organization that it names is found or made all the same. It does not count for "
             "`--max-failures`.";
    case Fate::kOrganizationFailed:
      return "The organization failed: nothing of it was made, and none of its rows was sent.";
    case Fate::kOrganizationParked:
      return "The organization is parked: nothing is sent again on a guess, and none of its rows "
             "was sent.";
    case Fate::kFailed:
      return "The row failed: what was refused is not on the target.";
    case Fate::kDerived:
      return "The row failed only because of another failure; nothing was sent for it.";
    case Fate::kParked:
      return "The row is parked: rehome did not guess, and left what is on the target as it is.";
    case Fate::kInDoubt:
      return "The row is parked: it may be on the target, and nothing is sent again on a guess. A "
             "retry looks it up first, so that nothing is made twice.";
    case Fate::kUserStays:
      return "The row failed: its membership was not made or changed. Its user is there, with the "
             "id in `_user_id`.";
    case Fate::kFound:
      return "The rows are done all the same. The run is marked failed and ends with exit 5, and "
             "the finding stands in `verification.csv` of the run directory. A verification only "
             "reads.";
    case Fate::kRemark:
      return "A remark only: the row went on.";
    case Fate::kOfACheck:
      return "A remark of `rehome validate` only: an import does the same without a word.";
    case Fate::kInOwnWords:
      return {};
  }
  return {};
}

std::string_view SentenceOf(Way way) {
  switch (way) {
    case Way::kNone:
      return {};
    case Way::kCell:
      return "Before an import: correct the file; `rehome validate FILE` says what is left. After "
             "one: correct the cell in a copy of the run's `failed.csv`, then `rehome retry RUN "
             "--edited COPY`.";
    case Way::kSecret:
      return "To correct it: in the file itself, then `rehome import FILE`, which adopts what is "
             "there. No password and no hash is ever taken from a copy of `failed.csv`.";
    case Way::kMalformedRow:
      return "Before an import: correct the line; `rehome validate FILE` says what is left. After "
             "one: fill in the cells of the row, which are blank in `failed.csv`, in a copy of "
             "it, then `rehome retry RUN --edited COPY`; its password cannot be read, so the user "
             "is made without. To keep it, correct the file and `rehome import FILE`.";
    case Way::kRetry:
      return "Then `rehome retry RUN`, which leaves alone what is right already.";
    case Way::kTakeOver:
      return "When the file is wrong: correct the cell in a copy of the run's `failed.csv`, then "
             "`rehome retry RUN --edited COPY`. When the target is: mend it there, then `rehome "
             "retry RUN`.";
  }
  return {};
}

std::string Joined(std::string_view one, std::string_view other) {
  const std::string_view between = one.empty() || other.empty() ? "" : " ";
  return std::string(one) + std::string(between) + std::string(other);
}

// A sentence of its own, unless it begins with what is typed.
std::string Sentence(std::string_view text) {
  std::string sentence = std::string(text) + ".";
  const bool typed = text.starts_with("rehome ") || text.starts_with("--");
  if (!typed) {
    sentence.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  }
  return sentence;
}

std::vector<std::string> StepsOf(const model::ReasonFacts& facts, const ExplanationParts& parts) {
  std::vector<std::string> steps = {Sentence(facts.fix)};
  for (std::string& step : base::Split(parts.steps, '\n')) {
    if (!step.empty()) steps.push_back(std::move(step));
  }
  if (parts.way != Way::kNone) steps.emplace_back(SentenceOf(parts.way));
  return steps;
}

std::string AgainOf(const model::ReasonFacts& facts) {
  if (facts.severity == model::Severity::kWarning) return {};
  if (facts.retryable == model::Retryable::kYes) return "Doing the same again can help.";
  return "Doing the same again ends in the same way as long as nothing is changed.";
}

}  // namespace

Explanation ExplanationOf(Reason reason) {
  CHECK(reason != Reason::kNone);
  const model::ReasonFacts& facts = model::FactsOf(reason);
  const ExplanationParts& parts = PartsOf(reason);
  return {.reason = reason,
          .meaning = std::string(parts.meaning),
          .fate = Joined(SentenceOf(parts.fate), parts.fate_more),
          .steps = StepsOf(facts, parts),
          .again = AgainOf(facts),
          .follows = std::string(parts.follows)};
}

std::string_view PhaseTextOf(Reason reason) {
  if (model::IsOfAnyPhase(reason)) return "any";
  return NameOf(model::FactsOf(reason).phase);
}

}  // namespace rehome::report

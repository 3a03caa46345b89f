// Prints docs/answers.md, made of the code's own table (tools/update_answers).

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "cli/exit_code.h"
#include "directory/answer_rule.h"
#include "dispatch/context.h"
#include "model/reason.h"
#include "support/answer_ends.h"
#include "support/answer_examples.h"

namespace rehome {
namespace {

using directory::AnswerRule;
using directory::Meaning;
using directory::Sign;
using directory::Subject;

constexpr const char* kIntroduction = R"(# What each answer makes rehome do

<!-- Written by tools/update_answers from the code's own table (src/directory/answer_table.cc). -->

The first line that fits an answer decides. Codes count in the answer's own `code` and in every entry
of `errors`, unless the line says otherwise; words count in any case. Whatever the answer, the target's
own words, its code and its request id go into the row files.

"Fails" and "parks" are of the row; the code behind them is the `_code` of the row files, and what
hangs on the object (the memberships of a user, the rows of an organization) fails after it. The run
goes on, unless too many rows fail (`--max-failures`), and ends with exit 1. A look-up that gets no
answer to believe parks the row too: nothing is sent on a guess. "Looks it up" is done at once and then
for a minute, since the target may show late what it has.

| Status | Answer | About | Means | rehome | You |
|---|---|---|---|---|---|
)";

constexpr const char* kAfterwards = R"(
## Without an answer

| What happens | rehome | You |
|---|---|---|
| no connection, before anything was ever answered | tries 5 times in at most 30 s; stops, exit 4 | check the network and `--endpoint`, then import again |
| no connection, later | the request was surely not carried out: sends it again with growing waits; alone, while others are served, fails: `target_unavailable`; after 30 minutes of failures stops, exit 3 | `rehome resume` when the target is well |
| the certificate is not good | stops at once, exit 4 | check `--endpoint` and the machine's certificates |
| reset, time-out or a cut answer | like 5xx | nothing |
| an answer with `Age`, or about another object | like an answer that cannot be read | nothing, unless it repeats |

## A 2xx that shows something else

| What it shows | rehome | You |
|---|---|---|
| a change without a value that was sent | looks it up and sends it again; again so, parks: `answer_mismatch`, naming the fields. It does not count towards the three that stop a run | find out why the target does not keep the value |
| a membership that is older than its create | it was there, inactive, and did not show: the row is `updated`, with the remark `membership_reactivated` | see whether that user is to be a member again |
)";

std::string Code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string Words(const AnswerRule& rule) {
  std::string words = "the words \"" + std::string(rule.text) + "\"";
  if (!rule.also.empty()) words += " and \"" + std::string(rule.also) + "\"";
  return words;
}

std::string AnswerOf(const AnswerRule& rule) {
  switch (rule.sign) {
    case Sign::kStatus:
      return "any";
    case Sign::kObject:
      return "a JSON object";
    case Sign::kMessage:
      return "the message " + Code(rule.text) + " and nothing more";
    case Sign::kTopCode:
      return "its own " + Code(rule.text) + ", outside `errors`";
    case Sign::kLoneCode:
      return Code(rule.text) + " without `errors`";
    case Sign::kCode:
      return Code(rule.text);
    case Sign::kCodeStem:
      return Code(std::string(rule.text) + "…");
    case Sign::kField:
      return "`errors` about the field " + Code(std::string(rule.text) + "…");
    case Sign::kUnknownEntry:
      return "`errors` with anything that no line here knows";
    case Sign::kWords:
      return Words(rule);
    case Sign::kNoCode:
      return "neither `code` nor `errors`";
    case Sign::kNoAnswer:
      return "a page (HTML, XML) in place of JSON, or JSON that is cut";
  }
  return {};
}

std::string NameOf(Subject subject) {
  switch (subject) {
    case Subject::kOrganization:
      return "organization";
    case Subject::kUser:
      return "user";
    case Subject::kMembership:
      return "membership";
  }
  return {};
}

std::string_view MeaningOf(Meaning meaning) {
  switch (meaning) {
    case Meaning::kOk:
      return "done, if it is about what was asked";
    case Meaning::kUnreadable:
      return "cannot be read: perhaps done";
    case Meaning::kExists:
      return "it exists";
    case Meaning::kNotFound:
      return "it, or what it refers to, does not exist";
    case Meaning::kRateLimited:
      return "too many requests: not done";
    case Meaning::kUnauthorized:
      return "the key is refused";
    case Meaning::kForbidden:
      return "the key may not do this";
    case Meaning::kRedirect:
      return "something else answers here";
    case Meaning::kServerTrouble:
      return "trouble on the target's side: perhaps done";
    case Meaning::kIdempotencyPending:
      return "the same request is at work: perhaps done";
    case Meaning::kIdempotencyReused:
      return "the idempotency key was another request's: not done";
    case Meaning::kRefused:
      return "refused";
  }
  return {};
}

std::string StopsWith(base::ErrorCode code) {
  return "stops, exit " + std::to_string(ToInt(cli::ExitCodeOf(code)));
}

// How `EndOf` says it ends: "fails the row: `user_refused`".
std::string EndOf(Meaning meaning, Subject subject, model::Reason refusal) {
  const support::AnswerEnd end = support::EndOf(meaning, subject, refusal);
  if (end.stop) return StopsWith(*end.stop);
  const bool parked = end.outcome == model::OutcomeKind::kParked;
  return std::string(parked ? "parks" : "fails") + ": " + Code(model::CodeOf(end.reason));
}

std::string ExistsText(Subject subject) {
  const std::string absent = "; not found: " + EndOf(Meaning::kExists, subject, {});
  switch (subject) {
    case Subject::kOrganization:
      return "looks it up and takes it over" + absent;
    case Subject::kUser:
      return "looks it up by `external_id` and e-mail; found: `--on-existing` decides, and an "
             "account "
             "that may be a stranger's is parked" +
             absent;
    case Subject::kMembership:
      return "looks it up; active: leaves it as it is (another role: warns, or changes it with "
             "`--on-existing update`); inactive: skips; pending: fails" +
             absent;
  }
  return {};
}

std::string NotFoundText(Subject subject) {
  const std::string end = EndOf(Meaning::kNotFound, subject, {});
  if (subject != Subject::kMembership) return "looked up: it is absent; to be made: " + end;
  return "looked up: it is absent; to be made: tries again for a minute, since a new user or "
         "organization may show late; then " +
         end;
}

std::string ActionOn(Meaning meaning, Subject subject, model::Reason refusal) {
  const std::string end = EndOf(meaning, subject, refusal);
  switch (meaning) {
    case Meaning::kOk:
      return "writes it down; about another object: as the next line";
    case Meaning::kUnreadable:
      return "waits until caches have expired, looks it up on a fresh connection, sends again only "
             "what is not there; the same again: " +
             end + "; " + std::to_string(dispatch::kMismatchesThatStop) +
             " in a run: " + StopsWith(base::ErrorCode::kLimit);
    case Meaning::kExists:
      return ExistsText(subject);
    case Meaning::kNotFound:
      return NotFoundText(subject);
    case Meaning::kRateLimited:
      return "pauses all requests, at least for `Retry-After`, and sends it again; after a quarter "
             "of an "
             "hour, or when told to wait longer (up to a day; more is ignored): " +
             end + "; limited alone while others are served: fails: " +
             Code(model::CodeOf(model::Reason::kRateLimited));
    case Meaning::kUnauthorized:
    case Meaning::kForbidden:
      return end + "; the row stays unprocessed";
    case Meaning::kRedirect:
      return "never follows it; " + end;
    case Meaning::kServerTrouble:
      return "asks a look-up again with growing waits; looks up what a write may have made, and "
             "sends "
             "again only what is not there; 6 times in vain: " +
             end +
             "; trouble with everything for 30 minutes: " + StopsWith(base::ErrorCode::kLimit);
    case Meaning::kIdempotencyPending:
      return "looks it up, and sends again with the same key only what is not there; 6 times in "
             "vain: " +
             end;
    case Meaning::kIdempotencyReused:
      return "looks it up, and sends with a new key only what is not there; the same again: " + end;
    case Meaning::kRefused:
      return std::string(end);
  }
  return {};
}

std::string AdviceOn(Meaning meaning, model::Reason refusal) {
  switch (meaning) {
    case Meaning::kOk:
      return "–";
    case Meaning::kNotFound:
      return "check `--endpoint`; for a membership, that its user and organization are still there";
    case Meaning::kUnreadable:
      return "remove caches between here and the target";
    case Meaning::kExists:
      return "–; not found: wait a few minutes, then `rehome retry`";
    case Meaning::kRateLimited:
      return "–; stopped: `rehome resume` later, or with a lower `--rate`";
    case Meaning::kUnauthorized:
      return "check the key and whose environment it is, then `rehome resume`";
    case Meaning::kForbidden:
      return "give the key the permission, then `rehome resume`";
    case Meaning::kRedirect:
      return "check `--endpoint`";
    case Meaning::kServerTrouble:
    case Meaning::kIdempotencyPending:
      return "–; parked: `rehome retry`, stopped: `rehome resume`, when the target is well";
    case Meaning::kIdempotencyReused:
      return "make sure that nothing between here and the target changes requests";
    case Meaning::kRefused:
      return std::string(model::FactsOf(refusal).fix);
  }
  return {};
}

// What is done for each subject; said once when it is the same for all that the rule is about.
std::string ActionOf(const AnswerRule& rule) {
  const std::vector<Subject> subjects = support::SubjectsOf(rule);
  std::vector<std::string> texts;
  bool same = true;
  for (const Subject subject : subjects) {
    texts.push_back(ActionOn(rule.meaning, subject, rule.reason));
    same = same && texts.back() == texts.front();
  }
  if (same) return texts.front();
  std::string all;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) all += ".<br>";
    all += "*" + NameOf(subjects[i]) + "*: " + texts[i];
  }
  return all;
}

bool IsCode(const AnswerRule& rule) {
  return rule.sign == Sign::kCode || rule.sign == Sign::kCodeStem;
}

// Signs that come to the same share a line.
bool SharesALine(const AnswerRule& one, const AnswerRule& next) {
  const bool alike = (IsCode(one) && IsCode(next)) || one.sign == next.sign;
  return alike && one.statuses.name == next.statuses.name && one.about == next.about &&
         one.meaning == next.meaning && one.reason == next.reason;
}

void Print(const AnswerRule& rule, const std::string& answer) {
  const std::string about = rule.about ? NameOf(*rule.about) : "any";
  std::string line;
  for (const std::string& cell :
       {std::string(rule.statuses.name), answer, about, std::string(MeaningOf(rule.meaning)),
        ActionOf(rule), AdviceOn(rule.meaning, rule.reason)}) {
    line += "| " + cell + " ";
  }
  std::puts((line + "|").c_str());
}

void PrintAll() {
  const auto table = directory::AnswerTable();
  std::string answer;
  for (std::size_t i = 0; i < table.size(); ++i) {
    answer += AnswerOf(table[i]);
    if (i + 1 < table.size() && SharesALine(table[i], table[i + 1])) {
      answer += IsCode(table[i]) ? ", " : " or ";
      continue;
    }
    Print(table[i], answer);
    answer.clear();
  }
}

}  // namespace
}  // namespace rehome

int main() {
  std::fputs(rehome::kIntroduction, stdout);
  rehome::PrintAll();
  std::fputs(rehome::kAfterwards, stdout);
  return 0;
}

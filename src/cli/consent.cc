#include "cli/consent.h"

#include "base/file.h"
#include "base/text.h"
#include "cli/planned_work.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

// From here on the vendor asks to be told before an import.
constexpr std::int64_t kTellTheVendor = 200000;

std::string Line(std::string label, const std::string& value) {
  label.resize(14, ' ');
  return label + value + "\n";
}

// What of the rows makes nothing, for a person who is about to be asked.
std::string RejectedText(const Session& session) {
  if (!session.planned) return {};
  if (session.planned->rejected == 0) return "none";
  return base::Count(session.planned->rejected, "row", "rows") +
         " of these, which make nothing (see: " + ValidateCommandFor(session.options.input) + ")";
}

}  // namespace

std::string PlanText(const Session& session, const std::string& rejected) {
  const survey::Survey& survey = session.survey;
  const Forecast& forecast = session.forecast;
  std::string text =
      Line("file", base::EscapeForTerminal(session.path) + ", " + base::FormatBytes(survey.bytes));
  std::string rows = base::Count(survey.selected_rows, "row", "rows");
  if (survey.selected_rows != survey.rows) {
    rows += " (" + std::to_string(session.part.first_row) + " to " +
            std::to_string(session.part.last_row) + " of " + base::WithThousands(survey.rows) + ")";
  }
  text += Line("to make",
               rows + ": up to " +
                   base::Count(forecast.organization_reads, "organization", "organizations") +
                   ", " + base::Count(forecast.user_creates, "user", "users") + ", " +
                   base::Count(forecast.membership_creates, "membership", "memberships"));
  if (!rejected.empty()) text += Line("rejected", rejected);
  text += Line("requests", RequestsText(forecast));
  const PaceOptions& pace = session.options.pace;
  const std::string today = pace.rate.empty()
                                ? "a reserve of " + std::to_string(pace.reserve) + " %"
                                : "--rate " + pace.rate;
  text += Line("time", TimeText(forecast.with_settings) + " with " + today);
  if (!pace.rate.empty() || pace.reserve > 0) {
    text += Line("", TimeText(forecast.with_no_reserve) + " with the whole documented quota");
  }
  text += Line("", PaceText(forecast));
  return text;
}

std::string ConsentText(const Session& session, const std::string& rejected) {
  const Target& target = session.target;
  std::string text = Line("target", base::EscapeForTerminal(target.name) + " at " +
                                        base::EscapeForTerminal(target.endpoint));
  text += Line("key", "fingerprint " + target.fingerprint + ", from " +
                          base::EscapeForTerminal(target.key_origin));
  if (!target.named) {
    text +=
        Line("", "a fingerprint does not cover a second key of the same environment: use --target");
  }
  text += PlanText(session, rejected);
  const std::string runs = RunsDirectoryOf(session.common);
  text += Line("disk", "about " + base::FormatBytes(session.forecast.disk_bytes) + " in " +
                           base::EscapeForTerminal(runs) + ", " +
                           base::FormatBytes(base::FreeBytes(runs)) + " free");
  text += Line("", "no e-mail will be sent; the target's webhooks will fire");
  if (session.lock && session.options.coordinator == kOnTarget) {
    text += Line("lock",
                 "this machine's, and an organization on the target that is deleted at the end");
  }
  if (!session.lock) text += Line("", "no lock is taken (--i-am-the-only-runner)");
  if (session.survey.selected_rows > kTellTheVendor) {
    text += Line("", "more than 200,000 rows: the vendor asks you to tell them before");
  }
  return text;
}

Consent AskConsent(const Session& session, bool yes) {
  if (yes && session.common.output.quiet) return Consent::kGiven;
  const bool can_ask =
      !yes && StdinIsTerminal() && StderrIsTerminal() && !session.common.output.no_input;
  PrintText(ConsentText(session, can_ask ? RejectedText(session) : ""));
  if (yes) return Consent::kGiven;
  if (can_ask) {
    return AskYesNo("Import?") ? Consent::kGiven : Consent::kDeclined;
  }
  PrintLine("nothing was written; to import, run:\n  " + session.common.typed_line + " --yes");
  return Consent::kCannotAsk;
}

}  // namespace rehome::cli

// The verdict of the report page.

#include <array>
#include <string_view>

#include "base/text.h"
#include "report/fact_lines.h"
#include "report/html_sections.h"
#include "report/html_text.h"
#include "report/next_steps.h"
#include "report/verification_line.h"

namespace rehome::report {
namespace {

using base::WithThousands;
using model::OutcomeKind;
using model::VerificationState;

std::int64_t At(const OutcomeCounts& counts, OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

std::int64_t OnTarget(const OutcomeCounts& rows) {
  return At(rows, OutcomeKind::kCreated) + At(rows, OutcomeKind::kAdopted) +
         At(rows, OutcomeKind::kUpdated) + At(rows, OutcomeKind::kUnchanged);
}

std::int64_t Troubled(const OutcomeCounts& rows) {
  return At(rows, OutcomeKind::kRejected) + At(rows, OutcomeKind::kFailed) +
         At(rows, OutcomeKind::kParked);
}

bool IsDead(const Summary& summary) { return summary.run.state == "dead"; }
bool GoesOn(const Summary& summary) { return summary.run.state == "running"; }

std::string_view ToneOf(const Summary& summary) {
  if (GoesOn(summary)) return "going";
  const VerificationState verification = summary.counters.verification.state;
  if (verification == VerificationState::kFindings || summary.run.state == "stopped" ||
      (summary.run.state == "failed" && !journal::ImportEnded(summary.run))) {
    return "bad";
  }
  const bool well = journal::ImportEnded(summary.run) && Troubled(summary.rows) == 0 &&
                    summary.errors.empty() && verification != VerificationState::kIncomplete;
  return well ? "good" : "warn";
}

// Drawn, so that the verdict is not told by colour alone.
std::string MarkOf(std::string_view tone) {
  std::string_view path = "M12 6v8M12 18.2v.1";
  if (tone == "good") path = "M5 12.5l4.5 4.5L19 7.5";
  if (tone == "bad") path = "M7 7l10 10M17 7L7 17";
  if (tone == "going") path = "M8 6l9 6-9 6z";
  return "<span class=\"mark\" aria-hidden=\"true\"><svg viewBox=\"0 0 24 24\"><path d=\"" +
         std::string(path) + "\"/></svg></span>";
}

std::string VerifiedText(const Summary& summary) {
  switch (summary.counters.verification.state) {
    case VerificationState::kNotRun:
      return "Nothing was read back: the verification was not run.";
    case VerificationState::kIncomplete:
      return "The verification is incomplete: " + summary.counters.verification.why_incomplete +
             ".";
    case VerificationState::kClean:
      return "Read back and compared: " + ComparedText(summary.counters.verification) +
             ", without a difference.";
    case VerificationState::kFindings:
      return "Read back and compared: " + ComparedText(summary.counters.verification) + "; " +
             FoundText(summary.counters.verification) + ".";
  }
  return {};
}

std::string SubText(const Summary& summary) {
  if (GoesOn(summary)) return "These are the counts so far.";
  if (journal::IsRehearsal(summary.run) && summary.stop_reason.empty()) {
    return "A rehearsal: nothing was sent anywhere. " + VerifiedText(summary);
  }
  if (!summary.stop_reason.empty()) return "Why it stopped: " + summary.stop_reason;
  if (IsDead(summary)) return "Its process ended without a word. Nothing that was sent is lost.";
  return VerifiedText(summary);
}

// The outcomes of all rows as one bar, and what it says in words.
std::string OutcomesHtml(const Summary& summary) {
  if (summary.rows_read == 0) return {};
  constexpr std::int64_t kWidth = 100'000;
  std::string bar;
  std::string legend;
  std::int64_t before = 0;
  for (int i = 0; i < model::kOutcomeKindCount; ++i) {
    const auto kind = static_cast<OutcomeKind>(i);
    const std::int64_t rows = At(summary.rows, kind);
    if (rows <= 0) continue;
    const std::string name(NameOf(kind));
    const auto at = [&](std::int64_t count) { return count * kWidth / summary.rows_read; };
    bar += "<rect class=\"o-" + name + "\" x=\"" + std::to_string(at(before)) + "\" width=\"" +
           std::to_string(at(before + rows) - at(before)) + "\" height=\"1\"/>";
    legend += "<li><span class=\"dot o-" + name + "\" aria-hidden=\"true\"></span><b>" +
              WithThousands(rows) + "</b> " + name + "</li>";
    before += rows;
  }
  return "<div class=\"outcomes\"><svg viewBox=\"0 0 100000 1\" preserveAspectRatio=\"none\" "
         "aria-hidden=\"true\">" +
         bar + "</svg><ul class=\"legend\">" + legend + "</ul></div>\n";
}

std::string NextHtml(const NextStep& step) {
  if (step.command.empty()) return "<p>" + HtmlText(Sentence(step.what + ".")) + "</p>";
  const std::string words = step.what.empty() ? "" : HtmlText(Sentence(step.what + ":")) + " ";
  return "<p>" + words + "<code>" + HtmlText(step.command) + "</code></p>";
}

std::string NextStepsHtml(const Summary& summary) {
  std::vector<NextStep> steps = NextSteps(summary);
  if (steps.empty()) steps.push_back({"nothing is left to do: keep this page and id_map.csv", ""});
  std::string html = "<div class=\"next\"><h2>What to do next</h2>";
  for (const NextStep& step : steps) html += NextHtml(step);
  return html + "</div>\n";
}

std::string FigureHtml(std::string_view name, const std::string& figure) {
  return "<div><dt>" + std::string(name) + "</dt><dd>" + HtmlText(figure) + "</dd></div>";
}

std::string FiguresHtml(const Summary& summary) {
  std::int64_t requests = 0;
  std::int64_t limited = 0;
  for (const PhaseLine& line : summary.phases) {
    requests += line.requests;
    limited += line.rate_limited;
  }
  return "<dl class=\"figures\">" + FigureHtml("Rows", WithThousands(summary.rows_read)) +
         FigureHtml("On the target", WithThousands(OnTarget(summary.rows))) +
         FigureHtml("Need somebody", WithThousands(Troubled(summary.rows))) +
         FigureHtml("Time", base::FormatDuration(ActualTime(summary.counters))) +
         FigureHtml("Requests", WithThousands(requests)) +
         FigureHtml("Answers with 429", WithThousands(limited)) +
         FigureHtml("Verification",
                    std::string(model::NameOf(summary.counters.verification.state))) +
         "</dl>\n";
}

std::string HeadlineOfRun(const Summary& summary) {
  const OutcomeCounts& rows = summary.rows;
  const std::string all = base::Count(summary.rows_read, "row", "rows");
  std::string there = WithThousands(OnTarget(rows)) + " of " + all +
                      (OnTarget(rows) == 1 || summary.rows_read == 1 ? " is" : " are") +
                      " on the target";
  if (GoesOn(summary)) return "The import is going on: " + there + " so far";
  if (IsDead(summary)) return "The import was killed: " + there + ", the rest can be resumed";
  if (!journal::ImportEnded(summary.run)) return "The import stopped early: " + there;
  const model::Verification& verification = summary.counters.verification;
  if (verification.state == VerificationState::kFindings) {
    return there + ", but not all is as it was written: " + FoundText(verification);
  }
  const std::int64_t troubled = Troubled(rows);
  if (troubled > 0) {
    return there + "; " + WithThousands(troubled) + (troubled == 1 ? " needs" : " need") +
           " somebody";
  }
  if (summary.rows_read > 0 && OnTarget(rows) == summary.rows_read) {
    const bool verified = verification.state == VerificationState::kClean;
    return (summary.rows_read == 1 ? "The one row is" : "All " + all + " are") + " on the target" +
           (verified ? " and verified" : "");
  }
  return there;
}

}  // namespace

std::string Headline(const Summary& summary) {
  const std::string headline = HeadlineOfRun(summary);
  return journal::IsRehearsal(summary.run) ? "A rehearsal into a sandbox: " + headline : headline;
}

std::string VerdictHtml(const Summary& summary) {
  const std::string_view tone = ToneOf(summary);
  return "<div class=\"verdict " + std::string(tone) + "\">\n<div class=\"headline\">" +
         MarkOf(tone) + "<div><h1>" + HtmlText(Headline(summary)) + ".</h1><p class=\"sub\">" +
         HtmlText(SubText(summary)) + "</p></div></div>\n" + OutcomesHtml(summary) +
         NextStepsHtml(summary) + FiguresHtml(summary) + "</div>";
}

}  // namespace rehome::report

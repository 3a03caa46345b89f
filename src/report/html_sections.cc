#include "report/html_sections.h"

#include <string_view>

#include "base/text.h"
#include "report/error_text.h"
#include "report/fact_lines.h"
#include "report/html_text.h"
#include "report/phase_table.h"
#include "report/verification_line.h"

namespace rehome::report {
namespace {

using base::Count;
using base::WithThousands;
using model::OutcomeKind;
using model::Phase;

std::string CellHtml(const std::string& column, const std::string& cell) {
  const bool bad = column == "failed" || column == "rejected" || column == "parked" ||
                   column == "in doubt" || column == "429";
  const bool none = cell == "0" || cell == "–";
  const std::string_view kind = none ? " zero" : bad ? " cell-bad" : "";
  return "<td class=\"number" + std::string(kind) + "\">" + HtmlText(cell) + "</td>";
}

std::string DetailHtml(std::string_view term, const std::string& text) {
  if (text.empty()) return {};
  return "<dt>" + std::string(term) + "</dt><dd>" + HtmlText(text, 600) + "</dd>";
}

std::string ColumnsText(const ErrorGroup& group) {
  if (group.columns.size() < 2) return {};
  std::vector<std::string> columns;
  for (const auto& [column, times] : group.columns) {
    columns.push_back(column + " " + WithThousands(times));
  }
  return base::Join(columns, ", ");
}

std::string_view UnitOf(const ErrorGroup& group) {
  const bool one = group.count == 1;
  if (group.phase == Phase::kOrganizations) return one ? "organization" : "organizations";
  if (group.phase == Phase::kVerification) return one ? "finding" : "findings";
  return one ? "row" : "rows";
}

std::string GroupHtml(const ErrorGroup& group, std::string_view tone) {
  const model::ReasonFacts& facts = model::FactsOf(group.reason);
  std::string html = "<li class=\"group " + std::string(tone) + "\"><div class=\"count\">" +
                     WithThousands(group.count) + " <small>" + std::string(UnitOf(group)) +
                     "</small></div><div data-phase=\"" + HtmlText(NameOf(group.phase)) +
                     "\" data-code=\"" + HtmlText(facts.code) + "\"><h4>" +
                     HtmlText(Sentence(facts.cause)) + " <code class=\"code\">" +
                     HtmlText(facts.code) + "</code></h4><p class=\"fix\">" + HtmlText(facts.fix) +
                     "</p><dl>";
  html += DetailHtml("Where", SampleRowsText(group));
  html += DetailHtml("Columns", ColumnsText(group));
  html += DetailHtml("Seen", group.sample_detail);
  html += DetailHtml("Target said", group.words);
  html += DetailHtml("Follows", FollowersText(group));
  return html + "</dl></div></li>\n";
}

std::string GroupsHtml(const std::string& title, const std::vector<const ErrorGroup*>& groups,
                       std::string_view tone) {
  if (groups.empty()) return {};
  std::string html =
      "<h3 class=\"phase-title\">" + HtmlText(title) + "</h3>\n<ul class=\"groups\">\n";
  for (const ErrorGroup* group : groups) html += GroupHtml(*group, tone);
  return html + "</ul>\n";
}

std::string FactHtml(std::string_view term, const std::string& text) {
  if (text.empty()) return {};
  return "<dt>" + std::string(term) + "</dt><dd>" + HtmlText(text) + "</dd>\n";
}

std::string PartText(const Summary& summary) {
  const journal::RunFacts& run = summary.run;
  std::string text = Count(run.rows, "row", "rows") + ", " + base::FormatBytes(run.file_bytes);
  if (!journal::CoversFile(run)) {
    text += "; rows " + WithThousands(run.first_row) + " to " + WithThousands(run.last_row) +
            " were to be imported";
  }
  return text;
}

std::string OptionsText(const journal::RunFacts& run) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : run.options) {
    if (value.empty() || value == "no") continue;
    const std::string_view plain = name;
    parts.push_back("--" + std::string(plain.starts_with("pace.") ? plain.substr(5) : plain) +
                    (value == "yes" ? "" : " " + value));
  }
  return base::Join(parts, ", ");
}

}  // namespace

std::string PhasesHtml(const Summary& summary) {
  const auto records = PhaseTableCells(summary.phases);
  std::string html =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Phase table\"><table>\n"
      "<thead><tr>";
  for (std::size_t i = 0; i < records[0].size(); ++i) {
    html += "<th scope=\"col\"" + std::string(i > 0 ? " class=\"number\"" : "") + ">" +
            HtmlText(records[0][i]) + "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  for (std::size_t line = 1; line < records.size(); ++line) {
    html += "<tr><th scope=\"row\">" + HtmlText(records[line][0]) + "</th>";
    for (std::size_t i = 1; i < records[line].size(); ++i) {
      html += CellHtml(records[0][i], records[line][i]);
    }
    html += "</tr>\n";
  }
  return html +
         "</tbody></table></div>\n<p class=\"note\">Users and memberships are made side by side "
         "and "
         "share their time. Every row has exactly one outcome.</p>";
}

std::string ProblemsHtml(const Summary& summary) {
  std::string html;
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    std::vector<const ErrorGroup*> groups;
    for (const ErrorGroup& group : summary.errors) {
      if (group.phase == phase) groups.push_back(&group);
    }
    if (!groups.empty()) html += GroupsHtml(ErrorsTitle(phase, groups), groups, "bad");
  }
  std::vector<const ErrorGroup*> warnings;
  for (const ErrorGroup& group : summary.warnings) warnings.push_back(&group);
  html += GroupsHtml("Warnings: these rows went on", warnings, "warn");
  return html.empty() ? "<p class=\"note\">None: nothing failed, and there are no warnings.</p>"
                      : html;
}

std::vector<std::string> UncheckedLines(const Summary& summary) {
  const model::Verification& verification = summary.counters.verification;
  std::vector<std::string> lines;
  if (verification.state == model::VerificationState::kNotRun) {
    lines.emplace_back("Whether the target holds what this run wrote: nothing was read back.");
  }
  if (verification.state == model::VerificationState::kIncomplete) {
    const std::int64_t left = ObjectsOf(summary) - ComparedBy(verification);
    lines.push_back("A part of what this run wrote: the verification is incomplete" +
                    (left > 0 ? ", " + Count(left, "object was", "objects were") + " not compared."
                              : std::string(".")));
  }
  lines.emplace_back(
      "Passwords and password hashes: no API shows them. That people can sign in shows only when "
      "some of them do; try a few accounts of each kind of hash.");
  if (const std::int64_t adopted = summary.adopted_with_password; adopted > 0) {
    lines.push_back(Count(adopted, "account that was", "accounts that were") +
                    " there before kept the password it had; that of the file was not applied.");
  }
  std::int64_t adopted = 0;
  for (const PhaseLine& line : summary.phases) {
    if (line.phase == Phase::kUsers) {
      adopted = line.counts[static_cast<std::size_t>(OutcomeKind::kAdopted)];
    }
  }
  if (adopted > 0) {
    lines.push_back("The fields of " + Count(adopted, "adopted account", "adopted accounts") +
                    ": nothing was written to them, so only that they are there was checked.");
  }
  if (verification.external_ids_unchecked > 0) {
    lines.push_back("Doubles of " +
                    Count(verification.external_ids_unchecked, "external_id", "external_ids") +
                    ", which only a list of the target shows that was not read to its end.");
  }
  const std::int64_t unprocessed =
      summary.rows[static_cast<std::size_t>(OutcomeKind::kUnprocessed)];
  if (unprocessed > 0) {
    lines.push_back(Count(unprocessed, "row was", "rows were") +
                    " not processed: nothing is known of them but that they are in the file.");
  }
  lines.emplace_back(
      "What others did to the target since this run read it, and what webhooks or applications "
      "made of the new users.");
  return lines;
}

std::string UncheckedHtml(const Summary& summary, const std::string& rows_note) {
  std::string html = "<ul class=\"list\">\n";
  for (const std::string& line : UncheckedLines(summary))
    html += "<li>" + HtmlText(line) + "</li>\n";
  if (!rows_note.empty()) html += "<li>" + HtmlText(rows_note) + "</li>\n";
  return html + "</ul>";
}

std::string AboutHtml(const Summary& summary, bool shared) {
  const journal::RunFacts& run = summary.run;
  std::string html = "<dl class=\"facts\">\n";
  html += FactHtml("Run", run.run_id + ", " + run.state +
                              (run.exit_code ? ", exit " + std::to_string(*run.exit_code) : ""));
  html += FactHtml("Target", run.target_name + ", " + run.endpoint);
  html += FactHtml(
      "Key", run.key_fingerprint.empty()
                 ? "none"
                 : run.key_fingerprint + (run.key_origin.empty() ? "" : " from " + run.key_origin));
  html += FactHtml("File", run.file + " (" + PartText(summary) + ")");
  html += FactHtml("Its XXH3-128", run.file_hash);
  html += FactHtml("Began", run.created_at);
  html += FactHtml("Ended", run.finished_at);
  html += FactHtml("Options", OptionsText(run));
  html += FactHtml("rehome", run.rehome_version);
  html += "</dl>\n<ul class=\"list\">\n";
  for (const std::string& line : FactLines(summary)) html += "<li>" + HtmlText(line) + "</li>\n";
  html += "</ul>\n";
  if (shared) {
    html +=
        "<p class=\"note\">This page was made to be shared: a # and twelve digits stand for an "
        "address, a name, an external_id, a path or a text that may quote one. Equal values have "
        "equal digits within this page only, and nobody can compute them. Row numbers, ids of "
        "requests and ids of the target are as they were.</p>\n";
  }
  return html;
}

}  // namespace rehome::report

#include "cli/retry_consent.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

using Tell = std::function<void(const std::string& line)>;

constexpr std::size_t kRowsShown = 5;
// A cell may be a megabyte.
constexpr std::size_t kCellShown = 60;

std::string Rows(const std::vector<std::int64_t>& rows) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(rows.size(), kRowsShown); ++i) {
    shown.push_back(std::to_string(rows[i]));
  }
  if (rows.size() > kRowsShown) shown.emplace_back("…");
  return std::string(rows.size() == 1 ? "row " : "rows ") + base::Join(shown, ", ");
}

std::string Cell(const std::string& text) {
  return text.empty() ? "(empty)" : "\"" + base::EscapeForTerminal(text, kCellShown) + "\"";
}

std::string ChangeLine(const report::CellChange& change) {
  const std::string what =
      "  row " + std::to_string(change.row) + "  " + base::EscapeForTerminal(change.column, 80);
  if (change.secret) return what + ": (not shown) is replaced or taken away";
  return what + ": " + Cell(change.before) + " → " + Cell(change.after);
}

void TellCorrections(const RetryPlan& plan, const Tell& tell) {
  const report::CorrectionPlan& corrections = plan.corrections;
  std::vector<std::string> columns;
  std::int64_t cells = 0;
  for (const auto& [name, count] : corrections.columns) {
    columns.push_back(base::EscapeForTerminal(name, 80) + " " + base::WithThousands(count));
    cells += count;
  }
  tell("corrected in " + base::Count(plan.corrected_rows, "row", "rows") + ": " +
       base::Join(columns, ", "));
  for (const report::CellChange& change : corrections.changes) tell(ChangeLine(change));
  const std::int64_t more = cells - static_cast<std::int64_t>(corrections.changes.size());
  if (more > 0) tell("  … and " + base::Count(more, "cell", "cells") + " more");
}

void TellStillRejected(const RetryPlan& plan, const Tell& tell) {
  if (plan.still_rejected.empty()) return;
  std::vector<std::string> shown;
  for (const auto& [row, reason] : plan.still_rejected) {
    if (shown.size() == kRowsShown) {
      shown.emplace_back("…");
      break;
    }
    shown.push_back("row " + std::to_string(row) + " (" + std::string(model::CodeOf(reason)) + ")");
  }
  const auto count = static_cast<std::int64_t>(plan.still_rejected.size());
  tell("warning: " + base::Count(count, "corrected row is", "corrected rows are") +
       " rejected even so: " + base::Join(shown, ", "));
}

void TellNotApplied(const RetryPlan& plan, const Tell& tell) {
  if (const auto& rows = plan.corrections.right_already; !rows.empty()) {
    tell("warning: " + Rows(rows) + (rows.size() == 1 ? " is" : " are") +
         " right already; what --edited changes there is not applied");
  }
  if (const auto& rows = plan.corrections.user_is_there; !rows.empty()) {
    tell("warning: the " + std::string(rows.size() == 1 ? "user" : "users") + " of " + Rows(rows) +
         (rows.size() == 1 ? " is" : " are") +
         " on the target already: only organization and roles are corrected there");
  }
  if (const auto& rows = plan.leaving; !rows.empty()) {
    tell("warning: " + Rows(rows) + (rows.size() == 1 ? " leaves a user" : " leave users") +
         " who is on the target already, and makes another one");
  }
}

}  // namespace

void TellPlan(const journal::RunFacts& facts, const RetryCommand& command, const RetryPlan& plan,
              ProgressView& view) {
  // Who is asked, or asks, has to see it also where all else is quiet.
  const bool must_see = command.dry_run || (!command.edited.empty() && !command.yes);
  const Tell tell = [&](const std::string& line) { must_see ? view.Tell(line) : view.Say(line); };
  TellNotApplied(plan, tell);
  if (plan.rows() == 0) return;
  std::vector<std::string> parts;
  const auto part = [&parts](std::int64_t count, const char* name) {
    if (count > 0) parts.push_back(base::WithThousands(count) + " " + name);
  };
  part(plan.failed, "failed");
  part(plan.parked, "parked");
  part(plan.unprocessed, "unprocessed");
  part(plan.rejected, "rejected and now corrected");
  tell("to retry: " + base::Count(plan.rows(), "row", "rows") + " of run " + facts.run_id + ": " +
       base::Join(parts, ", "));
  if (plan.corrected_rows > 0) TellCorrections(plan, tell);
  if (plan.corrected_rows == 0 && !command.edited.empty()) {
    tell("warning: " + base::EscapeForTerminal(command.edited) +
         " corrects nothing: its cells are those of the file");
  }
  TellStillRejected(plan, tell);
  if (plan.left_rejected > 0) {
    tell(base::Count(plan.left_rejected, "row stays", "rows stay") +
         " rejected: their cells are as they were");
  }
}

Consent AskRetryConsent(const RetryCommand& command) {
  if (command.yes || command.edited.empty()) return Consent::kGiven;
  const OutputOptions& output = command.common.output;
  if (StdinIsTerminal() && StderrIsTerminal() && !output.no_input) {
    return AskYesNo("Retry?") ? Consent::kGiven : Consent::kDeclined;
  }
  PrintLine("nothing was written; to retry, run:\n  " + command.common.typed_line + " --yes");
  return Consent::kCannotAsk;
}

}  // namespace rehome::cli

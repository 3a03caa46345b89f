#include "cli/retry_plan.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/moved_effects.h"
#include "cli/reopened_run.h"
#include "cli/terminal.h"
#include "journal/sqlite_journal.h"
#include "json/writer.h"
#include "pipeline/offline_pass.h"
#include "report/edited_rows.h"
#include "report/summary.h"

namespace rehome::cli {
namespace {

using model::OutcomeKind;

constexpr std::size_t kRowsShown = 5;

// How the rows of the run ended, so far.
base::Status CountOutcomes(const journal::RunFacts& facts, journal::JournalReader& journal,
                           RetryPlan& plan) {
  std::int64_t ended = 0;
  RETURN_IF_ERROR(journal.VisitOutcomes([&](const model::Outcome& outcome) {
    if (outcome.kind != OutcomeKind::kUnprocessed) ++ended;
    if (outcome.kind == OutcomeKind::kFailed) ++plan.failed;
    if (outcome.kind == OutcomeKind::kParked) ++plan.parked;
    if (outcome.kind == OutcomeKind::kRejected) ++plan.left_rejected;
  }));
  plan.unprocessed = report::RowsOfPart(facts) - ended;
  return {};
}

// The corrections of now take the place of earlier ones of the same cells.
void TakeOver(Session& session, const std::vector<journal::Correction>& cells) {
  std::map<std::int64_t, csv::Splice> all;
  for (csv::Splice& splice : session.corrections) all[splice.begin] = std::move(splice);
  for (const journal::Correction& cell : cells) {
    all[cell.begin] = {.begin = cell.begin, .end = cell.end, .bytes = cell.bytes};
  }
  session.corrections.clear();
  for (auto& [begin, splice] : all) session.corrections.push_back(std::move(splice));
}

base::Result<report::EditedRows> Edited(const Session& session, const RetryCommand& command,
                                        journal::JournalReader& journal) {
  report::EditedRows edited;
  if (!command.edited.empty()) {
    auto read = report::ReadEditedRows(InputPathOf(command.edited), session.header);
    if (!read) return read.error();
    edited = *std::move(read);
  }
  if (command.drop_passwords) {
    RETURN_IF_ERROR(report::DropRefusedPasswords(edited, session.header, journal));
  }
  return edited;
}

InputState StateOf(const Session& session) {
  return {.input = InputOf(session),
          .header = session.header,
          .chunks = session.survey.chunks,
          .organizations = session.survey.organizations};
}

base::Status Correct(Session& session, const journal::RunFacts& facts, const RetryCommand& command,
                     journal::JournalReader& journal, RetryPlan& plan, const base::Clock& clock) {
  const auto edited = Edited(session, command, journal);
  if (!edited) return edited.error();
  auto corrections =
      report::PlanCorrections(*edited, InputOf(session), session.header, facts, journal);
  if (!corrections) return corrections.error();
  plan.corrections = *std::move(corrections);
  plan.corrected_rows = plan.corrections.rows;
  plan.rejected = static_cast<std::int64_t>(plan.corrections.rejected_rows.size());
  plan.left_rejected -= plan.rejected;
  if (plan.corrected_rows == 0) return {};
  const InputState before = StateOf(session);
  TakeOver(session, plan.corrections.cells);
  RETURN_IF_ERROR(SurveyInput(session, clock));
  RETURN_IF_ERROR(CheckSameFile(session, facts));
  if (session.survey.rows != facts.rows) {
    return base::Error{base::ErrorCode::kInput,
                       edited->path + ": with these corrections the file would have " +
                           base::Count(session.survey.rows, "row", "rows") + " and not " +
                           base::WithThousands(facts.rows) +
                           ": a row of which every cell is empty is none; correct it otherwise"};
  }
  for (std::size_t i = 0; i < session.survey.chunks.size(); ++i) {
    plan.reopening.chunks.push_back(pipeline::ChunkOf(session.survey, i));
  }
  // Who has another user has another membership too.
  const auto& others = plan.corrections.other_memberships;
  auto moved =
      FindMovedEffects(before, StateOf(session), facts, {others.begin(), others.end()}, journal);
  if (!moved) return moved.error();
  plan.reopening.moved = *std::move(moved);
  return {};
}

std::string EventJson(const RetryPlan& plan) {
  json::Writer writer;
  writer.BeginObject()
      .Field("failed", plan.failed)
      .Field("parked", plan.parked)
      .Field("unprocessed", plan.unprocessed)
      .Field("rejected", plan.rejected)
      .Field("corrected", plan.corrected_rows)
      .EndObject();
  return writer.Take();
}

std::string Rows(const std::vector<std::int64_t>& rows) {
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(rows.size(), kRowsShown); ++i) {
    shown.push_back(std::to_string(rows[i]));
  }
  if (rows.size() > kRowsShown) shown.emplace_back("…");
  return std::string(rows.size() == 1 ? "row " : "rows ") + base::Join(shown, ", ");
}

}  // namespace

base::Result<RetryPlan> PlanRetry(Session& session, const journal::RunDirectory& run,
                                  const journal::RunFacts& facts, const RetryCommand& command,
                                  const base::Clock& clock) {
  auto journal = journal::OpenJournalReader(run.journal_path(), journal::kRunPatience);
  if (!journal) return journal.error();
  RetryPlan plan;
  RETURN_IF_ERROR(CountOutcomes(facts, **journal, plan));
  if (!command.edited.empty() || command.drop_passwords) {
    RETURN_IF_ERROR(Correct(session, facts, command, **journal, plan, clock));
  }
  plan.reopening.rejected_rows = plan.corrections.rejected_rows;
  plan.reopening.corrections = std::move(plan.corrections.cells);
  plan.reopening.other_memberships = plan.corrections.other_memberships;
  plan.reopening.event.type = "retried";
  plan.reopening.event.json = EventJson(plan);
  return plan;
}

void TellNotApplied(const RetryPlan& plan, ProgressView& view) {
  if (const auto& rows = plan.corrections.right_already; !rows.empty()) {
    view.Say("warning: " + Rows(rows) + (rows.size() == 1 ? " is" : " are") +
             " right already; what --edited changes there is not applied");
  }
  if (const auto& rows = plan.corrections.user_is_there; !rows.empty()) {
    view.Say("warning: the " + std::string(rows.size() == 1 ? "user" : "users") + " of " +
             Rows(rows) + (rows.size() == 1 ? " is" : " are") +
             " on the target already: only organization and roles are corrected there");
  }
}

void TellPlan(const journal::RunFacts& facts, const RetryPlan& plan, ProgressView& view) {
  std::vector<std::string> parts;
  const auto part = [&parts](std::int64_t count, const char* name) {
    if (count > 0) parts.push_back(base::WithThousands(count) + " " + name);
  };
  part(plan.failed, "failed");
  part(plan.parked, "parked");
  part(plan.unprocessed, "unprocessed");
  part(plan.rejected, "rejected and now corrected");
  view.Say("retrying " + base::Count(plan.rows(), "row", "rows") + " of run " + facts.run_id +
           ": " + base::Join(parts, ", "));
  if (plan.corrected_rows > 0) {
    std::vector<std::string> columns;
    for (const auto& [name, count] : plan.corrections.columns) {
      columns.push_back(base::EscapeForTerminal(name, 80) + " " + base::WithThousands(count));
    }
    view.Say("corrected in " + base::Count(plan.corrected_rows, "row", "rows") + ": " +
             base::Join(columns, ", "));
  }
  if (plan.left_rejected > 0) {
    view.Say(base::Count(plan.left_rejected, "row stays", "rows stay") +
             " rejected: their cells are as they were");
  }
}

}  // namespace rehome::cli

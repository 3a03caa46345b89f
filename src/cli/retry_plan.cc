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

using Rejections = std::vector<std::pair<std::int64_t, model::Reason>>;

// What the rules say of the rows as they are now, as an import will. In order.
base::Result<Rejections> FindRejected(const Session& session, const plan::PlanOptions& options) {
  Rejections rejected;
  RETURN_IF_ERROR(pipeline::VisitPlans(
      InputOf(session), session.header, session.survey, session.part, options,
      [&](const pipeline::SourceRow&, const plan::Planned& planned) -> base::Status {
        if (planned.rejections.empty()) return {};
        rejected.emplace_back(planned.plan.position.row, planned.rejections.front().reason);
        return {};
      }));
  return rejected;
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
  const auto options = ImportOptionsOf(session.options);
  if (!options) return options.error();
  const auto rejected = FindRejected(session, options->plan);
  if (!rejected) return rejected.error();
  CorrectedRows rows{.corrected = plan.corrections.corrected, .rejected = {}};
  for (const auto& [row, reason] : *rejected) {
    rows.rejected.push_back(row);
    const auto& all = rows.corrected;
    if (std::binary_search(all.begin(), all.end(), row))
      plan.still_rejected.emplace_back(row, reason);
  }
  const auto& opened = plan.corrections.rejected_rows;
  RETURN_IF_ERROR(journal.VisitOutcomes([&](const model::Outcome& outcome) {
    if (outcome.kind != OutcomeKind::kRejected) return;
    if (!std::binary_search(opened.begin(), opened.end(), outcome.row)) {
      rows.settled.insert(outcome.row);
    }
  }));
  auto found = FindMovedEffects(before, StateOf(session), options->plan, facts, rows, journal);
  if (!found) return found.error();
  plan.reopening.moved = std::move(found->moved);
  plan.leaving = std::move(found->leaving);
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
  plan.reopening.event.type = "retried";
  plan.reopening.event.json = EventJson(plan);
  return plan;
}

}  // namespace rehome::cli

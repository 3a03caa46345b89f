#include "cli/import_start.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/consent.h"
#include "cli/event_log.h"
#include "cli/planned_work.h"
#include "cli/refused_import.h"
#include "cli/reopened_run.h"
#include "cli/role_check.h"
#include "cli/run_end.h"
#include "cli/run_execution.h"
#include "cli/run_view.h"
#include "cli/terminal.h"
#include "cli/verify_execution.h"
#include "journal/sqlite_journal.h"
#include "report/render.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(WithAdvice(error, "run the import again"));
  return ExitCodeOf(error.code);
}

bool IsOfSameFile(const Session& session, const journal::RunFacts& facts) {
  return facts.file_hash == base::ToHex(session.survey.hash) &&
         facts.endpoint == session.target.endpoint && facts.target_name == session.target.name;
}

// The run of the same file, target and options in this runs directory, if there is one.
std::optional<std::pair<journal::RunDirectory, journal::RunFacts>> EarlierRun(
    const Session& session) {
  const journal::RunStore store = RunStoreOf(session.common);
  std::vector<journal::RunDirectory> runs = store.All();
  std::reverse(runs.begin(), runs.end());
  for (const journal::RunDirectory& run : runs) {
    auto facts = run.ReadFacts();
    if (!facts || !IsOfSameFile(session, *facts)) continue;
    if (!HaveSameEffects(facts->options, EncodeRunOptions(session.options))) continue;
    return std::pair{run, std::move(*facts)};
  }
  return std::nullopt;
}

// Whether a run stopped in the middle: something of it is on the target, something is not.
bool IsOpen(const journal::RunDirectory& run, const journal::RunFacts& facts) {
  if (journal::WasRefused(facts) || journal::ImportEnded(facts)) return false;
  // Of one that was killed the last snapshot may be older than its first answer, and one whose
  // journal was lost does not know of any.
  if (facts.state == "running" || !facts.rebuilt_at.empty()) return true;
  const auto view = ViewRun(run);
  return !view || !view->status || !report::NothingWasAccepted(view->status->summary);
}

// A file whose latest run is open goes on with that run. With other options it would be a second
// run beside it, which would take what the first one made for somebody else's.
base::Status CheckNoneIsOpen(const Session& session, const ImportStart& start) {
  const journal::RunStore store = RunStoreOf(session.common);
  std::vector<journal::RunDirectory> runs = store.All();
  std::reverse(runs.begin(), runs.end());
  for (const journal::RunDirectory& run : runs) {
    const auto facts = run.ReadFacts();
    if (!facts || !IsOfSameFile(session, *facts)) continue;
    if (start.new_run || !IsOpen(run, *facts)) return {};
    const auto different = DifferentEffects(facts->options, EncodeRunOptions(session.options));
    if (different.empty()) return {};
    return base::Error{
        base::ErrorCode::kUsage,
        "run " + facts->run_id +
            " of this file has not come to its end and was given other options:\n  " +
            base::Join(different, "\n  ") +
            "\nnothing was written; to go on with it as it was type `rehome resume " +
            journal::ArgumentOf(*facts) +
            "`; to leave it as it is and begin another run add --new-run"};
  }
  return {};
}

// Rows that another run may bring to a good end although the file is the same: not the rejected.
std::int64_t RowsWorthAnotherRun(const report::Summary& summary, const RunOptions& options) {
  if (!journal::ImportEnded(summary.run) || !journal::CoversFile(summary.run)) return 0;
  // The others would meet what this run created as strangers.
  if (options.on_existing != "adopt" && options.on_existing != "update") return 0;
  const auto rows = [&](model::OutcomeKind kind) {
    return summary.rows[static_cast<std::size_t>(kind)];
  };
  std::int64_t left = rows(model::OutcomeKind::kFailed) + rows(model::OutcomeKind::kParked);
  for (const report::ErrorGroup& group : summary.errors) {
    // Rows that failed since the first row of their user is rejected.
    if (model::IsOfTheFile(group.reason)) left -= group.derived;
  }
  return left;
}

ExitCode ShowFinished(const report::Summary& summary) {
  PrintLine("this file was imported into this target by run " + summary.run.run_id +
            "; nothing is left to do and nothing was written");
  PrintLine(
      "the target was not asked; if it was emptied since, another --runs-dir imports the file "
      "again");
  PrintText(report::RenderText(summary, TerminalColumns()));
  if (summary.run.exit_code == journal::kVerificationFailed) return ExitCode::kVerification;
  return summary.run.exit_code == 0 ? ExitCode::kDone : ExitCode::kRowsFailed;
}

using Part = pipeline::RowSource::Part;

Part PartOf(const journal::RunFacts& facts) {
  return {.first_row = facts.first_row, .last_row = facts.last_row};
}

bool Covers(const Part& whole, const Part& part) {
  return whole.first_row <= part.first_row && whole.last_row >= part.last_row;
}

std::string RowsOf(const Part& part) {
  return "rows " + std::to_string(part.first_row) + " to " + std::to_string(part.last_row);
}

// A run that is open goes on with all rows that it was to import, so rows that nobody names now
// would be sent.
base::Status CheckNamesAllOf(const journal::RunFacts& facts, const Part& part) {
  const Part open = PartOf(facts);
  if (journal::ImportEnded(facts) || Covers(part, open)) return {};
  const std::string resume = "`rehome resume " + journal::ArgumentOf(facts) + "`";
  const std::string on = Covers(open, {.first_row = 1, .last_row = facts.rows})
                             ? resume + ", or the same import without --limit and --rows"
                             : "the same import with --rows " + std::to_string(open.first_row) +
                                   "-" + std::to_string(open.last_row) + ", or " + resume +
                                   " for the whole file";
  return base::Error{base::ErrorCode::kUsage,
                     "run " + facts.run_id + " is to import " + RowsOf(open) +
                         " of this file and has not come to its end; it cannot go on with " +
                         RowsOf(part) + " only, and nothing was written; to go on type " + on};
}

// A run has one range of rows: what lies between two parts would be imported unasked.
base::Status CheckJoins(const journal::RunFacts& facts, const Part& part) {
  if (part.first_row <= facts.last_row + 1 && part.last_row >= facts.first_row - 1) return {};
  return base::Error{base::ErrorCode::kUsage,
                     "run " + facts.run_id + " has imported " + RowsOf(PartOf(facts)) +
                         " of this file, and " + RowsOf(part) +
                         " do not join on to them; name rows that do, or import the rest with "
                         "`rehome resume " +
                         journal::ArgumentOf(facts) + "`"};
}

std::optional<ExitCode> RefusedByUser(Session& session, bool yes) {
  Foretell(session);
  switch (AskConsent(session, yes)) {
    case Consent::kGiven:
      return std::nullopt;
    case Consent::kDeclined:
      PrintLine("nothing was written");
      return ExitCode::kRefused;
    case Consent::kCannotAsk:
      return ExitCode::kRefused;
  }
  return ExitCode::kRefused;
}

// A kept run of which another one does all. Not before that one begins: whoever is refused till
// then was told that `resume` starts the kept run.
void ForgetIfKept(const ImportStart& start) {
  if (start.kept) ForgetKept(*start.kept);
}

// Goes on with an earlier run of the same file, which may not have covered all that is wanted now.
ExitCode Continue(Session& session, const ImportStart& start, const journal::RunDirectory& run,
                  journal::RunFacts facts, EventLog& events, ProgressView& view,
                  const base::Clock& clock) {
  const Part wanted = session.part;
  if (const auto all = CheckNamesAllOf(facts, wanted); !all) return Refuse(all.error());
  if (const auto joins = CheckJoins(facts, wanted); !joins) return Refuse(joins.error());
  if (const auto ours = CheckIsOurs(run); !ours) return Refuse(ours.error());
  const bool more_than_consented = !Covers(PartOf(facts), wanted);
  view.Say("continuing run " + facts.run_id + " of the same file");
  session.part.first_row = std::min(wanted.first_row, facts.first_row);
  session.part.last_row = std::max(wanted.last_row, facts.last_row);
  if (const auto taken = TakeCorrections(session, run, facts); !taken) {
    return Refuse(taken.error());
  }
  const bool other_part =
      session.part.first_row != wanted.first_row || session.part.last_row != wanted.last_row;
  if (other_part || !session.corrections.empty()) {
    if (const auto again = SurveyInput(session, clock); !again) return Refuse(again.error());
  }
  ShowWarnings(session);
  // Also of a run that was accepted: its list may have been out of reach, or changed since.
  if (const auto roles = CheckRoles(session, clock, &run); !roles) return Refuse(roles.error());
  if (more_than_consented) {
    if (const auto refused = RefusedByUser(session, start.yes)) return *refused;
  }
  facts.file = session.path;
  if (!session.target.ca_file.empty()) {
    facts.options[std::string(kCaFileOption)] = session.target.ca_file;
  }
  // What the last retry came to was said of fewer rows.
  if (!Covers(PartOf(facts), session.part)) facts.retried_rows = 0;
  facts.first_row = session.part.first_row;
  facts.last_row = session.part.last_row;
  facts.state = "running";
  facts.exit_code.reset();
  facts.finished_at.clear();
  ForgetIfKept(start);
  return ExecuteRun(session, run, std::move(facts), events, view, clock);
}

// The file was imported: at most its verification is left.
ExitCode Settled(Session& session, const ImportStart& start, const journal::RunDirectory& run,
                 const report::Summary& summary, EventLog& events, ProgressView& view,
                 const base::Clock& clock) {
  const journal::RunFacts& facts = summary.run;
  const bool is_left = facts.exit_code == journal::kVerificationFailed;
  if (!is_left || !session.verify) {
    ForgetIfKept(start);
    return ShowFinished(summary);
  }
  const Part wanted = session.part;
  session.part = PartOf(facts);
  if (const auto taken = TakeCorrections(session, run, facts); !taken) {
    return Refuse(taken.error());
  }
  if (!Covers(wanted, session.part) || !session.corrections.empty()) {
    if (const auto again = SurveyInput(session, clock); !again) return Refuse(again.error());
  }
  ForgetIfKept(start);
  return VerifyAgain(session, run, facts, events, view, clock);
}

}  // namespace

ExitCode StartImport(Session& session, const ImportStart& start, EventLog& events,
                     ProgressView& view, const base::Clock& clock) {
  session.new_run = start.new_run;
  if (const auto surveyed = SurveyInput(session, clock); !surveyed) {
    return Refuse(surveyed.error());
  }
  if (auto earlier = EarlierRun(session)) {
    auto& [run, facts] = *earlier;
    const bool settled = journal::ImportEnded(facts) && Covers(PartOf(facts), session.part);
    if (!settled) {
      return Continue(session, start, run, std::move(facts), events, view, clock);
    }
    const auto summary = ReadSummary(run, facts, journal::kRunPatience);
    if (!summary) return Refuse(summary.error());
    const std::int64_t left = RowsWorthAnotherRun(*summary, session.options);
    if (left == 0) {
      ShowWarnings(session);
      return Settled(session, start, run, *summary, events, view, clock);
    }
    view.Say("run " + facts.run_id + " of this file ended with " +
             base::Count(left, "row", "rows") +
             " failed or parked: a new run adopts what is there and tries the rest again");
  }
  if (const auto alone = CheckNoneIsOpen(session, start); !alone) return Refuse(alone.error());
  ShowWarnings(session);
  if (const auto roles = CheckRoles(session, clock); !roles) return Refuse(roles.error());
  if (const auto refused = RefusedByUser(session, start.yes)) return *refused;
  // The run that an earlier start of this import was refused.
  auto kept = start.kept ? start.kept : TakeKept(session);
  journal::RunFacts facts;
  auto run = PrepareRun(session, facts, clock, std::move(kept));
  if (!run) {
    PrintError(WithAdvice(run.error(), "run the import again"));
    return ExitCodeOfPreparing(run.error().code);
  }
  return ExecuteRun(session, *run, std::move(facts), events, view, clock);
}

}  // namespace rehome::cli

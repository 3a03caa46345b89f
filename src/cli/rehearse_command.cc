#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "base/anchored_clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/consent.h"
#include "cli/event_log.h"
#include "cli/planned_work.h"
#include "cli/progress_view.h"
#include "cli/rehearse_pace.h"
#include "cli/rehearse_target.h"
#include "cli/rehearse_verdict.h"
#include "cli/role_check.h"
#include "cli/run_execution.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "pace/rows_in_flight.h"
#include "report/render.h"

namespace rehome::cli {
namespace {

// Beyond this some look-ups of an import would not be waited for.
constexpr base::Duration kLongestLatency = std::chrono::seconds(10);

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// Beside the runs, so that no command takes one for the other.
std::string RehearsalsDirectoryOf(const CommonOptions& common) {
  const std::filesystem::path runs =
      std::filesystem::path(RunsDirectoryOf(common) + "/").lexically_normal().parent_path();
  return (runs.parent_path() / "rehearsals").string();
}

RunOptions OptionsOf(const RehearseCommand& command) {
  return {.input = command.input,
          .pace = command.pace,
          .on_existing = command.on_existing,
          .adopt_unverified = command.adopt_unverified,
          .full_success = command.full_success};
}

base::Result<Session> SessionOf(const RehearseCommand& command) {
  Session session;
  session.common = command.common;
  session.common.runs_dir = RehearsalsDirectoryOf(command.common);
  session.options = OptionsOf(command);
  session.path = InputPathOf(command.input.file);
  session.verify = !command.no_verify;
  if (const auto options = ImportOptionsOf(session.options); !options) return options.error();
  const auto part = ParsePart(command.rows, command.limit);
  if (!part) return part.error();
  session.part = session.asked_part = *part;
  const auto latency = ParseLatency(command.latency);
  if (!latency) return latency.error();
  if (latency->high > kLongestLatency) {
    return base::Error{base::ErrorCode::kUsage,
                       "--latency " + base::EscapeForTerminal(command.latency) +
                           ": an import gives up on a look-up after 15 s, so that a rehearsal "
                           "takes at most 10000"};
  }
  session.rehearsal = Rehearsal{.import_line = command.import_line,
                                .latency = *latency,
                                .latency_text = command.latency,
                                .faults = command.faults,
                                .speed = command.speed};
  // The time of the survey is real: only what follows runs on the fast clock.
  RETURN_IF_ERROR(SurveyInput(session, base::SystemClock()));
  session.round_trip = {.time = latency->Mean(), .origin = RoundTrip::Origin::kGiven};
  Foretell(session);
  return session;
}

void Announce(const Session& session, const Furniture& furniture) {
  if (session.common.output.quiet) return;
  PrintLine("rehearsal: nothing is sent anywhere; a sandbox in this process answers after " +
            base::EscapeForTerminal(session.rehearsal->latency_text) + " ms, on a clock " +
            std::to_string(session.rehearsal->speed) + " times as fast");
  PrintText(PlanText(session));
  if (furniture.organizations > 0) {
    PrintLine(base::Count(furniture.organizations, "organization", "organizations") +
              " that must exist were put there first");
  }
  if (furniture.roles > 0) {
    PrintLine(base::Count(furniture.roles, "role", "roles") + " of the file were put there first");
  }
}

// What the run came to, if it came to its end.
std::optional<report::Summary> EndOf(const journal::RunDirectory& run) {
  const auto text = base::ReadWholeFile(run.summary_path());
  if (!text) return std::nullopt;
  auto summary = report::ParseSummaryJson(*text);
  if (!summary || !journal::ImportEnded(summary->run)) return std::nullopt;
  return *std::move(summary);
}

ExitCode Tell(const Session& session, const journal::RunDirectory& run, ExitCode code) {
  const auto summary = EndOf(run);
  if (!summary) {
    PrintLine("there is no prediction: the rehearsal did not come to its end");
    return code;
  }
  const RehearsalVerdict verdict = JudgeRehearsal(*summary);
  if (const std::string warning = MachineWarning(session, verdict); !warning.empty()) {
    PrintWarning(warning);
  }
  const std::string text = VerdictText(session, verdict);
  if (session.common.output.json) {
    PrintText(text);
    return code;
  }
  return PrintResult(text) ? code : ExitCode::kFatal;
}

ExitCode Rehearse(Session& session, base::AnchoredClock& clock) {
  const auto options = ImportOptionsOf(session.options);
  if (!options) return Refuse(options.error());
  RehearsalPace pace({.clock = clock,
                      .set_rate = [&clock](double rate) { clock.SetRate(rate); },
                      .limits = options->dispatch.pace,
                      .latency = session.rehearsal->latency.Mean(),
                      .in_flight = options->in_flight.value_or(pace::RowsInFlight::kFirst),
                      .warm_concurrency = options->warm_concurrency,
                      .fastest = static_cast<double>(session.rehearsal->speed)});
  session.rehearsal->pace = &pace;
  HoldSignals();
  auto target = RehearsalTarget::Start(session, clock);
  ReleaseSignals();
  if (!target) return Refuse(target.error());
  session.target = (*target)->target();
  Announce(session, (*target)->furniture());
  ProgressView view(session.common.output);
  EventLog events(clock, view, session.common.output.json);
  ShowWarnings(session);
  if (const auto roles = CheckRoles(session, clock); !roles) return Refuse(roles.error());
  journal::RunFacts facts;
  const auto run = PrepareRun(session, facts, clock, std::nullopt);
  if (!run) return Refuse(run.error());
  const ExitCode code = ExecuteRun(session, *run, std::move(facts), events, view, clock);
  return Tell(session, *run, code);
}

}  // namespace

ExitCode RunRehearse(const RehearseCommand& command) {
  auto session = SessionOf(command);
  if (!session) return Refuse(session.error());
  base::AnchoredClock clock(1);
  const auto deadline = ParseDeadline(command.pace.deadline, clock);
  if (!deadline) return Refuse(deadline.error());
  session->deadline = *deadline;
  return Rehearse(*session, clock);
}

}  // namespace rehome::cli

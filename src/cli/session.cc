#include "cli/session.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/target_lock.h"
#include "cli/terminal.h"
#include "json/writer.h"

namespace rehome::cli {
namespace {

constexpr std::size_t kWarningsShown = 5;

std::string WaitingMembers(const std::string& target, base::Duration at_most,
                           const std::optional<journal::LockHolder>& holder) {
  json::Writer writer;
  writer.BeginObject().Field("target", target).Field("at_most_ns", at_most.count());
  if (holder) {
    writer.Key("holder")
        .BeginObject()
        .Field("run", holder->run_id)
        .Field("host", holder->host)
        .Field("user", holder->user)
        .Field("pid", holder->pid)
        .EndObject();
  }
  writer.EndObject();
  return MembersOf(writer.text());
}

}  // namespace

std::string RunsDirectoryOf(const CommonOptions& common) {
  if (!common.runs_dir.empty()) return common.runs_dir;
  const char* set = std::getenv("REHOME_RUNS_DIR");  // NOLINT(concurrency-mt-unsafe): one thread
  return set == nullptr || *set == '\0' ? ".rehome/runs" : set;
}

std::string InputPathOf(const std::string& typed) {
  return typed == "-" ? typed : base::AbsolutePath(typed);
}

journal::RunStore RunStoreOf(const CommonOptions& common) {
  const bool typed = !common.runs_dir.empty();
  return journal::RunStore(RunsDirectoryOf(common),
                           typed ? " --runs-dir " + base::ShellWord(common.runs_dir) : "");
}

csv::Input InputOf(const Session& session) { return {session.path, session.corrections}; }

base::Status TakeLock(Session& session, const LockWish& wish, EventLog& events,
                      const base::Clock& clock) {
  if (wish.only_runner && session.options.coordinator == kOnTarget) {
    return base::Error{base::ErrorCode::kUsage,
                       "--i-am-the-only-runner takes no lock, and --coordinator target takes two; "
                       "leave one of them out (of a run that began with the latter, with "
                       "--coordinator machine)"};
  }
  if (wish.only_runner) return {};
  base::Duration wait(0);
  if (!wish.wait.empty()) {
    auto parsed = ParseDuration(wish.wait, "--wait");
    if (!parsed) return parsed.error();
    wait = *parsed;
  }
  journal::LockHolder self;
  self.run_id = wish.run_id;
  self.command = session.common.command_line;
  self.run_directory = base::AbsolutePath(RunsDirectoryOf(session.common));
  self.file = session.path;
  const base::Instant start = clock.Now();
  session.lock_until = start + wait;
  auto lock = journal::AcquireRunLock(
      journal::LockPath(session.target.endpoint, session.target.name), session.target.name, self,
      wait, clock,
      [&](const std::string& message, const std::optional<journal::LockHolder>& holder) {
        events.Emit("lock_waiting", WaitingMembers(session.target.name, wait, holder));
        PrintLine("waiting: " + base::EscapeForTerminal(message, 4096));
      });
  if (!lock) return lock.error();
  session.lock = std::move(*lock);
  session.lock_wait = clock.Now() - start;
  json::Writer writer;
  writer.BeginObject()
      .Field("target", session.target.name)
      .Field("waited_ns", session.lock_wait.count())
      .EndObject();
  events.Emit("lock_acquired", MembersOf(writer.text()));
  if (session.options.coordinator != kOnTarget) return {};
  const auto waited = AwaitTargetLock(session, events, clock);
  if (!waited) {
    ReleaseLock(session, events);
    return waited.error();
  }
  session.lock_wait += *waited;
  return {};
}

void ReleaseLock(const Session& session, EventLog& events) {
  if (session.lease) {
    if (const auto released = session.lease->Release(); !released) {
      events.Say("the lock on the target is left there: " +
                 base::EscapeForTerminal(released.error().message, 400) +
                 "; the next import of this machine replaces it, and `rehome lock release` with "
                 "--coordinator target removes it");
    }
  }
  // Of one that was taken away there is nothing to give back.
  if (!session.lock || !session.lock->StillHeld()) return;
  session.lock->Release();
  json::Writer writer;
  writer.BeginObject().Field("target", session.target.name).EndObject();
  events.Emit("lock_released", MembersOf(writer.text()));
}

std::string TemporaryDirectory() {
  const char* set = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe): one thread
  return set == nullptr || *set == '\0' ? "/tmp" : set;
}

base::Status SurveyInput(Session& session, const base::Clock& clock) {
  const base::Instant start = clock.Now();
  auto columns = ColumnOptionsOf(session.options.input);
  if (!columns) return columns.error();
  auto organization = OrganizationOptionsOf(session.options.input);
  if (!organization) return organization.error();
  auto header = csv::ReadHeader(session.path, *columns);
  if (!header) return header.error();
  session.header = std::move(*header);
  survey::SurveyOptions options;
  options.organization = std::move(*organization);
  options.first_row = session.part.first_row;
  options.last_row = session.part.last_row;
  options.temporary_directory = TemporaryDirectory();
  auto survey = survey::SurveyFile(InputOf(session), session.header, options);
  if (!survey) return survey.error();
  session.survey = std::move(*survey);
  if (session.part.last_row == 0 || session.part.last_row > session.survey.rows) {
    session.part.last_row = session.survey.rows;
  }
  if (session.part.first_row > std::max<std::int64_t>(session.survey.rows, 1)) {
    return base::Error{base::ErrorCode::kUsage,
                       "--rows begins at row " + std::to_string(session.part.first_row) +
                           ", and the file has " + base::Count(session.survey.rows, "row", "rows")};
  }
  session.survey_time = clock.Now() - start;
  session.forecast = MakeForecast(session.survey, session.options.pace);
  return {};
}

void ShowWarnings(const Session& session) {
  if (session.common.output.quiet) return;
  const std::string name = base::EscapeForTerminal(session.options.input.file);
  for (const std::string& warning : session.header.warnings) PrintWarning(warning);
  if (session.survey.rows == 0) {
    PrintWarning("the file has no rows: there is only a header, and nothing to import");
  }
  std::size_t shown = 0;
  for (const survey::SurveyWarning& warning : session.survey.warnings) {
    if (shown++ == kWarningsShown) break;
    PrintLine("warning: " + name + ":" + std::to_string(warning.line) + ": " +
              std::string(model::FactsOf(warning.reason).cause) + " (" +
              base::EscapeForTerminal(warning.detail) + ")");
  }
  const std::int64_t more =
      session.survey.warning_count - static_cast<std::int64_t>(kWarningsShown);
  if (more > 0) PrintLine("warning: and " + base::WithThousands(more) + " more of this kind");
}

base::Result<std::optional<base::Instant>> ParseDeadline(const std::string& text,
                                                         const base::Clock& clock) {
  if (text.empty()) return std::optional<base::Instant>();
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) {
    auto duration = ParseDuration(text, "--deadline");
    if (!duration) return duration.error();
    return std::optional(clock.Now() + *duration);
  }
  const auto hours = base::ParseInt(text.substr(0, colon));
  const auto minutes = base::ParseInt(text.substr(colon + 1));
  if (!hours || !minutes || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59) {
    return base::Error{base::ErrorCode::kUsage,
                       "--deadline wants a time such as 2h or 06:00, not \"" +
                           base::EscapeForTerminal(text) + "\""};
  }
  const std::time_t now = std::chrono::system_clock::to_time_t(clock.WallNow());
  std::tm then{};
  localtime_r(&now, &then);
  then.tm_hour = static_cast<int>(*hours);
  then.tm_min = static_cast<int>(*minutes);
  then.tm_sec = 0;
  then.tm_isdst = -1;
  if (std::mktime(&then) <= now) {
    ++then.tm_mday;
    then.tm_isdst = -1;
  }
  return std::optional(clock.Now() + std::chrono::seconds(std::mktime(&then) - now));
}

base::Result<pipeline::RowSource::Part> ParsePart(const std::string& rows, std::int64_t limit) {
  pipeline::RowSource::Part part;
  if (!rows.empty() && limit > 0) {
    return base::Error{base::ErrorCode::kUsage, "--rows and --limit exclude each other"};
  }
  part.last_row = limit;
  if (rows.empty()) return part;
  const std::size_t dash = rows.find('-');
  const auto first = base::ParseInt(rows.substr(0, dash));
  const auto last = dash == std::string::npos ? first : base::ParseInt(rows.substr(dash + 1));
  if (!first || !last || *first < 1 || *last < *first) {
    return base::Error{base::ErrorCode::kUsage,
                       "--rows wants two row numbers such as 1-100, not \"" +
                           base::EscapeForTerminal(rows) + "\""};
  }
  part.first_row = *first;
  part.last_row = *last;
  return part;
}

}  // namespace rehome::cli

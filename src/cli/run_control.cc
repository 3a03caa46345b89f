#include "cli/run_control.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/progress_line.h"
#include "cli/run_options.h"
#include "json/writer.h"

namespace rehome::cli {
namespace {

using Kind = ControlRequest::Kind;

// Raised when an older `rehome ctl` would misread an answer.
constexpr std::int64_t kVersion = 1;
// Notes that are kept for the summary, the last ones: a script may change the rate every minute.
constexpr std::size_t kMostNotes = 50;

// `14:03` by the clock on the wall of whoever looks.
std::string TimeOfDay(base::WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M", &local);
  return text.data();
}

std::string NotWhile(const ControlRequest& request, const Steering& steering) {
  return request.Text() + " does nothing " + std::string(steering.when);
}

std::string EventMembers(std::string_view command, const base::LocalPeer& peer, bool done,
                         std::string_view message) {
  json::Writer writer;
  writer.BeginObject()
      .Field("command", command)
      .Field("by", "ctl")
      .Field("pid", peer.pid)
      .Field("uid", peer.uid)
      .Field("ok", done)
      .Field("message", message)
      .EndObject();
  return MembersOf(writer.text());
}

void WriteStatus(json::Writer& writer, const ControlStatus& status) {
  writer.Field("state", "running")
      .Field("phase", status.phase)
      .Field("rows_done", status.rows_done)
      .Field("rows", status.rows)
      .Field("rows_in_flight", status.rows_in_flight);
  if (status.rows_allowed > 0) writer.Field("rows_allowed", status.rows_allowed);
  if (status.per_second) writer.Field("per_second", *status.per_second);
  if (!status.limit.empty()) writer.Field("limit", status.limit);
}

}  // namespace

void RunControl::Open() {
  auto socket = base::LocalListener::Open(run_.path(), kControlSocket);
  if (socket) {
    socket_ = std::move(*socket);
    return;
  }
  const std::string why = base::EscapeForTerminal(socket.error().message, 500);
  json::Writer writer;
  writer.BeginObject().Field("why", why).EndObject();
  events_.Emit("control_unavailable", MembersOf(writer.text()));
  view_.Say("rehome ctl cannot reach this run (" + why + "); the file " +
            base::EscapeForTerminal(run_.File(kPauseFile), 4096) + " still pauses it");
}

void RunControl::Begin(const Steering& steering) {
  if (is_paused_ && steering.pause) steering.pause();
  LookForFile(steering);
}

void RunControl::Serve(const Steering& steering) {
  LookForFile(steering);
  if (!socket_) return;
  socket_->Serve([&](std::string_view line, const base::LocalPeer& peer) {
    return Answer(line, peer, steering);
  });
}

std::optional<LimitText> RunControl::paused() const {
  if (!is_paused_) return std::nullopt;
  const base::WallTime since = paused_by_file_ ? *paused_by_file_ : *paused_by_ctl_;
  const std::string by =
      paused_by_file_
          ? "paused by the file " + base::EscapeForTerminal(run_.File(kPauseFile), 4096) + " since "
          : "paused by ctl since ";
  return LimitText{.words = by + TimeOfDay(since), .brief = kPausedBriefly, .waiting = true};
}

// What it looks at and what it refuses changes nothing, and monitors ask often.
std::string RunControl::Answer(std::string_view line, const base::LocalPeer& peer,
                               const Steering& steering) {
  const auto request = ParseControl(line);
  const Reaction reaction =
      request ? React(*request, steering) : Reaction{.message = request.error().message};
  const bool asks_only = request && request->kind == Kind::kStatus;
  if (!asks_only) {
    const std::string command = base::EscapeForTerminal(line);
    events_.Emit("control", EventMembers(command, peer, reaction.done, reaction.message));
    if (reaction.done) {
      Note(command);
      view_.Say("told by ctl (pid " + std::to_string(peer.pid) + "): " + command + ": " +
                reaction.message);
    }
  }
  json::Writer writer;
  writer.BeginObject()
      .Field("v", kVersion)
      .Field("ok", reaction.done)
      .Field("run", run_.run_id())
      .Field("command", base::EscapeForTerminal(line))
      .Field("message", reaction.message);
  if (asks_only) WriteStatus(writer, steering.look());
  if (is_paused_) {
    writer.Field("paused_by", paused_by_file_ ? "file" : "ctl")
        .Field("paused_since",
               base::FormatIso8601(paused_by_file_ ? *paused_by_file_ : *paused_by_ctl_));
  }
  writer.EndObject();
  return writer.Take();
}

RunControl::Reaction RunControl::React(const ControlRequest& request, const Steering& steering) {
  if (stopping_ && request.kind != Kind::kStatus) {
    return {.message = "the run is stopping already"};
  }
  switch (request.kind) {
    case Kind::kStatus:
      return {.done = true, .message = StatusText(steering.look())};
    case Kind::kStop:
      return Stop(steering);
    case Kind::kPause:
      if (!steering.pause) return {.message = NotWhile(request, steering)};
      return Pause(steering);
    case Kind::kResume:
      if (!steering.resume) return {.message = NotWhile(request, steering)};
      return Resume(steering);
    case Kind::kRate:
      if (!steering.set_pace) return {.message = NotWhile(request, steering)};
      return SetRate(request, steering);
    case Kind::kConcurrency:
      if (!steering.set_rows_in_flight) return {.message = NotWhile(request, steering)};
      return SetRows(request, steering);
  }
  return {};
}

RunControl::Reaction RunControl::Pause(const Steering& steering) {
  const bool already = paused_by_ctl_.has_value();
  if (!already) paused_by_ctl_ = clock_.WallNow();
  ApplyPause(steering);
  if (already) return {.done = true, .message = "it is paused already; rehome ctl resume goes on"};
  return {.done = true,
          .message = "nothing more is sent, what is out is finished; rehome ctl resume goes on"};
}

RunControl::Reaction RunControl::Resume(const Steering& steering) {
  const bool was_paused = std::exchange(paused_by_ctl_, std::nullopt).has_value();
  ApplyPause(steering);
  if (paused_by_file_) {
    return {.done = false,
            .message = "it stays paused as long as there is the file " +
                       base::EscapeForTerminal(run_.File(kPauseFile), 4096) + ": remove it"};
  }
  return {.done = true, .message = was_paused ? "it goes on" : "it was not paused"};
}

// --min-delay and --reserve stay as they are.
RunControl::Reaction RunControl::SetRate(const ControlRequest& request, const Steering& steering) {
  PaceOptions pace = pace_;
  pace.rate = request.value == "default" ? "" : request.value;
  const auto settings = PaceOf(pace);
  if (!settings) return {.message = settings.error().message};
  pace_ = std::move(pace);
  steering.set_pace(*settings);
  json::Writer writer;
  writer.BeginObject().Field("rate", request.value).EndObject();
  events_.Emit("rate_changed", MembersOf(writer.text()));
  std::string now = request.value + " writes per second";
  if (request.value == "none") now = "no limit of ours";
  if (request.value == "default") now = "the documented quota, less --reserve";
  return {.done = true,
          .message = "the rate is " + now +
                     " until this process ends; a resume begins with the "
                     "run's own --rate"};
}

RunControl::Reaction RunControl::SetRows(const ControlRequest& request, const Steering& steering) {
  const std::optional<int> rows = request.Rows();
  steering.set_rows_in_flight(rows);
  const std::string now = rows ? "at most " + base::Count(*rows, "row", "rows") + " at once"
                               : "as many rows at once as are useful";
  return {.done = true, .message = now + " until this process ends"};
}

RunControl::Reaction RunControl::Stop(const Steering& steering) {
  Stopping();
  steering.stop();
  return {.done = true, .message = "it stops: what was sent is finished; " + steering.way_on};
}

void RunControl::LookForFile(const Steering& steering) {
  if (!steering.pause) return;
  // Of a directory that cannot be read just now nothing is known: it stays as it is.
  const auto file_status = base::Stat(run_.File(kPauseFile));
  if (!file_status && file_status.error().code != base::ErrorCode::kNotFound) return;
  const bool is_there = file_status.ok();
  if (is_there == paused_by_file_.has_value()) return;
  if (is_there) {
    paused_by_file_ = clock_.WallNow();
  } else {
    paused_by_file_.reset();
  }
  ApplyPause(steering);
  json::Writer writer;
  writer.BeginObject().Field("command", is_there ? "pause" : "resume").Field("by", "file");
  events_.Emit("control", MembersOf(writer.EndObject().text()));
  Note(is_there ? "pause (file)" : "resume (file)");
  const std::string file = base::EscapeForTerminal(run_.File(kPauseFile), 4096);
  if (is_there) {
    view_.Say("paused: nothing more is sent as long as there is the file " + file);
  } else {
    view_.Say("the file " + file +
              (is_paused_ ? " is gone, and it stays paused by ctl" : " is gone: it goes on"));
  }
}

void RunControl::ApplyPause(const Steering& steering) {
  const bool paused = paused_by_ctl_ || paused_by_file_;
  if (paused == std::exchange(is_paused_, paused)) return;
  if (paused) {
    paused_at_ = clock_.Now();
    steering.pause();
  } else {
    paused_before_ += clock_.Now() - paused_at_;
    steering.resume();
  }
}

base::Duration RunControl::paused_for() const {
  return paused_before_ + (is_paused_ ? clock_.Now() - paused_at_ : base::Duration(0));
}

void RunControl::Note(const std::string& command) {
  if (notes_.size() >= kMostNotes) notes_.erase(notes_.begin());
  notes_.push_back({.at = base::FormatIso8601(clock_.WallNow()), .command = command});
}

std::string RunControl::StatusText(const ControlStatus& status) const {
  std::string text = status.phase + ", " + base::WithThousands(status.rows_done) + " of " +
                     base::Count(status.rows, "row", "rows");
  if (status.per_second) text += ", " + RateText(*status.per_second);
  text += ", " + base::Count(status.rows_in_flight, "row", "rows") + " in flight";
  if (status.rows_allowed > 0) {
    text += " of at most " + base::WithThousands(status.rows_allowed);
  }
  if (stopping_) return text + ", stopping";
  if (const auto words = paused()) return text + ", " + words->words;
  return status.limit.empty() ? text : text + ", limit: " + status.limit;
}

}  // namespace rehome::cli

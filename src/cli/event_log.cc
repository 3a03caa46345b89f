#include "cli/event_log.h"

#include <unistd.h>

#include <chrono>
#include <string_view>

#include "base/text.h"
#include "cli/signals.h"
#include "cli/version.h"
#include "json/writer.h"

namespace rehome::cli {

EventLog::EventLog(const base::Clock& clock, ProgressView& view, bool to_stdout)
    : clock_(clock), view_(view), to_stdout_(to_stdout), stdout_(STDOUT_FILENO) {
  json::Writer writer;
  writer.BeginObject().Field("tool", "rehome " + Version()).Field("schema", "1").EndObject();
  Emit("version", MembersOf(writer.text()));
}

base::Status EventLog::OpenFile(const std::string& path) {
  auto file = base::OpenForAppending(path);
  if (!file) return file.error();
  base::MutexLock lock(mutex_);
  file_ = std::move(*file);
  RETURN_IF_ERROR(file_.Write(before_file_));
  before_file_.clear();
  return {};
}

void EventLog::WaitForReader() {
  WriteReady();
  if (!stdout_.Idle()) ReleaseSignals();
  stdout_.Release();
}

void EventLog::Emit(std::string_view type, const std::string& members) {
  json::Writer head;
  head.BeginObject().Field("type", type).Field("at", base::FormatIso8601(clock_.WallNow()));
  const std::string line = head.text() + (members.empty() ? "" : "," + members) + "}\n";
  base::MutexLock lock(mutex_);
  if (to_stdout_) stdout_.Put(line);
  if (!file_.is_open()) {
    before_file_ += line;
    return;
  }
  // Events are for people and monitors: losing one must not end a run, the journal decides that.
  const base::Status ignored = file_.Write(line);
  static_cast<void>(ignored);
}

namespace {

std::string_view NameOf(dispatch::QuotaKind kind) {
  switch (kind) {
    case dispatch::QuotaKind::kUserWrites:
      return "user_writes";
    case dispatch::QuotaKind::kUserReads:
      return "user_reads";
    case dispatch::QuotaKind::kAll:
      return "all";
  }
  return {};
}

std::string WordsOf(dispatch::QuotaKind kind) {
  switch (kind) {
    case dispatch::QuotaKind::kUserWrites:
      return "user writes";
    case dispatch::QuotaKind::kUserReads:
      return "user reads";
    case dispatch::QuotaKind::kAll:
      return "requests";
  }
  return {};
}

}  // namespace

std::string MembersOf(std::string_view object) {
  return std::string(object.substr(1, object.size() - 2));
}

void TellMismatch(EventLog& events, const dispatch::Mismatch& mismatch) {
  events.Emit("answer_mismatch", MembersOf(dispatch::EncodeMismatch(mismatch)));
}

std::string QuotaChangeText(const dispatch::QuotaChange& change) {
  const std::string count = base::WithThousands(change.expected);
  const std::string window =
      " in " + std::to_string(change.window / std::chrono::seconds(1)) + " s";
  if (change.to >= change.expected) {
    return "the target allows " + count + " " + WordsOf(change.kind) + window + " again";
  }
  return "the target refuses " + WordsOf(change.kind) + " below the " + count + window +
         (change.by_rate ? " of --rate: going slower, and trying for more now and then"
                         : " that are documented: going slower, and trying for more now and then");
}

void TellQuotaChange(EventLog& events, const dispatch::QuotaChange& change) {
  const bool lowered = change.to < change.expected;
  json::Writer writer;
  writer.BeginObject()
      .Field("quota", NameOf(change.kind))
      .Field("from", change.from)
      .Field("to", change.to)
      .Field("expected", change.expected)
      .Field("by_rate", change.by_rate)
      .Field("window_s", change.window / std::chrono::seconds(1))
      .EndObject();
  events.Emit(lowered ? "quota_lowered" : "quota_raised", MembersOf(writer.text()));
  events.Say(QuotaChangeText(change));
}

}  // namespace rehome::cli

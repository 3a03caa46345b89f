#include "cli/event_log.h"

#include <unistd.h>

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

std::string MembersOf(std::string_view object) {
  return std::string(object.substr(1, object.size() - 2));
}

void TellMismatch(EventLog& events, const dispatch::Mismatch& mismatch) {
  events.Emit("answer_mismatch", MembersOf(dispatch::EncodeMismatch(mismatch)));
}

}  // namespace rehome::cli

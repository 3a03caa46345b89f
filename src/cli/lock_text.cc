#include "cli/lock_text.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

std::string Remark(journal::HolderLife life) {
  switch (life) {
    case journal::HolderLife::kRunning:
      return "";
    case journal::HolderLife::kSuspended:
      return ", suspended (T)";
    case journal::HolderLife::kNotSeen:
      return ", not seen from here";
    case journal::HolderLife::kElsewhere:
      return ", in another container";
  }
  return {};
}

}  // namespace

void WriteHolder(json::Writer& writer, const journal::LockHolder& holder) {
  writer.Key("holder")
      .BeginObject()
      .Field("run", holder.run_id)
      .Field("host", holder.host)
      .Field("user", holder.user)
      .Field("pid", holder.pid)
      .Field("life", NameOf(journal::LifeOf(holder)))
      .Field("command", holder.command)
      .Field("run_directory", holder.run_directory)
      .Field("acquired_at", holder.acquired_at)
      .EndObject();
}

std::string HolderText(const journal::LockHolder& holder) {
  return base::EscapeForTerminal(holder.user) + "@" + base::EscapeForTerminal(holder.host) +
         ", pid " + std::to_string(holder.pid) + Remark(journal::LifeOf(holder)) + ", since " +
         base::EscapeForTerminal(holder.acquired_at);
}

void AuditRelease(const journal::RunDirectory& run, std::string_view result) {
  const journal::LockHolder self = journal::DescribeThisProcess();
  json::Writer writer;
  writer.BeginObject()
      .Field("type", "lock_release")
      .Field("at", base::FormatIso8601(base::SystemClock().WallNow()))
      .Field("result", result)
      .Field("user", self.user)
      .Field("host", self.host)
      .Field("pid", self.pid)
      .EndObject();
  // Without events it has none of its own yet; a file of this user would be in its way.
  if (!base::Stat(run.events_path())) return;
  auto file = base::OpenForAppending(run.events_path());
  const base::Status written =
      file ? file->Write(writer.Take() + "\n") : base::Status(file.error());
  if (!written) PrintWarning("this is not among the events of the run: " + written.error().message);
}

}  // namespace rehome::cli

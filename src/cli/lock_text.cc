#include "cli/lock_text.h"

#include "base/text.h"

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

}  // namespace rehome::cli

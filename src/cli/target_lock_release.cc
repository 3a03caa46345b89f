#include <optional>
#include <string>
#include <thread>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/lock_text.h"
#include "cli/target_lock.h"
#include "cli/terminal.h"
#include "json/writer.h"
#include "pipeline/target_lease.h"

namespace rehome::cli {
namespace {

// Between two looks at a lock that may be renewed: a third of the time between two renewals.
constexpr base::Duration kLookEvery = std::chrono::seconds(10);

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

/// What became of a wish to remove the lock on a target.
enum class Removal { kFree, kOther, kAlive, kRemoved };

struct Finding {
  Removal removal = Removal::kFree;
  std::optional<pipeline::LeaseNote> note;
};

std::string_view NameOf(Removal removal) {
  switch (removal) {
    case Removal::kFree:
      return "free";
    case Removal::kOther:
      return "held_by_another_run";
    case Removal::kAlive:
      return "holder_alive";
    case Removal::kRemoved:
      return "removed";
  }
  return {};
}

/// Follows one lock on a target until it may be removed, or may not.
class TargetLockRelease {
 public:
  TargetLockRelease(pipeline::LeaseProtocol& protocol, std::string run_id, const base::Clock& clock)
      : protocol_(protocol), run_id_(std::move(run_id)), clock_(clock) {}

  base::Result<Finding> Release() {
    auto note = protocol_.Find();
    if (!note) return note.error();
    if (!*note) return Finding{};
    if ((*note)->holder.run_id != run_id_) return Finding{Removal::kOther, *note};
    if (!pipeline::IsOrphaned(**note)) {
      const base::Duration lapse = pipeline::LeaseTerms().lapse;
      PrintLine("looking for " + base::FormatDuration(lapse) + " whether its holder renews it");
      auto stood_still = StandsStill(**note, lapse);
      if (!stood_still) return stood_still.error();
      if (*stood_still) return *std::move(*stood_still);
      // Its holder, should it wake up, learns with its next renewal that it has the lock no more.
      const auto usurped = protocol_.Usurp(**note);
      if (!usurped) return usurped.error();
      if (!*usurped) return Finding{};
      // Or it sends nothing more, since it cannot renew it.
      PrintLine("it stands still; waiting " + base::FormatDuration(lapse) +
                " more, in which a holder that wakes up learns that the lock is gone");
      std::this_thread::sleep_for(clock_.ToReal(lapse));
    }
    RETURN_IF_ERROR(protocol_.Remove(**note));
    return Finding{Removal::kRemoved, *note};
  }

 private:
  // A finding as soon as it changes, nothing when it has stood still for `time`.
  base::Result<std::optional<Finding>> StandsStill(const pipeline::LeaseNote& seen,
                                                   base::Duration time) {
    const base::Instant until = clock_.Now() + time;
    while (clock_.Now() < until) {
      std::this_thread::sleep_for(clock_.ToReal(kLookEvery));
      auto now = protocol_.Find();
      if (!now) return now.error();
      if (!*now) return std::optional(Finding{});
      const bool same = (*now)->organization_id == seen.organization_id;
      if (!same) return std::optional(Finding{Removal::kOther, *now});
      if ((*now)->beat != seen.beat) return std::optional(Finding{Removal::kAlive, *now});
    }
    return std::optional<Finding>();
  }

  pipeline::LeaseProtocol& protocol_;
  const std::string run_id_;
  const base::Clock& clock_;
};

std::string Text(const Finding& finding, const Target& target, const std::string& run_id) {
  const std::string at = "the lock on the target at " + base::EscapeForTerminal(target.endpoint);
  switch (finding.removal) {
    case Removal::kFree:
      return at + " is free: there is nothing to release\n";
    case Removal::kOther:
      return at + " is held by another run than " + run_id + ": " + HolderText(*finding.note) +
             (finding.note->holder.run_id.empty()
                  ? std::string()
                  : ", run " + base::EscapeForTerminal(finding.note->holder.run_id)) +
             "; nothing was released\n";
    case Removal::kAlive:
      return at + " is held by run " + run_id + ", which renews it: " + HolderText(*finding.note) +
             "; nothing was released, since it goes on sending; stop it there (it can be "
             "resumed)\n";
    case Removal::kRemoved:
      return at + " is released: run " + run_id + " had it, " + HolderText(*finding.note) + "\n";
  }
  return {};
}

std::string Json(const Finding& finding, const Target& target, const std::string& run_id) {
  json::Writer writer;
  writer.BeginObject()
      .Field("run", run_id)
      .Field("target", target.name)
      .Field("endpoint", target.endpoint)
      .Field("coordinator", "target")
      .Field("result", NameOf(finding.removal));
  if (finding.note) WriteHolder(writer, *finding.note);
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace

ExitCode RunTargetLockRelease(const LockCommand& command) {
  auto target = ResolveTarget(command.target, KeyNeed::kNeeded);
  if (!target) return Refuse(target.error());
  if (auto rate = CheckClockRate(command.common.clock_rate, target->endpoint); !rate) {
    return Refuse(rate.error());
  }
  const base::SystemClock clock(command.common.clock_rate);
  auto protocol = MakeLeaseProtocol(*target, clock);
  if (!protocol) return Refuse(protocol.error());
  const auto finding = TargetLockRelease(**protocol, command.run, clock).Release();
  if (!finding) return Refuse(finding.error());
  // Of a run of another machine there is no folder here.
  const journal::RunStore store = RunStoreOf(command.common);
  if (const auto run = store.Find(command.run); run && run->run_id() == command.run) {
    AuditRelease(*run, NameOf(finding->removal));
  }
  const std::string text = command.common.output.json ? Json(*finding, *target, command.run)
                                                      : Text(*finding, *target, command.run);
  if (!command.common.output.quiet && !PrintResult(text)) return ExitCode::kFatal;
  const bool free = finding->removal == Removal::kFree || finding->removal == Removal::kRemoved;
  return free ? ExitCode::kDone : ExitCode::kLocked;
}

}  // namespace rehome::cli

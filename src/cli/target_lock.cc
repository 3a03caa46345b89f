#include "cli/target_lock.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "cli/lock_text.h"
#include "cli/target_loop.h"
#include "cli/terminal.h"
#include "http/event_loop.h"
#include "json/writer.h"
#include "pipeline/target_lease.h"

namespace rehome::cli {
namespace {

// Between two looks of a start that waits: each costs a read of the target's quota.
constexpr base::Duration kShortestPause = std::chrono::seconds(2);
constexpr base::Duration kLongestPause = std::chrono::seconds(16);

// What the lock on the target sends in a minute at most: to take it and give it back, and two
// renewals.
constexpr std::int64_t kLeaseRequestsPerMinute = 10;

/// One request at a time on an event loop, which is driven by whoever asks.
class OneRequest final : public http::Driver {
 public:
  OneRequest(http::EventLoop& loop, http::Request request)
      : loop_(loop), request_(std::move(request)) {}

  void Poll(base::Instant) override {
    if (!request_) return;
    http::Request request = *std::exchange(request_, std::nullopt);
    loop_.Start(std::move(request),
                [this](http::Completion completion) { completion_ = std::move(completion); });
  }
  std::optional<base::Instant> NextDeadline() const override { return std::nullopt; }
  bool finished() const override { return completion_.has_value(); }
  http::Completion Take() { return *std::move(completion_); }

 private:
  http::EventLoop& loop_;
  std::optional<http::Request> request_;
  std::optional<http::Completion> completion_;
};

std::string OrganizationText(const pipeline::LeaseNote& note) {
  return note.organization_id.empty()
             ? "an organization that does not show yet"
             : "organization " + base::EscapeForTerminal(note.organization_id);
}

std::string HeldMessage(const Target& target, const pipeline::LeaseNote& note) {
  const std::string run = base::EscapeForTerminal(note.holder.run_id);
  std::string text = "target \"" + base::EscapeForTerminal(target.name) +
                     "\" is locked on the target itself (" + OrganizationText(note) +
                     "): another run is working on it, so nothing was sent\n";
  text += "  holder:  " + HolderText(note) + "\n";
  if (!run.empty()) text += "  run:     " + run + "\n";
  text +=
      "why: two imports at once can be given each other's cached answers, and both would create "
      "the same organizations and users (docs/parallel-runs.md)\n"
      "wait for it with --wait 10m, or stop it there (it can be resumed)";
  if (run.empty()) return text;
  return text + "\nif its process or machine is gone for good: rehome lock release " + run +
         " --coordinator target";
}

std::string HolderMembers(const Target& target, const pipeline::LeaseNote& note) {
  json::Writer writer;
  writer.BeginObject()
      .Field("target", target.name)
      .Field("coordinator", "target")
      .Field("organization", note.organization_id);
  WriteHolder(writer, note);
  writer.EndObject();
  return MembersOf(writer.text());
}

}  // namespace

base::Result<std::unique_ptr<pipeline::LeaseProtocol>> MakeLeaseProtocol(const Target& target,
                                                                         const base::Clock& clock) {
  auto made = MakeLoop(target, clock);
  if (!made) return made.error();
  // Of whichever thread asks.
  const std::shared_ptr<http::EventLoop> loop = *std::move(made);
  pipeline::AskTarget ask = [loop](http::Request request) {
    OneRequest one(*loop, std::move(request));
    loop->Run(one);
    return one.Take();
  };
  pipeline::Pause pause = [&clock](base::Duration duration) {
    std::this_thread::sleep_for(clock.ToReal(duration));
  };
  const std::uint64_t seed = base::EntropySeed();
  return std::make_unique<pipeline::LeaseProtocol>(std::move(ask), std::move(pause), clock,
                                                   base::Random(seed).Uuid(), seed);
}

std::string HolderText(const pipeline::LeaseNote& note) {
  if (note.holder.host.empty()) return "unknown";
  const bool here = journal::LifeOf(note.holder) != journal::HolderLife::kElsewhere;
  if (here) return HolderText(note.holder);  // of this machine, see lock_text.h
  return base::EscapeForTerminal(note.holder.user) + "@" +
         base::EscapeForTerminal(note.holder.host) + ", pid " + std::to_string(note.holder.pid) +
         ", on another machine or in another container, since " +
         base::EscapeForTerminal(note.holder.acquired_at);
}

void WriteHolder(json::Writer& writer, const pipeline::LeaseNote& note) {
  writer.Key("holder")
      .BeginObject()
      .Field("run", note.holder.run_id)
      .Field("host", note.holder.host)
      .Field("user", note.holder.user)
      .Field("pid", note.holder.pid)
      .Field("beat", note.beat)
      .Field("acquired_at", note.holder.acquired_at)
      .EndObject();
}

base::Result<base::Duration> AwaitTargetLock(const Session& session, base::Duration wait,
                                             EventLog& events, const base::Clock& clock) {
  auto protocol = MakeLeaseProtocol(session.target, clock);
  if (!protocol) return protocol.error();
  const base::Instant begin = clock.Now();
  const base::Instant give_up = begin + wait;
  base::Random jitter(base::EntropySeed());
  for (bool waited = false;; waited = true) {
    const auto found = (*protocol)->Find();
    if (!found) return found.error();
    if (!*found || pipeline::IsOrphaned(**found)) {
      return waited ? clock.Now() - begin : base::Duration(0);
    }
    const std::string message = HeldMessage(session.target, **found);
    const base::Duration left = give_up - clock.Now();
    if (left <= base::Duration(0)) return base::Error{base::ErrorCode::kLocked, message};
    if (!waited) {
      events.Emit("lock_waiting", HolderMembers(session.target, **found));
      PrintLine("waiting: " + message);
    }
    const auto spread = static_cast<std::uint64_t>((kLongestPause - kShortestPause).count());
    const base::Duration pause =
        kShortestPause + base::Duration(static_cast<std::int64_t>(jitter.Below(spread)));
    std::this_thread::sleep_for(clock.ToReal(std::min(pause, left)));
  }
}

base::Status TakeTargetLock(Session& session, const std::string& run_id, EventLog& events,
                            const base::Clock& clock) {
  if (!session.lock || session.options.coordinator != kOnTarget) return {};
  auto protocol = MakeLeaseProtocol(session.target, clock);
  if (!protocol) return protocol.error();
  journal::LockHolder self = journal::DescribeThisProcess();
  self.run_id = run_id;
  self.acquired_at = base::FormatIso8601(clock.WallNow());
  const base::Instant now = clock.Now();
  const base::WallTime wall = clock.WallNow();
  auto taking = (*protocol)->Take(self);
  if (!taking) return taking.error();
  if (!taking->ours) {
    return base::Error{base::ErrorCode::kLocked, HeldMessage(session.target, taking->note)};
  }
  events.Emit("lock_acquired", HolderMembers(session.target, taking->note));
  events.Say("lock on the target: organization " +
             base::EscapeForTerminal(taking->note.organization_id));
  session.lease = std::make_unique<pipeline::TargetLease>(
      std::move(**protocol), std::move(taking->note), clock, now, wall);
  return {};
}

std::optional<base::Error> LockLost(const Session& session) {
  if (session.lock && !session.lock->StillHeld()) {
    return base::Error{base::ErrorCode::kLimit,
                       "the lock file was removed or replaced while the run was going: another "
                       "import could have started"};
  }
  if (!session.lease) return std::nullopt;
  if (session.lease->standing() != pipeline::TargetLease::Standing::kLost) return std::nullopt;
  return base::Error{base::ErrorCode::kLimit,
                     "the lock on the target was lost (" +
                         base::EscapeForTerminal(session.lease->trouble(), 400) +
                         "): another import could have started"};
}

void HeedLocks(const Session& session, dispatch::DispatchSettings& settings) {
  if (!session.lock) return;
  settings.before_write = [&session] {
    auto lost = LockLost(session);
    return lost ? base::Status(*std::move(lost)) : base::Status();
  };
  if (!session.lease) return;
  settings.hold_writes = [&lease = *session.lease] {
    return lease.standing() == pipeline::TargetLease::Standing::kUnproven;
  };
  // Its requests pass no window of the dispatcher.
  std::int64_t& all = settings.pace.all_per_60s;
  if (all > 0) all = std::max<std::int64_t>(1, all - kLeaseRequestsPerMinute);
}

}  // namespace rehome::cli

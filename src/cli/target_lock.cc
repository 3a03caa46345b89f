#include "cli/target_lock.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "cli/lock_text.h"
#include "cli/signals.h"
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
// How long a signal may go unnoticed while the lock is taken, in real time.
constexpr base::Duration kSignalSlice = std::chrono::milliseconds(50);

// What the lock on the target sends in a minute, and some more for when a renewal is tried again.
constexpr std::int64_t kLeaseRequestsPerMinute = 15;

/// Signals that are held while the lock on the target is taken. Main thread.
class Interruption {
 public:
  explicit Interruption(ProgressView& view) : view_(view) {}

  /// Lets so much real time pass, less when a signal comes.
  void Pause(base::Duration real) {
    for (base::Duration left = real; left > base::Duration(0) && !signal_; left -= kSignalSlice) {
      Look(std::chrono::ceil<std::chrono::milliseconds>(std::min(left, kSignalSlice)));
    }
  }
  void Look(std::chrono::milliseconds real) {
    if (signal_) return;
    signal_ = WaitForSignal(real);
    if (signal_) view_.Tell("stopping: waiting for the target's answer");
  }
  const std::optional<int>& signal() const { return signal_; }

 private:
  ProgressView& view_;
  std::optional<int> signal_;
};

/// One request at a time on an event loop, which is driven by whoever asks.
class OneRequest final : public http::Driver {
 public:
  /// `interruption` may be null.
  OneRequest(http::EventLoop& loop, http::Request request, Interruption* interruption,
             const base::Clock& clock)
      : loop_(loop), request_(std::move(request)), interruption_(interruption), clock_(clock) {}

  void Poll(base::Instant) override {
    if (interruption_ != nullptr) interruption_->Look(std::chrono::milliseconds(0));
    if (!request_) return;
    http::Request request = *std::exchange(request_, std::nullopt);
    loop_.Start(std::move(request),
                [this](http::Completion completion) { completion_ = std::move(completion); });
  }
  std::optional<base::Instant> NextDeadline() const override {
    if (interruption_ == nullptr) return std::nullopt;
    const auto slice = std::chrono::duration<double, std::nano>(kSignalSlice) * clock_.rate();
    return clock_.Now() + std::chrono::duration_cast<base::Duration>(slice);
  }
  bool finished() const override { return completion_.has_value(); }
  http::Completion Take() { return *std::move(completion_); }

 private:
  http::EventLoop& loop_;
  std::optional<http::Request> request_;
  std::optional<http::Completion> completion_;
  Interruption* const interruption_;
  const base::Clock& clock_;
};

/// What a protocol asks and waits with. `interruption` is heeded while it is set, by whichever
/// thread asks; references must outlive it.
struct Line {
  std::shared_ptr<http::EventLoop> loop;
  Interruption* interruption = nullptr;
};

pipeline::LeaseProtocol MakeProtocol(const std::shared_ptr<Line>& line, const base::Clock& clock) {
  pipeline::AskTarget ask = [line, &clock](http::Request request) {
    OneRequest one(*line->loop, std::move(request), line->interruption, clock);
    line->loop->Run(one);
    return one.Take();
  };
  pipeline::Pause pause = [line, &clock](base::Duration duration) {
    const base::Duration real = clock.ToReal(duration);
    if (line->interruption != nullptr) {
      line->interruption->Pause(real);
    } else {
      std::this_thread::sleep_for(real);
    }
  };
  const std::uint64_t seed = base::EntropySeed();
  return {std::move(ask), std::move(pause), clock, base::Random(seed).Uuid(), seed};
}

base::Result<std::shared_ptr<Line>> MakeLine(const Target& target, const base::Clock& clock) {
  auto loop = MakeLoop(target, clock);
  if (!loop) return loop.error();
  auto line = std::make_shared<Line>();
  line->loop = *std::move(loop);
  return line;
}

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
  if (run.empty()) {
    return text +
           "\nit names no run: if no import is going on anywhere, delete that organization "
           "where you manage the target";
  }
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

/// The wait of a start for a lock on the target that somebody else has: with jitter, told once.
class Wait {
 public:
  Wait(const Session& session, EventLog& events, const base::Clock& clock)
      : session_(session), events_(events), clock_(clock), jitter_(base::EntropySeed()) {}

  /// Whether somebody had it.
  bool told() const { return told_; }
  /// How long to wait before the next look; kLocked with the whole message when time is up.
  base::Result<base::Duration> Next(const pipeline::LeaseNote& holder) {
    const std::string message = HeldMessage(session_.target, holder);
    const base::Duration left = session_.lock_until - clock_.Now();
    if (left <= base::Duration(0)) return base::Error{base::ErrorCode::kLocked, message};
    if (!std::exchange(told_, true)) {
      events_.Emit("lock_waiting", HolderMembers(session_.target, holder));
      PrintLine("waiting: " + message);
    }
    const auto spread = static_cast<std::uint64_t>((kLongestPause - kShortestPause).count());
    const base::Duration pause =
        kShortestPause + base::Duration(static_cast<std::int64_t>(jitter_.Below(spread)));
    return std::min(pause, left);
  }

 private:
  const Session& session_;
  EventLog& events_;
  const base::Clock& clock_;
  base::Random jitter_;
  bool told_ = false;
};

}  // namespace

base::Result<std::unique_ptr<pipeline::LeaseProtocol>> MakeLeaseProtocol(const Target& target,
                                                                         const base::Clock& clock) {
  const auto line = MakeLine(target, clock);
  if (!line) return line.error();
  return std::make_unique<pipeline::LeaseProtocol>(MakeProtocol(*line, clock));
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

base::Result<base::Duration> AwaitTargetLock(const Session& session, EventLog& events,
                                             const base::Clock& clock) {
  auto protocol = MakeLeaseProtocol(session.target, clock);
  if (!protocol) return protocol.error();
  const base::Instant begin = clock.Now();
  Wait wait(session, events, clock);
  while (true) {
    const auto found = (*protocol)->Find();
    if (!found) return found.error();
    if (!*found || pipeline::IsOrphaned(**found))
      return wait.told() ? clock.Now() - begin : base::Duration(0);
    const auto pause = wait.Next(**found);
    if (!pause) return pause.error();
    std::this_thread::sleep_for(clock.ToReal(*pause));
  }
}

base::Result<std::optional<int>> TakeTargetLock(Session& session, const std::string& run_id,
                                                EventLog& events, ProgressView& view,
                                                const base::Clock& clock) {
  if (!session.lock || session.options.coordinator != kOnTarget) return std::optional<int>();
  HoldSignals();
  const auto line = MakeLine(session.target, clock);
  if (!line) return line.error();
  Interruption interruption(view);
  (*line)->interruption = &interruption;
  pipeline::LeaseProtocol protocol = MakeProtocol(*line, clock);
  journal::LockHolder self = journal::DescribeThisProcess();
  self.run_id = run_id;
  self.acquired_at = base::FormatIso8601(clock.WallNow());
  Wait wait(session, events, clock);
  const base::Instant begin = clock.Now();
  while (true) {
    const base::Instant now = clock.Now();
    const base::WallTime wall = clock.WallNow();
    auto taking = protocol.Take(self, [&] { return interruption.signal().has_value(); });
    if (interruption.signal()) {
      if (taking && taking->ours) static_cast<void>(protocol.RemoveOurs(taking->note).ok());
      return interruption.signal();
    }
    if (!taking) return taking.error();
    if (taking->ours) {
      if (wait.told()) session.lock_wait += clock.Now() - begin;
      events.Emit("lock_acquired", HolderMembers(session.target, taking->note));
      events.Say("lock on the target: organization " +
                 base::EscapeForTerminal(taking->note.organization_id));
      (*line)->interruption = nullptr;  // from now on the lock's own thread asks
      session.lease = std::make_unique<pipeline::TargetLease>(
          std::move(protocol), std::move(taking->note), clock, now, wall);
      return std::optional<int>();
    }
    const auto pause = wait.Next(taking->note);
    if (!pause) return pause.error();
    interruption.Pause(clock.ToReal(*pause));
  }
}

std::optional<base::Error> LockLost(const Session& session) {
  if (session.lock && !session.lock->StillHeld()) {
    return base::Error{base::ErrorCode::kLimit,
                       "the lock file was removed or replaced while the run was going: another "
                       "import could have started"};
  }
  if (!session.lease) return std::nullopt;
  switch (session.lease->standing()) {
    case pipeline::TargetLease::Standing::kProven:
    case pipeline::TargetLease::Standing::kUnproven:
      return std::nullopt;
    case pipeline::TargetLease::Standing::kTaken:
      return base::Error{base::ErrorCode::kLimit,
                         "the lock on the target was lost (" +
                             base::EscapeForTerminal(session.lease->trouble(), 400) +
                             "): another import could have started"};
    case pipeline::TargetLease::Standing::kGivenUp:
      return base::Error{base::ErrorCode::kLimit,
                         "the lock on the target could not be renewed for 30 minutes (" +
                             base::EscapeForTerminal(session.lease->trouble(), 400) +
                             "); resume when the target is well"};
  }
  return std::nullopt;
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

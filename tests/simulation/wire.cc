#include "wire.h"

#include <algorithm>
#include <array>

namespace rehome::simulation {
namespace {

using std::chrono::milliseconds;
using support::Fault;

// What the target does wrong with a request that has come.
constexpr std::array kWriteFaults = {
    Fault::k500Before,         Fault::k500After,         Fault::k503Before,
    Fault::kUnreadableBefore,  Fault::kUnreadableAfter,  Fault::kRateLimited,
    Fault::kOtherObjectBefore, Fault::kOtherObjectAfter, Fault::kCachedAfter};
constexpr std::array kReadFaults = {Fault::k500Before,         Fault::k503Before,
                                    Fault::kUnreadableBefore,  Fault::kRateLimited,
                                    Fault::kOtherObjectBefore, Fault::kCachedAbsence};

// Longer than this a request is not on the way: with the longest lag it shows before the last
// look-up of a minute.
constexpr std::uint64_t kLongestWayMs = 35'000;

template <std::size_t kSize>
Fault OneOf(const std::array<Fault, kSize>& faults, base::Random& random) {
  return faults[random.Below(kSize)];
}

}  // namespace

World::World(const Scenario& wanted, bool keeps_text)
    : scenario(wanted),
      random(wanted.seed ^ 0x5eed5eed5eed5eedULL),
      laws(wanted, target, disk),
      trace(keeps_text) {
  target.unique = wanted.unique;
  target.lag = wanted.lag;
  target.references_lag = wanted.references_lag;
  target.server_offset = wanted.server_offset;
  target.retry_after = "3";
}

void World::Note(std::int64_t epoch, std::string_view what) {
  trace.Note(clock.WallNow().time_since_epoch().count() -
                 support::FakeClock::kStart.time_since_epoch().count(),
             "incarnation " + std::to_string(epoch), what);
}

base::Duration Wire::Way() {
  const auto slowest = static_cast<std::uint64_t>(base::ToMilliseconds(world_.scenario.slowest));
  return milliseconds(1 + world_.random.Below(slowest));
}

void Wire::Start(http::Request request, Done done) {
  const std::uint64_t number = ++last_;
  line_->awaited.emplace(number, std::move(done));
  using Kind = http::TransportError::Kind;
  base::Random& random = world_.random;
  if (line_->dead) {
    Tell(number, base::Duration(0), Kind::kNotSent, "the process is dead");
    return;
  }
  const bool ill = !world_.well && random.Below(100) < world_.scenario.fault_percent;
  const std::uint64_t lot = ill ? random.Below(12) : 100;
  if (lot == 0) {
    Tell(number, Way(), Kind::kNotSent, "could not connect to the target");
    return;
  }
  if (request.may_send && !request.may_send()) {
    world_.Note(epoch_, "holds back " + request.target);
    Tell(number, milliseconds(1), Kind::kNotSent, "held back");
    return;
  }
  world_.Note(epoch_, std::string(NameOf(request.method)) + " " + request.target + " " +
                          std::to_string(lot));
  world_.laws.OnSend(request, epoch_,
                     world_.lock_holder == epoch_ ? Laws::Lock::kHeld : Laws::Lock::kLost);
  const base::Duration timeout = request.timeout;
  const base::Duration there = Way();
  if (lot == 1) {  // reset before it has come
    Tell(number, there, Kind::kAmbiguous, "the connection was reset");
    return;
  }
  if (lot == 2) {  // nothing arrives, nothing is heard
    Tell(number, timeout, Kind::kAmbiguous, "no answer in time");
    return;
  }
  if (lot == 3) {  // the answer gets lost
    Tell(number, timeout, Kind::kAmbiguous, "no answer in time");
    Send(number, std::move(request), there, std::nullopt, Fault::kNone);
    return;
  }
  if (lot == 4) {  // reset, and it comes all the same, sooner or later
    Tell(number, Way(), Kind::kAmbiguous, "the connection was reset");
    const base::Duration later = milliseconds(random.Below(kLongestWayMs));
    Send(number, std::move(request), random.Below(2) == 0 ? there : later, std::nullopt,
         Fault::kNone);
    return;
  }
  if (lot == 5) {  // comes when the client has given up
    Tell(number, timeout, Kind::kAmbiguous, "no answer in time");
    Send(number, std::move(request), milliseconds(random.Below(kLongestWayMs)), std::nullopt,
         Fault::kNone);
    return;
  }
  const bool refused = request.method == http::Method::kPost &&
                       request.body.Reveal().find("\"refused") != std::string_view::npos;
  Fault fault = refused ? Fault::kRefused : Fault::kNone;
  if (ill) {
    fault = request.method == http::Method::kGet ? OneOf(kReadFaults, random)
                                                 : OneOf(kWriteFaults, random);
  }
  Send(number, std::move(request), there, Way(), fault);
}

void Wire::Tell(std::uint64_t number, base::Duration after, http::TransportError::Kind kind,
                std::string words) {
  http::Completion completion;
  completion.error = {.kind = kind, .message = std::move(words)};
  line_->inbox.emplace(world_.clock.Now() + after, std::pair(number, std::move(completion)));
}

void Wire::Send(std::uint64_t number, http::Request request, base::Duration there,
                std::optional<base::Duration> back, support::Fault fault) {
  World& world = world_;
  request.may_send = nullptr;  // it has left
  world_.on_the_way.emplace(
      world_.clock.Now() + there,
      [&world, line = line_, number, request = std::move(request), back, fault] {
        world.target.fault = [fault](const http::Request&) { return fault; };
        support::Scripted scripted = world.target.Answer(request);
        world.laws.OnApplied();
        world.Note(0, std::string(NameOf(request.method)) + " " + request.target + " has come");
        if (!back || line->dead) return;
        line->inbox.emplace(world.clock.Now() + *back,
                            std::pair(number, std::move(scripted.completion)));
      });
}

std::optional<base::Instant> Wire::NextDeadline() const {
  if (line_->inbox.empty()) return std::nullopt;
  return line_->inbox.begin()->first;
}

void Wire::DeliverOne() {
  auto [number, completion] = std::move(line_->inbox.begin()->second);
  line_->inbox.erase(line_->inbox.begin());
  const auto awaited = line_->awaited.find(number);
  if (awaited == line_->awaited.end()) return;
  const Done done = std::move(awaited->second);
  line_->awaited.erase(awaited);
  if (!line_->dead) {
    world_.Note(epoch_, completion.response ? "hears " + std::to_string(completion.response->status)
                                            : "hears nothing: " + completion.error.message);
  }
  done(std::move(completion));
}

void Wire::Die() {
  line_->dead = true;
  line_->inbox.clear();
  for (const auto& [number, done] : line_->awaited) {
    Tell(number, base::Duration(0), http::TransportError::Kind::kAmbiguous, "the process is dead");
  }
}

}  // namespace rehome::simulation

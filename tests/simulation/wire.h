#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/random.h"
#include "http/transport.h"
#include "laws.h"
#include "scenario.h"
#include "support/fake_clock.h"
#include "support/target_model.h"
#include "trace.h"

namespace rehome::simulation {

/// What all incarnations share: time, the target, the disk, who has the lock, and the requests that
/// are on their way, which outlive whoever sent them.
struct World {
  World(const Scenario& wanted, bool keeps_text);

  const Scenario& scenario;
  support::FakeClock clock;
  base::Random random;
  support::TargetModel target{clock};
  Disk disk;
  Laws laws;
  Trace trace;
  std::int64_t lock_holder = 0;  ///< epoch of it
  bool well = false;             ///< the target, and the way to it
  std::multimap<base::Instant, std::function<void()>> on_the_way;

  void Note(std::int64_t epoch, std::string_view what);
};

/// How the requests of one incarnation get to the target: late, twice as late, not at all, or there
/// and without an answer back. One thread, virtual time.
class Wire final : public http::Transport {
 public:
  Wire(World& world, std::int64_t epoch) : world_(world), epoch_(epoch) {}

  void Start(http::Request request, Done done) override;
  int in_flight() const override { return static_cast<int>(line_->awaited.size()); }

  /// When the next answer is there.
  std::optional<base::Instant> NextDeadline() const;
  /// Hands over one that is.
  void DeliverOne();
  /// The sender is dead: what has left is on its way, nobody waits for an answer, nothing leaves.
  void Die();

 private:
  // What outlives the wire while requests of it are on the way.
  struct Line {
    std::map<std::uint64_t, Done> awaited;
    std::multimap<base::Instant, std::pair<std::uint64_t, http::Completion>> inbox;
    bool dead = false;
  };

  void Tell(std::uint64_t number, base::Duration after, http::TransportError::Kind kind,
            std::string words);
  void Send(std::uint64_t number, http::Request request, base::Duration there,
            std::optional<base::Duration> back, support::Fault fault);
  base::Duration Way();

  World& world_;
  const std::int64_t epoch_;
  std::shared_ptr<Line> line_ = std::make_shared<Line>();
  std::uint64_t last_ = 0;
};

}  // namespace rehome::simulation

#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "pipeline/lease_protocol.h"

namespace rehome::pipeline {

/// How a lock on the target is kept. All machines must agree on `lapse`.
struct LeaseTerms {
  /// Between two renewals: two requests each, so shorter ones cost quota; longer ones find out
  /// later that the lock was taken away.
  base::Duration beat = std::chrono::seconds(30);
  base::Duration retry = std::chrono::seconds(5);
  /// A lock whose beat stands still for so long may be removed by hand. It ends the sending of its
  /// holder, so it is longer than a beat, some retries and the life of a request.
  base::Duration lapse = std::chrono::seconds(90);
  /// So long before `lapse` nothing more is sent: the time a write has for its answer, and a bit.
  base::Duration request_life = std::chrono::seconds(35);
  /// After so long without a renewal the run stops; as long as an ill target is waited for.
  base::Duration give_up = std::chrono::minutes(30);
};

/// Our lock on the target while it is ours: a thread renews it, and whoever is about to write asks
/// how it stands. `standing` and `trouble` from any thread, the rest from one.
class TargetLease {
 public:
  /// `taken_at` and `taken_wall` are from before the request that took it. `clock` must outlive it.
  TargetLease(LeaseProtocol protocol, LeaseNote note, const base::Clock& clock,
              base::Instant taken_at, base::WallTime taken_wall, LeaseTerms terms = {});
  /// Gives the lock back.
  ~TargetLease();
  TargetLease(const TargetLease&) = delete;
  TargetLease& operator=(const TargetLease&) = delete;

  enum class Standing {
    kProven,    ///< writes may leave
    kUnproven,  ///< not renewed for too long: writes wait
    kTaken,     ///< somebody took it away: the run must stop
    kGivenUp,   ///< not renewed for `give_up`: the same
  };
  Standing standing() const;
  /// Why it is not proven.
  std::string trouble() const;
  /// Ends the renewals and removes the lock; an error says what was left on the target.
  base::Status Release();

 private:
  void Keep();
  bool Beat();

  const base::Clock& clock_;
  const LeaseTerms terms_;
  LeaseProtocol protocol_;  ///< of the thread while that runs
  LeaseNote note_;          ///< the same
  /// When it was renewed last, counted from before the request: by the steady clock, which a
  /// suspended machine stops, and by the wall clock, which can be set.
  std::atomic<base::Instant> renewed_at_;
  std::atomic<base::WallTime> renewed_wall_;
  std::atomic<bool> taken_{false};
  std::atomic<bool> given_up_{false};
  mutable base::Mutex mutex_;
  base::Condition changed_;
  bool ending_ GUARDED_BY(mutex_) = false;
  std::string trouble_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace rehome::pipeline

#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "directory/reply.h"
#include "dispatch/brake.h"
#include "dispatch/counters.h"
#include "dispatch/lane.h"
#include "dispatch/quotas.h"
#include "dispatch/settings.h"
#include "dispatch/target_health.h"
#include "http/transport.h"
#include "model/timeline.h"
#include "pace/quota_header.h"

namespace rehome::dispatch {

/// What became of a request in the end, after the retries that are safe.
struct Answer {
  enum class Fate {
    kAnswered,   ///< `response` and `reply` are set
    kUnknown,    ///< a write that may or may not be applied
    kStopped,    ///< the run stops; this request did not leave
    kExhausted,  ///< the target kept failing or limiting it; nothing of ours was applied
  };
  Fate fate = Fate::kStopped;
  http::Response response;
  directory::Reply reply;  ///< also words for kUnknown and kExhausted
  std::string request_id;  ///< of the last attempt
  int sends = 0;           ///< requests that left
};

/// Gets requests to the target at the pace it allows: quotas, back-off, retries of what is surely
/// not applied. While the target is ill only small reads of its own leave, as probes. Passive: no
/// thread, no sleep; lives on the event loop's thread. The references must outlive it.
class Sender {
 public:
  using Done = std::function<void(Answer)>;
  using Go = std::function<void(bool)>;
  /// Called once, when a write is about to leave: makes it durable, then calls Go(true).
  using Prepare = std::function<void(const std::string& request_id, Go)>;
  /// A run-ending failure: key refused, certificate, unreachable, redirect, breaker.
  using Fatal = std::function<void(base::Error)>;

  Sender(const DispatchSettings& settings, http::Transport& transport, const base::Clock& clock,
         Counters& counters, Fatal fatal);

  void Read(Purpose purpose, http::Request request, Done done);
  void Write(Purpose purpose, http::Request request, Prepare prepare, Done done);
  /// Calls `then(false)` after `delay`, or `then(true)` as soon as the run stops.
  void After(base::Duration delay, std::function<void(bool stopped)> then);

  void Poll(base::Instant now);
  std::optional<base::Instant> NextDeadline() const;
  /// From now on nothing new leaves; what is out is waited for.
  void Stop();
  /// The same, but a write whose intent is in the journal already still leaves: held back, it would
  /// count as possibly sent, and a resumed run would have to look it up.
  void Drain();
  bool stopped() const { return stopped_; }

  /// From now on nothing is begun; what is out is finished, and so is what the journal has an
  /// intent of, or is getting one: held back, it would count as possibly sent for as long as the
  /// pause lasts. Neither requests nor the target are charged for the time.
  void Pause();
  void Resume();
  bool paused() const { return paused_since_.has_value(); }
  /// Other quotas from now on; what was sent lately counts for them. The delay between two requests
  /// stays.
  void SetPace(const PaceSettings& pace);
  /// For whoever sends after this one.
  const Quotas& quotas() const { return quotas_; }
  /// Requests that wait to be admitted.
  std::size_t queued() const;
  /// What set the pace when it was noted last.
  Brake brake() const { return braking_ ? braking_->brake : Brake::kMachine; }

  base::Duration server_clock_offset() const { return health_.server_clock_offset(); }
  base::Random& random() { return random_; }

 private:
  struct Item {
    Purpose purpose;
    Lane lane = Lane::kOther;
    bool write = false;
    http::Request request;
    Prepare prepare;  // empty once prepared
    Done done;
    bool held = false;   // it was about to leave when writes had to wait
    bool probe = false;  // asks whether the target is well again; nobody waits for it
    Attempts attempts;
    int sends = 0;
    base::WallTime sent{};          // the last of these
    base::Instant started{};        // the same on the steady clock
    Quotas::Pass pass;              // with which it left last
    LimitedRow limited;             // the 429s since it was enqueued
    base::Duration pauses_seen{0};  // that `limited` accounts for
  };
  using ItemPtr = std::shared_ptr<Item>;

  static Lane ReadLaneOf(const Purpose& purpose);
  void Enqueue(ItemPtr item);
  std::deque<ItemPtr>& QueueOf(Lane lane) { return queues_[static_cast<std::size_t>(lane)]; }
  std::optional<std::size_t> NextOf(Lane lane) const;
  std::optional<base::Instant> AdmissionOf(Lane lane, base::Instant now) const;
  void NoteQuotas(const Item& item, directory::Meaning meaning);
  void TellQuota(const std::optional<QuotaChange>& change);
  std::optional<base::Instant> ProbeAdmission(base::Instant now) const;
  void LaunchProbe(base::Instant now);
  void Launch(const ItemPtr& item);
  void Start(const ItemPtr& item);
  bool MustHold() const;
  bool MayWrite(Item& item);
  void Hold(const ItemPtr& item);
  /// What sets the pace at a moment, and until when, where that is known.
  struct Braking {
    Brake brake = Brake::kMachine;
    std::optional<base::Instant> until{};
    bool operator==(const Braking&) const = default;
  };
  Braking BrakingAt(base::Instant now) const;
  Braking QuotaAt(Lane lane, base::Instant now) const;
  void NoteWait(base::Instant now);
  std::optional<base::Instant> NextNote() const;
  void OnCompletion(const ItemPtr& item, http::Completion completion);
  void OnTransportError(const ItemPtr& item, const http::TransportError& error);
  void NoteAnswer(const Item& item, directory::Meaning meaning);
  void OnResponse(const ItemPtr& item, http::Response response);
  void OnRateLimited(const ItemPtr& item, const directory::Reply& reply);
  void CountPause();
  void ExcusePauses(Item& item);
  void SetAside(const ItemPtr& item, const directory::Reply& reply);
  void Trouble(const ItemPtr& item, directory::Reply reply);
  void Again(const ItemPtr& item, directory::Reply reply);
  void EndRunUnless(const base::Status& status);
  void RetryLater(const ItemPtr& item);
  void Finish(const ItemPtr& item, Answer::Fate fate, directory::Reply reply);

  const DispatchSettings& settings_;
  http::Transport& transport_;
  const base::Clock& clock_;
  Counters& counters_;
  Fatal fatal_;
  base::Random random_;
  Quotas quotas_;
  pace::QuotaHeaders quota_headers_;
  TargetHealth health_;
  std::array<std::deque<ItemPtr>, 3> queues_;
  std::multimap<base::Instant, std::function<void(bool)>> timers_;
  std::deque<std::function<void()>> deferred_;
  base::Instant next_start_{};
  std::optional<Braking> braking_;   // as noted last
  std::optional<model::Wait> wait_;  // what holds requests back
  base::Instant wait_since_{};       // as far as it is not in the timeline yet
  bool stopped_ = false;
  bool draining_ = false;                      // stopped, but what is prepared still leaves
  int out_ = 0;                                // launched and not completed
  int preparing_ = 0;                          // of these, not yet durable
  std::optional<base::Instant> paused_since_;  // as far as it is not in `paused_in_all_` yet
  base::Duration paused_in_all_{0};
  std::uint64_t sequence_ = 0;
};

}  // namespace rehome::dispatch

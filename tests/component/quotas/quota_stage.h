#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/random.h"
#include "dispatch/quotas.h"
#include "sandbox/quota.h"

namespace rehome::dispatch {

/// Writes that always wait for the quotas, a way of 20 to 60 ms there and back, and a target whose
/// own meters decide: on virtual time.
class QuotaStage {
 public:
  struct Record {
    std::vector<double> accepted;  ///< seconds since the start, by arrival
    std::vector<double> refused;

    static std::int64_t Count(const std::vector<double>& times, double from, double to) {
      return std::count_if(times.begin(), times.end(),
                           [&](double at) { return at >= from && at < to; });
    }
  };
  /// Which meters count what arrives at a time in seconds: all have to have room.
  using Meters = std::function<std::vector<sandbox::QuotaMeter*>(double seconds)>;

  QuotaStage(const PaceSettings& pace, std::uint64_t seed) : quotas(pace), random_(seed) {}

  Record Run(const Meters& meters, double seconds) {
    Record record;
    while (Seconds() < seconds) {
      base::Instant next = base::Instant::max();
      while (out_ < kInFlight) {
        const auto at = quotas.NextAdmission(Lane::kUserWrite, now_);
        if (!at) break;
        if (std::max(*at, pause_) > now_) {
          next = std::max(*at, pause_);
          break;
        }
        ++out_;
        events_.push({.at = now_ + OneWay(),
                      .arrived = false,
                      .pass = quotas.Admit(Lane::kUserWrite, now_),
                      .sent = now_});
      }
      if (!events_.empty()) next = std::min(next, events_.top().at);
      now_ = next;
      if (events_.empty() || events_.top().at > now_) continue;
      const Event event = events_.top();
      events_.pop();
      if (event.arrived) {
        Answer(event);
      } else {
        Arrive(event, meters(Seconds()), record);
      }
    }
    return record;
  }

  Quotas quotas;

 private:
  static constexpr int kInFlight = 200;

  struct Event {
    base::Instant at{};
    bool arrived = false;
    Quotas::Pass pass;
    base::Instant sent{};
    bool accepted = false;
    bool operator<(const Event& other) const { return at > other.at; }
  };

  double Seconds() const { return std::chrono::duration<double>(now_ - kStart).count(); }
  base::Duration OneWay() { return std::chrono::microseconds(10'000 + random_.Below(20'001)); }

  void Arrive(Event event, const std::vector<sandbox::QuotaMeter*>& meters, Record& record) {
    event.accepted = std::all_of(meters.begin(), meters.end(),
                                 [&](auto* meter) { return meter->Wait(now_).count() == 0; });
    (event.accepted ? record.accepted : record.refused).push_back(Seconds());
    if (event.accepted) {
      for (sandbox::QuotaMeter* meter : meters) meter->Count(now_);
    }
    event.arrived = true;
    event.at = now_ + OneWay();
    events_.push(event);
  }

  void Answer(const Event& event) {
    --out_;
    if (event.accepted) {
      quotas.Served(event.pass, event.sent, now_);
      in_a_row_ = 0;
      return;
    }
    quotas.Refused(event.pass, now_);
    if (now_ < pause_) return;
    in_a_row_ = std::min(in_a_row_ + 1, 6);
    // As the sender backs off.
    const std::uint64_t most = std::uint64_t{500} << (in_a_row_ - 1);
    pause_ = now_ + std::chrono::milliseconds(std::max<std::uint64_t>(50, random_.Below(most)));
  }

  static constexpr base::Instant kStart{std::chrono::hours(1)};

  base::Random random_;
  base::Instant now_ = kStart;
  base::Instant pause_ = kStart;
  std::priority_queue<Event> events_;
  int out_ = 0;
  int in_a_row_ = 0;
};

}  // namespace rehome::dispatch

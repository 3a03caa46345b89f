#include "dispatch/sender.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "directory/requests.h"
#include "pace/backoff.h"

namespace rehome::dispatch {
namespace {

// How often writes that must wait look whether they may go: rarely enough to cost nothing.
constexpr base::Duration kHoldLook = std::chrono::milliseconds(200);

// Reads first: each of them settles something that already holds a slot.
constexpr std::array<Lane, 3> kLanes = {Lane::kUserRead, Lane::kOther, Lane::kUserWrite};

}  // namespace

Sender::Sender(const DispatchSettings& settings, http::Transport& transport,
               const base::Clock& clock, Counters& counters, Fatal fatal)
    : settings_(settings),
      transport_(transport),
      clock_(clock),
      counters_(counters),
      fatal_(std::move(fatal)),
      random_(settings.seed),
      quotas_(settings.sent_before ? *settings.sent_before : Quotas(settings.pace)),
      health_(clock, random_),
      next_start_(settings.pace.not_before) {
  if (settings.sent_before) quotas_.SetPace(settings.pace, clock.Now());
}

Lane Sender::ReadLaneOf(const Purpose& purpose) {
  return purpose.subject == directory::Subject::kOrganization ? Lane::kOther : Lane::kUserRead;
}

void Sender::Read(Purpose purpose, http::Request request, Done done) {
  auto item = std::make_shared<Item>();
  item->purpose = purpose;
  item->lane = ReadLaneOf(purpose);
  item->request = std::move(request);
  item->done = std::move(done);
  Enqueue(std::move(item));
}

void Sender::Write(Purpose purpose, http::Request request, Prepare prepare, Done done) {
  auto item = std::make_shared<Item>();
  item->purpose = purpose;
  item->lane =
      purpose.subject == directory::Subject::kOrganization ? Lane::kOther : Lane::kUserWrite;
  item->write = true;
  item->request = std::move(request);
  item->prepare = std::move(prepare);
  item->done = std::move(done);
  Enqueue(std::move(item));
}

void Sender::Enqueue(ItemPtr item) {
  if (stopped_) {
    // Deferred, so that a task is never called back from inside its own call.
    deferred_.push_back([this, item] { Finish(item, Answer::Fate::kStopped, {}); });
    return;
  }
  QueueOf(item->lane).push_back(std::move(item));
}

void Sender::After(base::Duration delay, std::function<void(bool)> then) {
  if (stopped_) {
    deferred_.push_back([then = std::move(then)] { then(true); });
    return;
  }
  timers_.emplace(clock_.Now() + delay, std::move(then));
}

void Sender::Drain() {
  if (stopped_) return;
  Stop();
  draining_ = true;
}

void Sender::Stop() {
  draining_ = false;
  if (stopped_) return;
  stopped_ = true;
  for (auto& queue : queues_) {
    for (const ItemPtr& item : queue) {
      deferred_.push_back([this, item] { Finish(item, Answer::Fate::kStopped, {}); });
    }
    queue.clear();
  }
  for (auto& [when, then] : timers_) {
    deferred_.push_back([then = std::move(then)] { then(true); });
  }
  timers_.clear();
}

// The place in its queue of what may leave next.
std::optional<std::size_t> Sender::NextOf(Lane lane) const {
  const auto& queue = queues_[static_cast<std::size_t>(lane)];
  const auto next = paused() ? std::find_if(queue.begin(), queue.end(),
                                            [](const auto& item) { return item->purpose.begun; })
                             : queue.begin();
  if (next == queue.end()) return std::nullopt;
  return static_cast<std::size_t>(next - queue.begin());
}

std::optional<base::Instant> Sender::AdmissionOf(Lane lane, base::Instant now) const {
  // Until the target has answered once, one request at a time: a wrong key or host costs few.
  if (!health_.reached() && out_ > 0) return std::nullopt;
  // The delay counts from start to start, and what is being prepared has not started.
  if (preparing_ > 0 && settings_.pace.min_delay.count() > 0) return std::nullopt;
  const auto healthy = health_.NextAdmission(now);
  if (!healthy) return std::nullopt;
  const auto allowed = quotas_.NextAdmission(lane, now);
  if (!allowed) return std::nullopt;
  base::Instant at = std::max({*healthy, next_start_, *allowed});
  if (lane != Lane::kUserRead && MustHold()) at = std::max(at, now + kHoldLook);
  return at;
}

// When to ask an ill target whether it is well, while somebody waits to know.
std::optional<base::Instant> Sender::ProbeAdmission(base::Instant now) const {
  const bool awaited = std::any_of(kLanes.begin(), kLanes.end(),
                                   [this](Lane lane) { return NextOf(lane).has_value(); });
  const auto probe = awaited ? health_.NextProbe(now) : std::nullopt;
  if (!probe) return std::nullopt;
  const auto allowed = quotas_.NextAdmission(ReadLaneOf(health_.ill_purpose()), now);
  if (!allowed) return std::nullopt;
  return std::max({*probe, next_start_, *allowed});
}

// A read of our own: a write of unknown fate would leave doubt behind, and the request that failed
// may be ill by itself.
void Sender::LaunchProbe(base::Instant now) {
  auto item = std::make_shared<Item>();
  item->purpose = health_.ill_purpose();
  item->probe = true;
  item->lane = ReadLaneOf(item->purpose);
  item->request =
      item->lane == Lane::kOther ? directory::ProbeOrganizations() : directory::ProbeUsers();
  item->done = [](const Answer&) {};
  item->pass = quotas_.Admit(item->lane, now);
  health_.AdmitProbe(now);
  Launch(item);
}

void Sender::Poll(base::Instant now) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto then = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    then(false);
  }
  while (!deferred_.empty()) {
    auto call = std::move(deferred_.front());
    deferred_.pop_front();
    call();
  }
  for (const Lane lane : kLanes) {
    auto& queue = QueueOf(lane);
    while (const auto next = NextOf(lane)) {
      const auto at = AdmissionOf(lane, now);
      if (!at || *at > now) break;
      const auto place = queue.begin() + static_cast<std::ptrdiff_t>(*next);
      const ItemPtr item = std::move(*place);
      queue.erase(place);
      item->pass = quotas_.Admit(lane, now);
      Launch(item);
    }
  }
  if (const auto at = ProbeAdmission(now); at && *at <= now) LaunchProbe(now);
  TellQuota(quotas_.TakeRaised(now));
  NoteWait(now);
}

std::optional<base::Instant> Sender::NextDeadline() const {
  const base::Instant now = clock_.Now();
  if (!deferred_.empty()) return now;
  std::optional<base::Instant> next = NextNote();
  if (!timers_.empty() && (!next || timers_.begin()->first < *next)) next = timers_.begin()->first;
  for (const Lane lane : kLanes) {
    if (!NextOf(lane)) continue;
    const auto at = AdmissionOf(lane, now);
    if (at && (!next || *at < *next)) next = at;
  }
  if (const auto at = ProbeAdmission(now); at && (!next || *at < *next)) next = at;
  return next;
}

void Sender::Launch(const ItemPtr& item) {
  ++out_;
  item->request.request_id = settings_.run_id + "-" + std::to_string(++sequence_);
  if (!item->prepare) {
    Start(item);
    return;
  }
  const Prepare prepare = std::exchange(item->prepare, nullptr);
  item->purpose.begun = true;
  ++preparing_;
  prepare(item->request.request_id, [this, item](bool go) {
    --preparing_;
    if (go && (!stopped_ || draining_)) {
      Start(item);
      return;
    }
    --out_;
    quotas_.NotSent(item->pass);
    Finish(item, Answer::Fate::kStopped, {});
  });
}

void Sender::Start(const ItemPtr& item) {
  item->started = clock_.Now();
  next_start_ = item->started + settings_.pace.min_delay;
  item->sent = clock_.WallNow();
  ++item->sends;
  counters_.requests[Counters::At(item->purpose.phase)].fetch_add(1, std::memory_order_relaxed);
  http::Request request = item->request;
  request.timeout = health_.StartTry(request.timeout);
  if (item->write) request.may_send = [this, item] { return MayWrite(*item); };
  transport_.Start(std::move(request), [this, item](http::Completion completion) {
    --out_;
    OnCompletion(item, std::move(completion));
  });
}

bool Sender::MustHold() const { return settings_.hold_writes && settings_.hold_writes(); }

bool Sender::MayWrite(Item& item) {
  item.held = MustHold();
  if (item.held) return false;
  const base::Status allowed = settings_.before_write ? settings_.before_write() : base::Status();
  EndRunUnless(allowed);
  return allowed.ok();
}

}  // namespace rehome::dispatch

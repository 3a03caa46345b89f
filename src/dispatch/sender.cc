#include "dispatch/sender.h"

#include <algorithm>
#include <utility>

#include "directory/requests.h"
#include "pace/backoff.h"

namespace rehome::dispatch {
namespace {

// How often writes that must wait look whether they may go: rarely enough to cost nothing.
constexpr base::Duration kHoldLook = std::chrono::milliseconds(200);

// The target's words for a sentence that ends the run. A task takes its user's password out of the
// words that its row keeps; nobody would here, so when they may repeat one only the status is told.
directory::Reply ForTheRun(directory::Reply reply, const http::Request& request) {
  const bool may_repeat = request.body.Reveal().find("\"password") != std::string_view::npos;
  if (!may_repeat || reply.words.http_status == 0) return reply;
  reply.words.message.clear();
  return reply;
}

}  // namespace

Sender::Sender(const DispatchSettings& settings, http::Transport& transport,
               const base::Clock& clock, Counters& counters, Fatal fatal)
    : settings_(settings),
      transport_(transport),
      clock_(clock),
      counters_(counters),
      fatal_(std::move(fatal)),
      random_(settings.seed),
      user_writes_(settings.pace.user_writes_per_10s, std::chrono::seconds(10)),
      user_reads_(settings.pace.user_reads_per_10s, std::chrono::seconds(10)),
      all_(settings.pace.all_per_60s, std::chrono::seconds(60)),
      health_(clock, random_) {}

Sender::Lane Sender::ReadLaneOf(const Purpose& purpose) {
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

std::optional<base::Instant> Sender::AdmissionOf(Lane lane, base::Instant now) const {
  // Until the target has answered once, one request at a time: a wrong key or host costs few.
  if (!health_.reached() && out_ > 0) return std::nullopt;
  // The delay counts from start to start, and what is being prepared has not started.
  if (preparing_ > 0 && settings_.pace.min_delay.count() > 0) return std::nullopt;
  const auto healthy = health_.NextAdmission(now);
  if (!healthy) return std::nullopt;
  base::Instant at = std::max({*healthy, next_start_, all_.NextAdmission(now)});
  if (lane == Lane::kUserRead) at = std::max(at, user_reads_.NextAdmission(now));
  if (lane == Lane::kUserWrite) at = std::max(at, user_writes_.NextAdmission(now));
  if (lane != Lane::kUserRead && MustHold()) at = std::max(at, now + kHoldLook);
  return at;
}

void Sender::Admit(Lane lane, base::Instant now) {
  all_.Admit(now);
  if (lane == Lane::kUserRead) user_reads_.Admit(now);
  if (lane == Lane::kUserWrite) user_writes_.Admit(now);
}

// When to ask an ill target whether it is well, while somebody waits to know.
std::optional<base::Instant> Sender::ProbeAdmission(base::Instant now) const {
  const bool awaited =
      std::any_of(queues_.begin(), queues_.end(), [](const auto& queue) { return !queue.empty(); });
  const auto probe = awaited ? health_.NextProbe(now) : std::nullopt;
  if (!probe) return std::nullopt;
  const base::Instant at = std::max({*probe, next_start_, all_.NextAdmission(now)});
  const bool user_read = ReadLaneOf(health_.ill_purpose()) == Lane::kUserRead;
  return user_read ? std::max(at, user_reads_.NextAdmission(now)) : at;
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
  Admit(item->lane, now);
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
  // Reads first: each of them settles something that already holds a slot.
  for (const Lane lane : {Lane::kUserRead, Lane::kOther, Lane::kUserWrite}) {
    auto& queue = QueueOf(lane);
    while (!queue.empty()) {
      const auto at = AdmissionOf(lane, now);
      if (!at || *at > now) break;
      const ItemPtr item = std::move(queue.front());
      queue.pop_front();
      Admit(lane, now);
      Launch(item);
    }
  }
  if (const auto at = ProbeAdmission(now); at && *at <= now) LaunchProbe(now);
  NoteWait(now);
}

std::optional<base::Instant> Sender::NextDeadline() const {
  const base::Instant now = clock_.Now();
  if (!deferred_.empty()) return now;
  std::optional<base::Instant> next = NextNote();
  if (!timers_.empty() && (!next || timers_.begin()->first < *next)) next = timers_.begin()->first;
  for (const Lane lane : {Lane::kUserRead, Lane::kOther, Lane::kUserWrite}) {
    if (queues_[static_cast<std::size_t>(lane)].empty()) continue;
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
  ++preparing_;
  prepare(item->request.request_id, [this, item](bool go) {
    --preparing_;
    if (go && (!stopped_ || draining_)) {
      Start(item);
      return;
    }
    --out_;
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

void Sender::EndRunUnless(const base::Status& status) {
  if (!status) fatal_(status.error());
}

void Sender::OnCompletion(const ItemPtr& item, http::Completion completion) {
  if (completion.response) {
    OnResponse(item, std::move(*completion.response));
    return;
  }
  OnTransportError(item, completion.error);
}

void Sender::OnTransportError(const ItemPtr& item, const http::TransportError& error) {
  directory::Reply reply;
  reply.meaning = directory::Meaning::kServerTrouble;
  reply.words.message = error.message;
  reply.words.request_id = item->request.request_id;
  if (error.kind == http::TransportError::Kind::kCertificate) {
    fatal_({base::ErrorCode::kTls, error.message});
    Finish(item, Answer::Fate::kStopped, std::move(reply));
    return;
  }
  if (std::exchange(item->held, false)) {
    Hold(item);
    return;
  }
  EndRunUnless(health_.NoteNoAnswer(item->purpose, error.message));
  if (error.kind != http::TransportError::Kind::kNotSent) {
    counters_.timeline.Trouble(clock_.WallNow());
    Trouble(item, std::move(reply));
    return;
  }
  --item->sends;
  counters_.requests[Counters::At(item->purpose.phase)].fetch_sub(1, std::memory_order_relaxed);
  // Surely not applied: the write may go out again without a look.
  Again(item, std::move(reply));
}

// Nothing left, and the target had no part in it.
void Sender::Hold(const ItemPtr& item) {
  --item->sends;
  counters_.requests[Counters::At(item->purpose.phase)].fetch_sub(1, std::memory_order_relaxed);
  if (stopped_) {
    Finish(item, Answer::Fate::kStopped, {});
    return;
  }
  QueueOf(item->lane).push_front(item);
}

// A failure after bytes left: reads are repeated, a write's fate is the task's question.
void Sender::Trouble(const ItemPtr& item, directory::Reply reply) {
  if (!item->write) {
    Again(item, std::move(reply));
    return;
  }
  EndRunUnless(health_.GaveUp(ForTheRun(reply, item->request)));
  Finish(item, Answer::Fate::kUnknown, std::move(reply));
}

// The same request once more, unless it has had its attempts.
void Sender::Again(const ItemPtr& item, directory::Reply reply) {
  EndRunUnless(health_.GaveUp(reply));
  if (item->probe) return;  // the next one asks anew
  if (stopped_) {
    Finish(item, Answer::Fate::kStopped, std::move(reply));
    return;
  }
  if (health_.Exhausts(item->attempts, item->purpose)) {
    Finish(item, Answer::Fate::kExhausted, std::move(reply));
    return;
  }
  RetryLater(item);
}

void Sender::RetryLater(const ItemPtr& item) {
  counters_.retries.fetch_add(1, std::memory_order_relaxed);
  item->first_limited = {};
  After(pace::BackoffAfter(item->attempts.failed, random_), [this, item](bool stopped) {
    if (stopped) {
      Finish(item, Answer::Fate::kStopped, {});
      return;
    }
    Enqueue(item);
  });
}

void Sender::OnResponse(const ItemPtr& item, http::Response response) {
  health_.NoteAnswer(response, item->sent);
  directory::Reply reply = directory::Understand(item->purpose.subject, response);
  if (reply.words.request_id.empty()) reply.words.request_id = item->request.request_id;
  NoteAnswer(*item, reply.meaning);
  switch (reply.meaning) {
    case directory::Meaning::kRateLimited:
      OnRateLimited(item, reply);
      return;
    case directory::Meaning::kServerTrouble:
      EndRunUnless(health_.NoteTrouble(item->purpose, reply));
      if (reply.words.message.empty()) reply.words.message = WordsOf(reply);
      Trouble(item, std::move(reply));
      return;
    case directory::Meaning::kUnauthorized:
    case directory::Meaning::kForbidden:
      fatal_({base::ErrorCode::kAuth,
              "the target refused the API key (" + WordsOf(ForTheRun(reply, item->request)) + ")"});
      Finish(item, Answer::Fate::kStopped, std::move(reply));
      return;
    case directory::Meaning::kRedirect:
      fatal_({base::ErrorCode::kInternal, "the target answered with a redirect (" +
                                              WordsOf(ForTheRun(reply, item->request)) +
                                              "), which is never followed; check --endpoint"});
      Finish(item, item->write ? Answer::Fate::kUnknown : Answer::Fate::kStopped, std::move(reply));
      return;
    case directory::Meaning::kOk:
    case directory::Meaning::kUnreadable:
    case directory::Meaning::kExists:
    case directory::Meaning::kNotFound:
    case directory::Meaning::kIdempotencyPending:
    case directory::Meaning::kIdempotencyReused:
    case directory::Meaning::kRefused:
      break;
  }
  const bool of_a_cache = item->probe && directory::CameFromCache(response);
  if (reply.meaning == directory::Meaning::kUnreadable || of_a_cache) {
    EndRunUnless(health_.NoteTrouble(item->purpose, reply));
    EndRunUnless(health_.GaveUp(reply));
  } else if (item->probe) {
    health_.NoteProbeServed();
  } else {
    health_.NoteServed();
  }
  Answer answer{.fate = Answer::Fate::kAnswered,
                .response = std::move(response),
                .reply = std::move(reply),
                .request_id = item->request.request_id,
                .sends = item->sends};
  item->done(std::move(answer));
}

void Sender::OnRateLimited(const ItemPtr& item, const directory::Reply& reply) {
  counters_.rate_limited[Counters::At(item->purpose.phase)].fetch_add(1, std::memory_order_relaxed);
  if (item->first_limited == base::Instant{}) item->first_limited = clock_.Now();
  const auto limit = health_.NoteLimited(reply, item->first_limited);
  if (!limit) fatal_(limit.error());
  if (item->probe) return;
  if (limit && *limit == TargetHealth::Limit::kThisObjectOnly) {
    Finish(item, Answer::Fate::kExhausted, reply);
    return;
  }
  if (stopped_) {
    Finish(item, Answer::Fate::kStopped, reply);
    return;
  }
  // Surely not applied: back to the front of its queue.
  QueueOf(item->lane).push_front(item);
}

void Sender::Finish(const ItemPtr& item, Answer::Fate fate, directory::Reply reply) {
  Answer answer;
  answer.fate = fate;
  answer.reply = std::move(reply);
  answer.request_id = item->request.request_id;
  answer.sends = item->sends;
  item->done(std::move(answer));
}

}  // namespace rehome::dispatch

// What the sender makes of answers, and of requests that have none.

#include <chrono>
#include <utility>

#include "dispatch/sender.h"
#include "pace/backoff.h"

namespace rehome::dispatch {
namespace {

// The target's words for a sentence that ends the run. A task takes its user's password out of the
// words that its row keeps; nobody would here, so when they may repeat one only the status is told.
directory::Reply ForTheRun(directory::Reply reply, const http::Request& request) {
  const bool may_repeat = request.body.Reveal().find("\"password") != std::string_view::npos;
  if (!may_repeat || reply.words.http_status == 0) return reply;
  reply.words.message.clear();
  return reply;
}

}  // namespace

void Sender::EndRunUnless(const base::Status& status) {
  if (!status) fatal_(status.error());
}

void Sender::OnCompletion(const ItemPtr& item, http::Completion completion) {
  CountPause();
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
  if (error.kind == http::TransportError::Kind::kNotSent) {
    quotas_.NotSent(item->pass);
  } else {
    quotas_.Lost(item->pass, clock_.Now());
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
  item->limited = {};
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
  NoteQuotas(*item, reply.meaning);
  if (const auto until = quota_headers_.Note(response.quota, clock_.Now(), clock_.WallNow())) {
    health_.PauseForQuota(*until);
  }
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
    health_.NoteServed(item->lane);
  }
  Answer answer{.fate = Answer::Fate::kAnswered,
                .response = std::move(response),
                .reply = std::move(reply),
                .request_id = item->request.request_id,
                .sends = item->sends};
  item->done(std::move(answer));
}

// What the answer says of the quotas, unless it is a 429, which may be about the request alone.
void Sender::NoteQuotas(const Item& item, directory::Meaning meaning) {
  if (meaning == directory::Meaning::kRateLimited) return;
  const base::Instant now = clock_.Now();
  if (meaning == directory::Meaning::kServerTrouble) {
    quotas_.Lost(item.pass, now);
    return;
  }
  quotas_.Served(item.pass, item.started, now);
}

void Sender::TellQuota(const std::optional<QuotaChange>& change) {
  if (change && settings_.on_quota_change) settings_.on_quota_change(*change);
}

void Sender::OnRateLimited(const ItemPtr& item, const directory::Reply& reply) {
  counters_.rate_limited[Counters::At(item->purpose.phase)].fetch_add(1, std::memory_order_relaxed);
  const base::Instant now = clock_.Now();
  ExcusePauses(*item);
  const bool by_itself = health_.IsLimitedByItself(item->limited, item->lane);
  item->limited.Count(now);
  if (by_itself) {
    quotas_.NotSent(item->pass);
  } else {
    TellQuota(quotas_.Refused(item->pass, now));
  }
  const auto limit = by_itself ? health_.NoteLimitedByItself(reply, item->limited, item->lane)
                               : health_.NoteLimited(reply, item->limited, item->lane);
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
  // Surely not applied. The others must not wait for one that the target may limit by itself.
  if (by_itself) {
    SetAside(item, reply);
    return;
  }
  // Another one shows whether it is the quota.
  auto& queue = QueueOf(item->lane);
  queue.insert(item->limited.times > 1 || queue.empty() ? queue.end() : queue.begin() + 1, item);
}

void Sender::SetAside(const ItemPtr& item, const directory::Reply& reply) {
  const base::Duration wait =
      health_.AskedPause(reply) + pace::BackoffAfter(item->limited.times, random_);
  After(wait, [this, item](bool stopped) {
    if (stopped) {
      Finish(item, Answer::Fate::kStopped, {});
      return;
    }
    Enqueue(item);
  });
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

#include "dispatch/ensure_task.h"

#include <algorithm>
#include <utility>

#include "dispatch/finding.h"
#include "dispatch/found_object.h"

namespace rehome::dispatch {
namespace {

std::int64_t WallMs(const base::Clock& clock) { return clock.WallNow().time_since_epoch().count(); }

}  // namespace

EnsureTask::EnsureTask(Context& context, model::Effect effect, Purpose purpose)
    : context_(context), effect_(std::move(effect)), purpose_(purpose) {
  effect_.epoch = context_.journal.epoch();
  // What an earlier incarnation concluded about an unfinished effect no longer counts.
  effect_.reason = model::Reason::kNone;
  if (effect_.detail != model::kPasswordDropped) effect_.detail.clear();
  effect_.target = {};
}

void EnsureTask::Start(std::vector<journal::Record> carry, Done done) {
  carry_ = std::move(carry);
  done_ = std::move(done);
  // Of what was really sent the journal has another state.
  presumed_ = effect_.maybe_sent && effect_.state == model::EffectState::kIntended;
  doubtful_ = effect_.maybe_sent && !IsUpdate();
  if (effect_.maybe_sent || FirstStepOf() == FirstStep::kLookUp) {
    LookFirst();
    return;
  }
  BeginCreate();
}

void EnsureTask::LookFirst() {
  looking_first_ = true;
  doubt_ = Doubt::kUnknown;
  LookUp(presumed_ ? http::Connection::kFresh : http::Connection::kAny,
         [self = shared_from_this()](Look look) { self->OnLook(look); });
}

void EnsureTask::Create() {
  if (context_.settings.plans_only) {
    PlanCreate();
    return;
  }
  if (++cycles_ > kMaxCycles) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kOutcomeUnknown,
                "after " + std::to_string(kMaxCycles) + " requests without a clear answer");
    return;
  }
  http::Request request = MakeCreate();
  if (effect_.idempotency_key.empty()) effect_.idempotency_key = context_.sender.random().Uuid();
  request.idempotency_key = effect_.idempotency_key;
  auto self = shared_from_this();
  context_.sender.Write(
      purpose_, std::move(request),
      [self](const std::string& id, Sender::Go go) { self->Prepare(id, std::move(go)); },
      [self](const Answer& answer) { self->OnAnswer(answer); });
}

// The intent is durable before the request leaves; from here on the effect may have been sent.
void EnsureTask::Prepare(const std::string& request_id, Sender::Go go) {
  effect_.state = model::EffectState::kSent;
  effect_.maybe_sent = true;
  purpose_.begun = true;
  presumed_ = false;
  effect_.request_id = request_id;
  if (effect_.intent_ms == 0) effect_.intent_ms = WallMs(context_.clock);
  std::vector<journal::Record> records = std::exchange(carry_, {});
  records.emplace_back(effect_);
  context_.Commit(std::move(records), std::move(go));
}

void EnsureTask::CountAnswer(const Answer& answer) {
  sends_ += answer.sends;
  effect_.attempts += answer.sends;
  heard_here_ms_ = WallMs(context_.clock);
  if (!answer.request_id.empty()) effect_.request_id = answer.request_id;
}

void EnsureTask::OnAnswer(const Answer& answer) {
  CountAnswer(answer);
  OnCreateAnswered(answer);
  switch (answer.fate) {
    case Answer::Fate::kStopped:
      Abandon();
      return;
    case Answer::Fate::kExhausted:
      KeepWords(answer.reply);
      SettleBadly(model::OutcomeKind::kFailed, NotServed(), "");
      return;
    case Answer::Fate::kUnknown:
      KeepWords(answer.reply);
      InDoubt(Doubt::kUnknown);
      return;
    case Answer::Fate::kAnswered:
      OnServed(answer);
      return;
  }
}

void EnsureTask::OnServed(const Answer& answer) {
  switch (answer.reply.meaning) {
    case directory::Meaning::kOk:
      if (!directory::CameFromCache(answer.response) && TakeAnswer(answer.response)) {
        SettleMade();
        return;
      }
      CountMismatch(answer.response);
      InDoubt(Doubt::kMismatch);
      return;
    case directory::Meaning::kUnreadable:
      CountMismatch(answer.response);
      KeepWords(answer.reply);
      InDoubt(Doubt::kMismatch);
      return;
    case directory::Meaning::kExists:
      KeepWords(answer.reply);
      InDoubt(Doubt::kExists);
      return;
    case directory::Meaning::kNotFound:
      KeepWords(answer.reply);
      if (MayRetryNotFound()) {
        InDoubt(Doubt::kNotFound);
        return;
      }
      // Nothing that it could miss is in the request, so it is the path.
      SettleBadly(
          model::OutcomeKind::kFailed, model::Reason::kRequestRefused,
          "the target says that there is no such path: check that --endpoint is the address "
          "of its API");
      return;
    case directory::Meaning::kIdempotencyPending:
      KeepWords(answer.reply);
      InDoubt(Doubt::kUnknown);
      return;
    case directory::Meaning::kIdempotencyReused:
      KeepWords(answer.reply);
      OnKeyReused();
      return;
    case directory::Meaning::kRefused:
    case directory::Meaning::kRateLimited:
    case directory::Meaning::kUnauthorized:
    case directory::Meaning::kForbidden:
    case directory::Meaning::kRedirect:
    case directory::Meaning::kServerTrouble:
      Refuse(answer.reply);
      return;
  }
}

// Another request had the key, so this one was not applied and never will be under it. That other
// one may have made the object: it is looked for, and only if it is absent created under a new key.
void EnsureTask::OnKeyReused() {
  if (key_renewed_) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kOutcomeUnknown,
                "the target took a new idempotency key for a used one; make sure that nothing "
                "between here and the target changes requests");
    return;
  }
  key_renewed_ = true;
  effect_.idempotency_key = context_.sender.random().Uuid();
  InDoubt(Doubt::kUnknown);
}

void EnsureTask::InDoubt(Doubt doubt) {
  doubt_ = doubt;
  // A change may be sent again as soon as a look-up shows the old values: the waits between the
  // look-ups keep it from hammering. Each is followed by a look at least.
  looks_ = IsUpdate() ? std::min(looks_, context_.settings.settle.size() - 1) : 0;
  outlast_cache_ = doubt == Doubt::kMismatch;
  if (doubt == Doubt::kMismatch) ++mismatches_;
  // What is being changed was there before.
  doubtful_ = !IsUpdate() && (doubtful_ || doubt == Doubt::kMismatch || doubt == Doubt::kUnknown);
  if (doubt == Doubt::kNotFound) {
    // What the create refers to is not visible yet: wait as long as the target's lag may last.
    if (not_found_ >= context_.settings.settle.size()) {
      SettleBadly(model::OutcomeKind::kFailed, model::Reason::kMembershipRefused, "");
      return;
    }
    const base::Duration wait =
        context_.settings.settle[not_found_++] + std::chrono::milliseconds(200);
    context_.sender.After(wait, [self = shared_from_this()](bool stopped) {
      if (stopped) {
        self->Abandon();
        return;
      }
      --self->cycles_;  // a 404 is an answer, not a doubt
      self->Create();
    });
    return;
  }
  if (doubt != Doubt::kExists) {
    effect_.state = model::EffectState::kUnknown;
    std::vector<journal::Record> records;
    records.emplace_back(effect_);
    context_.Commit(std::move(records), [](bool) {});
  }
  if (on_set_aside) std::exchange(on_set_aside, nullptr)();
  LookLater();
}

void EnsureTask::LookLater() {
  if (looks_ >= context_.settings.settle.size()) {
    SettleAbsent();
    return;
  }
  base::Duration wait = context_.settings.settle[looks_++];
  // A cache may hold the wrong answer: outlast it, and ask on a fresh connection.
  if (std::exchange(outlast_cache_, false)) wait = std::max(wait, kCacheExpiry);
  context_.sender.After(wait, [self = shared_from_this()](bool stopped) {
    if (stopped) {
      self->Abandon();
      return;
    }
    const auto connection =
        self->doubt_ == Doubt::kExists ? http::Connection::kAny : http::Connection::kFresh;
    self->LookUp(connection, [self](Look look) { self->OnLook(look); });
  });
}

void EnsureTask::OnLook(Look look) {
  switch (look) {
    case Look::kStopped:
      Abandon();
      return;
    case Look::kFailed:
      if (look_refusal_ != model::Reason::kNone && !effect_.maybe_sent) {
        SettleBadly(model::OutcomeKind::kFailed, look_refusal_, "");
        return;
      }
      // Nothing is known, and nothing may be sent on a guess.
      SettleBadly(model::OutcomeKind::kParked,
                  effect_.maybe_sent ? model::Reason::kOutcomeUnknown : NotServed(),
                  std::move(look_trouble_));
      return;
    case Look::kFound:
      OnFound();
      return;
    case Look::kAbsent:
      break;
  }
  if (looking_first_) {
    looking_first_ = false;
    // What is presumed to have been sent would show by now.
    if (!effect_.maybe_sent || presumed_) {
      JudgeAbsent();
      return;
    }
    if (LagIsOver(SendTimesOf(), WallMs(context_.clock))) {
      SettleAbsent();
      return;
    }
    InDoubt(Doubt::kUnknown);
    return;
  }
  LookLater();
}

void EnsureTask::OnFound() {
  const bool first = std::exchange(looking_first_, false);
  if (!doubtful_ || presumed_ || ShowsTheEnd()) {
    Judge();
    return;
  }
  if (first && !LagIsOver(SendTimesOf(), WallMs(context_.clock))) {
    InDoubt(Doubt::kUnknown);
    return;
  }
  if (first || looks_ >= context_.settings.settle.size()) {
    Judge();
    return;
  }
  LookLater();
}

// The schedule is used up and the object does not show.
void EnsureTask::SettleAbsent() {
  if (doubt_ == Doubt::kExists) {
    SettleBadly(model::OutcomeKind::kParked, NotVisible(), "");
    return;
  }
  if (IsUpdate()) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kOutcomeUnknown,
                "it was there and does not show any more");
    return;
  }
  if (mismatches_ >= 2) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kAnswerMismatch, "");
    return;
  }
  Create();
}

SendTimes EnsureTask::SendTimesOf() const {
  return {.first_intent_ms = effect_.intent_ms,
          .earlier_alive_until_ms = context_.settings.earlier_alive_until_ms,
          .heard_here_ms = heard_here_ms_};
}

void EnsureTask::CountMismatch(const http::Response& response) {
  context_.CountMismatch({.request_id = effect_.request_id,
                          .phase = purpose_.phase,
                          .question = {},
                          .traces = response.traces});
}

void EnsureTask::Settle(model::OutcomeKind outcome, model::Provenance provenance) {
  effect_.state = model::EffectState::kDone;
  effect_.outcome = outcome;
  effect_.provenance = provenance;
  effect_.target = {};
  End(Ending::kSettled);
}

void EnsureTask::SettleBadly(model::OutcomeKind outcome, model::Reason reason, std::string detail) {
  effect_.state = outcome == model::OutcomeKind::kParked ? model::EffectState::kParked
                                                         : model::EffectState::kFailed;
  // Left alone on purpose is an end like any other.
  if (outcome == model::OutcomeKind::kSkipped) effect_.state = model::EffectState::kDone;
  effect_.outcome = outcome;
  effect_.reason = reason;
  effect_.detail = std::move(detail);
  End(Ending::kSettled);
}

void EnsureTask::Refuse(const directory::Reply& reply) {
  KeepWords(reply);
  if (!IsUpdate() && TakesOut(reply.reason)) {
    // Another request than the one that had the key.
    effect_.idempotency_key.clear();
    Create();
    return;
  }
  SettleBadly(model::OutcomeKind::kFailed,
              reply.reason == model::Reason::kNone ? model::Reason::kRequestRefused : reply.reason,
              "");
}

model::Reason EnsureTask::NotServed() const {
  return effect_.target.http_status == 429 ? model::Reason::kRateLimited
                                           : model::Reason::kTargetUnavailable;
}

void EnsureTask::KeepWords(const directory::Reply& reply) {
  effect_.target = Redacted(reply.words);
}

void EnsureTask::KeepTrouble(const directory::Reply& reply) {
  KeepWords(reply);
  if (reply.meaning == directory::Meaning::kRefused) look_refusal_ = reply.reason;
}

void EnsureTask::Warn(model::Reason reason, std::string detail) {
  warnings_.push_back({.reason = reason, .column = "", .detail = std::move(detail)});
}

model::Provenance EnsureTask::ProvenanceOfFound(const std::string& created_at) const {
  if (!doubtful_) return model::Provenance::kAdopted;
  return ProvenanceOf(SendTimesOf(), created_at, context_.sender.server_clock_offset());
}

bool EnsureTask::IsBeforeIntent(const std::string& answered_at) const {
  if (base::ParseIso8601(answered_at) < base::WallTime{}) return false;
  return dispatch::IsBeforeIntent(SendTimesOf(), answered_at,
                                  context_.sender.server_clock_offset());
}

bool EnsureTask::MayHaveChanged(const std::string& updated_at) const {
  return !presumed_ && ProvenanceOfFound(updated_at) == model::Provenance::kCreatedInDoubt;
}

void EnsureTask::Abandon() { End(Ending::kAbandoned); }

void EnsureTask::End(Ending ending) {
  if (on_set_aside) on_set_aside = nullptr;
  if (done_) std::exchange(done_, nullptr)(ending);
}

}  // namespace rehome::dispatch

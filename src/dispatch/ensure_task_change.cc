// The changes of EnsureTask, and what a dry run has in place of writes: objects that are there and
// are to have other values.

#include <string>
#include <utility>

#include "dispatch/ensure_task.h"
#include "json/writer.h"

namespace rehome::dispatch {

void EnsureTask::PlanCreate() {
  effect_.target_id = std::string(kPlannedId) + std::to_string(effect_.row);
  // Deferred, so that nobody is called back from inside his own call.
  context_.post([self = shared_from_this()] { self->SettleMade(); });
}

// Of a change the request has the new values; never a password.
void EnsureTask::PlanUpdate(const http::Request& request) {
  json::Writer writer;
  writer.BeginObject()
      .Field("row", effect_.row)
      .Field("kind", model::NameOf(effect_.kind))
      .Field("id", effect_.target_id)
      .Key("from")
      .Raw(effect_.replaced)
      .Key("to")
      .Raw(std::string(request.body.Reveal()))
      .EndObject();
  context_.KeepEvent(std::string(kPlannedChange), writer.Take());
  context_.post([self = shared_from_this()] {
    self->Settle(model::OutcomeKind::kUpdated, model::Provenance::kUpdated);
  });
}

void EnsureTask::Update(http::Request request, Accept accept) {
  if (context_.settings.plans_only) {
    PlanUpdate(request);
    return;
  }
  if (++cycles_ > kMaxCycles) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kOutcomeUnknown,
                "after " + std::to_string(kMaxCycles) + " requests without a clear answer");
    return;
  }
  if (!std::exchange(changes_, true)) looks_ = 0;
  looking_first_ = false;
  auto self = shared_from_this();
  context_.sender.Write(
      purpose_, std::move(request),
      [self](const std::string& id, Sender::Go go) { self->Prepare(id, std::move(go)); },
      [self, accept = std::move(accept)](const Answer& answer) {
        self->OnUpdateAnswer(answer, accept);
      });
}

// In doubt it is looked up like a create: Judge finds the new values, or changes the old ones
// again.
void EnsureTask::OnUpdateAnswer(const Answer& answer, const Accept& accept) {
  CountAnswer(answer);
  if (answer.fate == Answer::Fate::kStopped) {
    Abandon();
    return;
  }
  KeepWords(answer.reply);
  if (answer.fate == Answer::Fate::kExhausted) {
    SettleBadly(model::OutcomeKind::kFailed, NotServed(), "");
    return;
  }
  if (answer.fate == Answer::Fate::kUnknown) {
    InDoubt(Doubt::kUnknown);
    return;
  }
  const directory::Meaning meaning = answer.reply.meaning;
  if (meaning != directory::Meaning::kOk && meaning != directory::Meaning::kUnreadable) {
    Refuse(answer.reply);
    return;
  }
  const Shown shown =
      directory::CameFromCache(answer.response) ? Shown::kOtherObject : accept(answer.response);
  switch (shown) {
    case Shown::kAsSent:
      Settle(model::OutcomeKind::kUpdated, model::Provenance::kUpdated);
      return;
    case Shown::kNotAsSent:
      OnNotAsSent();
      return;
    case Shown::kOtherObject:
      CountMismatch(answer.response);
      InDoubt(Doubt::kMismatch);
      return;
  }
}

// It is about the right object, so it does not count towards those that stop the run: the target
// may refuse a value without a word. The first time it may be an answer of before.
void EnsureTask::OnNotAsSent() {
  if (++not_as_sent_times_ >= 2) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kAnswerMismatch,
                "the target answers the change and does not show it: " + not_as_sent_);
    return;
  }
  InDoubt(Doubt::kMismatch);
}

}  // namespace rehome::dispatch

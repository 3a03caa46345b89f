#include "dispatch/dispatcher.h"

#include <memory>
#include <utility>
#include <vector>

#include "dispatch/organization_task.h"
#include "json/writer.h"

namespace rehome::dispatch {

namespace {

// Parked by a person's rule, a row is well; parked since the target gave no answer to believe, it
// is what the limit is for.
bool IsFailure(const model::Outcome& outcome) {
  using model::Reason;
  if (outcome.kind != model::OutcomeKind::kParked) {
    return outcome.kind == model::OutcomeKind::kFailed;
  }
  return outcome.reason == Reason::kOutcomeUnknown || outcome.reason == Reason::kAnswerMismatch ||
         outcome.reason == Reason::kTargetUnavailable || outcome.reason == Reason::kRateLimited ||
         outcome.reason == Reason::kUserNotVisible ||
         outcome.reason == Reason::kMembershipNotVisible;
}

}  // namespace

Dispatcher::Dispatcher(const DispatchSettings& settings, http::Transport& transport,
                       const base::Clock& clock, journal::Journal& journal, Counters& counters,
                       std::function<void(std::function<void()>)> post)
    : sender_(settings, transport, clock, counters,
              [this](base::Error error) { Fail(std::move(error)); }),
      context_{.settings = settings,
               .clock = clock,
               .journal = journal,
               .sender = sender_,
               .counters = counters,
               .post = std::move(post),
               .fatal = [this](base::Error error) { Fail(std::move(error)); },
               .create_gate = CreateGate(settings.refusals_before_looking_first)},
      flights_(context_) {}

void Dispatcher::CountRow(const RowJob& job) {
  // Not sent for what the target said to another row, it counts as if it had been told itself.
  const bool told =
      job.outcome.attempts > 0 || job.outcome.reason == model::Reason::kMultipleRolesDisabled;
  if (!told || job.outcome.kind == model::OutcomeKind::kUnprocessed) return;
  const auto row = IsFailure(job.outcome) ? FailureLimit::Row::kFailed : FailureLimit::Row::kWell;
  if (auto sentence = failure_limit_.Count(row)) {
    Stop({base::ErrorCode::kLimit, std::move(*sentence)});
  }
}

void Dispatcher::EnsureOrganization(const model::Organization& organization,
                                    const std::optional<model::Effect>& known,
                                    std::function<void()> set_aside, OrganizationDone done) {
  ++open_;
  auto task = std::make_shared<OrganizationTask>(context_, organization, known);
  task->on_set_aside = std::move(set_aside);
  task->Start({}, [this, task, done = std::move(done)](EnsureTask::Ending ending) {
    const model::Effect effect = task->effect();
    if (ending == EnsureTask::Ending::kAbandoned) {
      --open_;
      done(effect, ending);
      return;
    }
    std::vector<journal::Record> records;
    records.emplace_back(effect);
    context_.Commit(std::move(records), [this, effect, done](bool durable) {
      --open_;
      done(effect, durable ? EnsureTask::Ending::kSettled : EnsureTask::Ending::kAbandoned);
    });
  });
}

void Dispatcher::Stop() {
  if (sender_.stopped()) return;
  Keep("run_stopped", "asked to stop");
  sender_.Drain();
  if (on_stop) on_stop();
}

void Dispatcher::Stop(base::Error error) {
  const bool stopped_before = sender_.stopped();
  Remember(std::move(error));
  sender_.Drain();
  if (!stopped_before && on_stop) on_stop();
}

// For people who look into the journal: it may be the journal that fails, so nobody waits.
void Dispatcher::Keep(std::string type, std::string_view why) {
  json::Writer writer;
  writer.BeginObject().Field("why", why).EndObject();
  std::vector<journal::Record> records;
  records.emplace_back(journal::Event{.at_ms = context_.clock.WallNow().time_since_epoch().count(),
                                      .type = std::move(type),
                                      .json = writer.Take()});
  context_.journal.Append(std::move(records), [](const base::Status&) {});
}

// The first error is the reason, but for one that is worse than a limit: a disk that fills up while
// a stopped run drains.
void Dispatcher::Remember(base::Error error) {
  const bool worse = failure_ && failure_->code == base::ErrorCode::kLimit &&
                     error.code != base::ErrorCode::kLimit;
  if (failure_ && !worse) return;
  Keep("run_stopped", error.message);
  failure_ = std::move(error);
}

void Dispatcher::Fail(base::Error error) {
  Remember(std::move(error));
  const bool stopped_before = sender_.stopped();
  sender_.Stop();
  if (!stopped_before && on_stop) on_stop();
}

}  // namespace rehome::dispatch

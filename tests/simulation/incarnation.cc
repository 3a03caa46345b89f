#include "incarnation.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

namespace rehome::simulation {
namespace {

// The shared one; each worker with a cache of its own would be the incident.
constexpr std::size_t kCaches = 1;
constexpr base::Duration kTickEvery = std::chrono::seconds(1);

base::Error LockLost() {
  return {base::ErrorCode::kLimit, "the lock file was removed or replaced"};
}

std::int64_t WallMs(const base::Clock& clock) { return clock.WallNow().time_since_epoch().count(); }

}  // namespace

/// Nobody reads what is said.
class Incarnation::Silence final : public pipeline::EventSink {
 public:
  void Emit(std::string_view, const std::string&) override {}
  void Say(const std::string&) override {}
};

Incarnation::Incarnation(World& world, const Input& input, std::int64_t earlier_alive_until_ms)
    : world_(world),
      input_(input),
      journal_(world.disk, world.clock, world.random),
      wire_(world, journal_.epoch()),
      settings_(SettingsOf(earlier_alive_until_ms)),
      silence_(std::make_unique<Silence>()),
      tracker_(journal_, tally_) {
  world_.lock_holder = epoch();
  dispatcher_ =
      std::make_unique<dispatch::Dispatcher>(settings_, wire_, world_.clock, journal_, counters_,
                                             [this](Posted task) { Post(std::move(task)); });
  dispatcher_->on_stop = [this] { stop_ = true; };
  Tick();
  WarmUp();
}

Incarnation::~Incarnation() {
  if (!ended_) Die();
}

dispatch::DispatchSettings Incarnation::SettingsOf(std::int64_t earlier_alive_until_ms) {
  dispatch::DispatchSettings settings = world_.scenario.settings;
  settings.run_id = "run." + std::to_string(epoch());
  settings.seed = world_.random.Next();
  settings.before_write = [this] {
    return world_.lock_holder == epoch() ? base::Status() : base::Status(LockLost());
  };
  if (epoch() > 1) settings.earlier_alive_until_ms = earlier_alive_until_ms;
  return settings;
}

void Incarnation::WarmUp() {
  for (std::size_t i = 0; i < kCaches; ++i) {
    caches_.push_back(std::make_unique<dispatch::OrganizationCache>());
    warm_ups_.push_back(std::make_unique<pipeline::WarmUp>(
        pipeline::WarmUp::Setup{.dispatcher = *dispatcher_,
                                .cache = *caches_.back(),
                                .journal = journal_,
                                .post = [this](Posted task) { Post(std::move(task)); },
                                .tally = tally_,
                                .events = *silence_,
                                .concurrency = world_.scenario.warm_concurrency},
        input_.survey.organizations, [this] {
          if (++warm_ == kCaches) StartRows();
        }));
    Post([this, i] { warm_ups_[i]->Start(); });
  }
}

void Incarnation::StartRows() {
  if (stop_) return;
  const pipeline::RowSource::Part all = {.first_row = 1, .last_row = input_.survey.rows};
  source_ = std::make_unique<pipeline::RowSource>(input_.path, input_.header, input_.survey,
                                                  journal_, all, tracker_);
  for (int i = 0; i < world_.scenario.workers; ++i) {
    const auto& cache = *caches_[static_cast<std::size_t>(i) % kCaches];
    workers_.push_back(std::make_unique<pipeline::RowWorker>(plan_options_, cache, counters_, all));
  }
}

bool Incarnation::Reads() const {
  return source_ && !source_ended_ && under_way_ < world_.scenario.in_flight;
}

// A stopped run takes no more rows; the limiter lets no more through than may be in flight.
void Incarnation::Read() {
  if (stop_ || failure_) {
    source_ended_ = true;
    return;
  }
  auto row = source_->Next();
  if (!row) failure_ = row.error();
  if (!row || !*row) {
    source_ended_ = true;
    return;
  }
  pipeline::SourceRow& taken = **row;
  ++under_way_;
  if (taken.repeated_user) {
    const std::int64_t number = std::get<model::Row>(taken.record).position.row;
    dispatcher_->Expect(taken.lead_row == 0 ? number : taken.lead_row, number);
  }
  worked_.push_back(workers_[world_.random.Below(workers_.size())]->Work(taken));
}

// Whichever worker is the fastest.
void Incarnation::SubmitOne() {
  const auto chosen =
      worked_.begin() + static_cast<std::ptrdiff_t>(world_.random.Below(worked_.size()));
  dispatch::RowJobPtr job = std::move(*chosen);
  worked_.erase(chosen);
  Post([this, job = std::move(job)]() mutable {
    dispatcher_->SubmitRow(std::move(job),
                           [this](const dispatch::RowJobPtr& back) { OnRowBack(back); });
  });
}

void Incarnation::OnRowBack(const dispatch::RowJobPtr& job) {
  --under_way_;
  if (dead_) return;
  const std::int64_t row = job->plan.position.row;
  world_.laws.OnBack(epoch(), row);
  world_.Note(epoch(), "row " + std::to_string(row) + " " +
                           std::string(model::NameOf(job->outcome.kind)) + " " +
                           std::string(model::CodeOf(job->outcome.reason)));
  if (job->outcome.kind != model::OutcomeKind::kUnprocessed && !world_.disk.Concluded(row)) {
    world_.laws.Break("row " + std::to_string(row) + " came back before its outcome was durable");
  }
  tally_.CountRow(*job);
  tracker_.OnRowDone(*job);
}

// Once a second: the snapshot for the next incarnation, and whether the lock is still ours.
void Incarnation::Tick() {
  next_tick_ = world_.clock.Now() + kTickEvery;
  alive_until_ms_ = WallMs(world_.clock) + base::ToMilliseconds(2 * kTickEvery);
  if (world_.lock_holder == epoch()) return;
  stop_ = true;
  Post([this] { dispatcher_->Stop(LockLost()); });
}

std::vector<Incarnation::Act> Incarnation::Ready() const {
  const base::Instant now = world_.clock.Now();
  std::vector<Act> ready;
  const auto due = [now](const std::optional<base::Instant>& at) { return at && *at <= now; };
  if (!posted_.empty()) ready.push_back(Act::kPosted);
  if (due(wire_.NextDeadline())) ready.push_back(Act::kAnswer);
  if (due(dispatcher_->NextDeadline())) ready.push_back(Act::kPoll);
  if (due(journal_.NextDeadline())) ready.push_back(Act::kCommit);
  if (Reads()) ready.push_back(Act::kRead);
  if (!worked_.empty()) ready.push_back(Act::kSubmit);
  if (next_tick_ <= now) ready.push_back(Act::kTick);
  return ready;
}

void Incarnation::Do(Act act) {
  ++steps_;
  switch (act) {
    case Act::kPosted: {
      const Posted task = std::move(posted_.front());
      posted_.pop_front();
      task();
      break;
    }
    case Act::kAnswer:
      wire_.DeliverOne();
      break;
    case Act::kPoll:
      dispatcher_->Poll(world_.clock.Now());
      break;
    case Act::kCommit: {
      const std::size_t calls = journal_.CommitGroup();
      world_.Note(epoch(), "commits " + std::to_string(calls));
      break;
    }
    case Act::kRead:
      Read();
      break;
    case Act::kSubmit:
      SubmitOne();
      break;
    case Act::kTick:
      Tick();
      break;
  }
  EndIfDone();
}

std::optional<base::Instant> Incarnation::NextDeadline() const {
  std::optional<base::Instant> next = dispatcher_->NextDeadline();
  for (const auto& other : {wire_.NextDeadline(), journal_.NextDeadline()}) {
    if (other && (!next || *other < *next)) next = other;
  }
  return std::min(next.value_or(next_tick_), next_tick_);
}

bool Incarnation::RowsAreDone() const {
  if (warm_ < kCaches) return false;
  return !source_ || (source_ended_ && worked_.empty() && under_way_ == 0);
}

void Incarnation::EndIfDone() {
  if (ended_ || !RowsAreDone() || !posted_.empty()) return;
  dispatcher_->Finish();
  if (!dispatcher_->finished()) return;
  if (!failure_) failure_ = dispatcher_->failure();
  static_cast<void>(journal_.Close().ok());
  if (!posted_.empty()) return;  // what the last commits said
  ended_ = true;
}

// Unwinds what waits for answers and commits, since it keeps itself alive; nothing of it is seen.
void Incarnation::Die() {
  dead_ = true;
  journal_.Die();
  wire_.Die();
  worked_.clear();
  source_ended_ = true;
  dispatcher_->Fail({base::ErrorCode::kInternal, "the process is dead"});
  bool moved = true;
  while (moved) {
    moved = !posted_.empty();
    while (!posted_.empty()) {
      const Posted task = std::move(posted_.front());
      posted_.pop_front();
      task();
    }
    moved = journal_.CommitGroup() > 0 || moved;
    dispatcher_->Poll(world_.clock.Now());
    while (wire_.NextDeadline()) {
      wire_.DeliverOne();
      moved = true;
    }
  }
  ended_ = true;
}

}  // namespace rehome::simulation

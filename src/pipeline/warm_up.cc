#include "pipeline/warm_up.h"

#include <memory>
#include <utility>

#include "base/text.h"
#include "json/writer.h"

namespace rehome::pipeline {
namespace {

// Failed organizations before their share means anything.
constexpr std::int64_t kTriedBeforeJudging = 10;
constexpr std::int64_t kMaxFailedPercent = 10;
constexpr std::int64_t kProgressEvery = 10;
constexpr std::size_t kReasonsShown = 3;

}  // namespace

WarmUp::WarmUp(Setup setup, const std::vector<model::Organization>& organizations,
               std::function<void()> done)
    : setup_(std::move(setup)), organizations_(organizations), done_(std::move(done)) {}

void WarmUp::Start() {
  StartMore();
  EndIfDone();
}

void WarmUp::StartMore() {
  while (active_ < setup_.concurrency && next_ < organizations_.size() &&
         !setup_.dispatcher.stopped()) {
    StartOne(organizations_[next_++]);
  }
}

void WarmUp::StartOne(const model::Organization& organization) {
  ++active_;
  ++open_;
  if (setup_.journal.epoch() == 1) {
    Ask(organization, std::nullopt);
    return;
  }
  // A resumed run asks only for the rest.
  setup_.journal.FindEffect(
      model::KeyOf(organization.ref),
      [this, &organization](base::Result<std::optional<model::Effect>> found) {
        setup_.post([this, &organization, found = std::move(found)] {
          if (!found) {
            setup_.dispatcher.Fail(found.error());
            --active_;
            --open_;
            EndIfDone();
            return;
          }
          if (*found && (*found)->state == model::EffectState::kDone) {
            --active_;
            --open_;
            setup_.tally.CountEarlierOrganization();
            OnSettled(**found);
            return;
          }
          Ask(organization, *found);
        });
      });
}

void WarmUp::Ask(const model::Organization& organization,
                 const std::optional<model::Effect>& known) {
  const auto aside = std::make_shared<bool>(false);
  setup_.dispatcher.EnsureOrganization(
      organization, known,
      [this, aside] {
        *aside = true;
        --active_;
        StartMore();
      },
      [this, aside](const model::Effect& effect, dispatch::EnsureTask::Ending ending) {
        if (!*aside) --active_;
        --open_;
        if (ending == dispatch::EnsureTask::Ending::kSettled) {
          OnSettled(effect);
        } else {
          EndIfDone();
        }
      });
}

void WarmUp::OnSettled(const model::Effect& effect) {
  const bool there = effect.state == model::EffectState::kDone;
  setup_.cache.Put(effect.key, {.id = there ? effect.target_id : "", .reason = effect.reason});
  setup_.tally.CountOrganization(effect);
  if (!there) {
    ++counts_.failed;
    if (first_failures_.size() < kReasonsShown) {
      std::string reason = effect.key + ": " + std::string(model::FactsOf(effect.reason).cause);
      if (!effect.target.message.empty()) reason += " (\"" + effect.target.message + "\")";
      first_failures_.push_back(base::EscapeForTerminal(reason, 300));
    }
  } else if (effect.outcome == model::OutcomeKind::kCreated) {
    ++counts_.created;
  } else {
    ++counts_.found;
  }
  SayProgress();
  CheckFailures();
  StartMore();
  EndIfDone();
}

void WarmUp::SayProgress() {
  const auto total = static_cast<std::int64_t>(organizations_.size());
  if (counts_.tried() % kProgressEvery != 0 && counts_.tried() != total) return;
  const std::string line =
      "organizations: " + std::to_string(counts_.tried()) + "/" + std::to_string(total) + " (" +
      std::to_string(counts_.tried() * 100 / total) + " %): " + std::to_string(counts_.found) +
      " found, " + std::to_string(counts_.created) +
      (setup_.plans_only ? " to create, " : " created, ") + std::to_string(counts_.failed) +
      " failed";
  if (counts_.tried() == total) {
    setup_.events.Say(line);
  } else {
    setup_.events.SayStep(line);
  }
  json::Writer writer;
  writer.BeginObject()
      .Field("done", counts_.tried())
      .Field("total", total)
      .Field("found", counts_.found)
      .Field("created", counts_.created)
      .Field("failed", counts_.failed)
      .EndObject();
  setup_.events.Emit("warm_up", writer.text().substr(1, writer.text().size() - 2));
}

void WarmUp::CheckFailures() {
  const auto total = static_cast<std::int64_t>(organizations_.size());
  const bool at_end = counts_.tried() == total;
  if (counts_.tried() < kTriedBeforeJudging && !at_end) return;
  if (counts_.failed * 100 <= counts_.tried() * kMaxFailedPercent) return;
  setup_.dispatcher.Stop(
      {base::ErrorCode::kLimit,
       std::to_string(counts_.failed) + " of " +
           base::Count(counts_.tried(), "organization", "organizations") +
           " failed, more than 10 %; the first: " + base::Join(first_failures_, "; ") +
           "; correct what they name in a copy of unprocessed.csv and retry with it (--edited), or "
           "create it on the target and resume"});
}

void WarmUp::EndIfDone() {
  if (ended_ || open_ > 0) return;
  if (next_ < organizations_.size() && !setup_.dispatcher.stopped()) return;
  ended_ = true;
  // Whoever waits for `done` may destroy this object as soon as it is called.
  const std::function<void()> done = std::move(done_);
  done();
}

}  // namespace rehome::pipeline

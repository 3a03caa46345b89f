#include "simulation.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/check.h"
#include "base/file.h"
#include "incarnation.h"
#include "pipeline/offline_pass.h"

namespace rehome::simulation {
namespace {

// Far more than any seed takes.
constexpr std::int64_t kMostSteps = 400'000;

Input MakeInput(const Scenario& scenario, const std::string& folder) {
  Input input;
  input.path = folder + "/users.csv";
  CHECK(base::ReplaceFileUnsynced(input.path, scenario.Csv()).ok());
  auto header = csv::ReadHeader(input.path, {});
  CHECK(header.ok());
  input.header = *std::move(header);
  survey::SurveyOptions options;
  options.temporary_directory = folder;
  options.chunk_rows = scenario.chunk_rows;
  auto survey = survey::SurveyFile(input.path, input.header, options);
  CHECK(survey.ok());
  input.survey = *std::move(survey);
  return input;
}

/// The processes of one run, one after another and sometimes two at once.
class Series {
 public:
  Series(World& world, const Input& input, RunEnd& end) : world_(world), input_(input), end_(end) {
    std::vector<journal::Chunk> chunks;
    for (std::size_t i = 0; i < input.survey.chunks.size(); ++i) {
      chunks.push_back(pipeline::ChunkOf(input.survey, i));
    }
    world_.disk.SetChunks(std::move(chunks));
  }

  void Run() {
    StartNext();
    for (std::int64_t steps = 0; steps < kMostSteps; ++steps) {
      if (Step()) continue;
      if (const auto next = NextDeadline()) {
        world_.clock.AdvanceTo(*next);
        continue;
      }
      if (!AllHaveEnded()) world_.laws.Break("nothing moves any more");
      return;
    }
    world_.laws.Break("it never comes to its end");
  }

 private:
  /// What is to be done to a process.
  struct Fate {
    Doom doom;
    bool done = false;
    std::optional<base::Instant> taken_at;  // of a sleeping one
  };

  bool AllHaveEnded() const {
    return std::all_of(all_.begin(), all_.end(), [](const auto& one) { return one->ended(); });
  }

  void StartNext() {
    next_start_.reset();
    const std::int64_t earlier = all_.empty() ? 0 : all_.back()->alive_until_ms();
    world_.well = end_.incarnations >= kIllIncarnations;
    const auto& dooms = world_.scenario.dooms;
    const auto index = static_cast<std::size_t>(end_.incarnations++);
    fates_.push_back({index < dooms.size() ? dooms[index] : Doom{}, false, {}});
    all_.push_back(std::make_unique<Incarnation>(world_, input_, earlier));
    world_.Note(all_.back()->epoch(), "starts");
  }

  // One act of one process, or one request that has come.
  bool Step() {
    const base::Instant now = world_.clock.Now();
    if (next_start_ && *next_start_ <= now) StartNext();
    bool moved = false;
    while (!world_.on_the_way.empty() && world_.on_the_way.begin()->first <= now) {
      const auto arrive = std::move(world_.on_the_way.begin()->second);
      world_.on_the_way.erase(world_.on_the_way.begin());
      arrive();
      moved = true;
    }
    choices_.clear();
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i]->ended()) continue;
      if (fates_[i].taken_at && *fates_[i].taken_at <= now) TakeOver(i);
      if (all_[i]->asleep_until > now) continue;
      for (const Incarnation::Act act : all_[i]->Ready()) choices_.emplace_back(i, act);
    }
    if (choices_.empty()) return moved;
    const auto [index, act] = choices_[world_.random.Below(choices_.size())];
    if (fates_[index].doom.kind != Doom::Kind::kNone && !fates_[index].done &&
        all_[index]->steps() >= fates_[index].doom.step) {
      Strike(index);
      return true;
    }
    all_[index]->Do(act);
    if (all_[index]->ended()) OnEnd(index);
    return true;
  }

  void Strike(std::size_t index) {
    Fate& fate = fates_[index];
    Incarnation& one = *all_[index];
    fate.done = true;
    switch (fate.doom.kind) {
      case Doom::Kind::kNone:
        return;
      case Doom::Kind::kCrash:
        world_.Note(one.epoch(), "dies");
        ++end_.crashes;
        one.Die();
        OnEnd(index);
        return;
      case Doom::Kind::kDiskFull:
        world_.Note(one.epoch(), "has a full disk");
        one.FillDisk();
        return;
      case Doom::Kind::kOvertaken:
        fate.taken_at = world_.clock.Now() + fate.doom.taken_after;
        [[fallthrough]];
      case Doom::Kind::kSleep:
        world_.Note(one.epoch(), "falls asleep");
        ++end_.sleeps;
        one.asleep_until = world_.clock.Now() + fate.doom.sleep;
        return;
    }
  }

  // Its lock is gone, and another goes on with the run.
  void TakeOver(std::size_t index) {
    fates_[index].taken_at.reset();
    if (index + 1 != all_.size() || next_start_) return;
    ++end_.overtaken;
    StartNext();
  }

  void OnEnd(std::size_t index) {
    const Incarnation& one = *all_[index];
    world_.Note(one.epoch(), "has ended");
    world_.laws.OnEnd(one.cache_misses());
    if (one.is_fenced()) ++end_.fenced;
    // The others go on by themselves.
    if (index + 1 != all_.size() || AllConcluded()) return;
    if (end_.incarnations >= kMostIncarnations) {
      world_.laws.Break("rows are left after " + std::to_string(kMostIncarnations) + " processes");
      return;
    }
    next_start_ = world_.clock.Now() + Gap();
  }

  base::Duration Gap() {
    const std::uint64_t lot = world_.random.Below(10);
    if (lot < 5) return std::chrono::milliseconds(world_.random.Below(50));
    if (lot < 8) return std::chrono::seconds(world_.random.Below(30));
    if (lot < 9) return std::chrono::minutes(world_.random.Below(20));
    return std::chrono::hours(3);
  }

  bool AllConcluded() const {
    const auto& rows = world_.scenario.rows;
    return std::all_of(rows.begin(), rows.end(),
                       [this](const RowWanted& row) { return world_.disk.Concluded(row.row); });
  }

  std::optional<base::Instant> NextDeadline() const {
    std::optional<base::Instant> next = next_start_;
    const auto consider = [&next](std::optional<base::Instant> at) {
      if (at && (!next || *at < *next)) next = at;
    };
    if (!world_.on_the_way.empty()) consider(world_.on_the_way.begin()->first);
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (all_[i]->ended()) continue;
      consider(fates_[i].taken_at);
      const auto deadline = all_[i]->NextDeadline();
      if (deadline) consider(std::max(*deadline, all_[i]->asleep_until));
    }
    return next;
  }

  World& world_;
  const Input& input_;
  RunEnd& end_;
  std::vector<std::unique_ptr<Incarnation>> all_;
  std::vector<Fate> fates_;
  std::optional<base::Instant> next_start_;
  std::vector<std::pair<std::size_t, Incarnation::Act>> choices_;
};

void SeedTarget(World& world) {
  for (const std::string& email : world.scenario.users_before) {
    const RowWanted& lead = *world.scenario.LeadOf(email);
    world.target.AddUser(
        {.id = "", .email = email, .external_id = lead.external_id, .first_name = "Before"});
  }
  for (const std::string& name : world.scenario.organizations_before) {
    world.target.AddOrganization({.id = "", .name = "The " + name, .external_id = name});
  }
  world.clock.Advance(std::chrono::minutes(10));
}

}  // namespace

RunEnd RunSeed(std::uint64_t seed, const std::string& folder, Text text) {
  const Scenario scenario = MakeScenario(seed);
  const Input input = MakeInput(scenario, folder);
  RunEnd end;
  World world(scenario, text == Text::kKeep);
  SeedTarget(world);
  {
    Series series(world, input, end);
    series.Run();
  }
  world.laws.CheckEnd();
  end.digest = world.trace.digest();
  end.broken = world.laws.broken();
  end.text = world.trace.text();
  end.events = world.trace.events();
  end.late_answers = world.disk.late_answers();
  for (const model::Outcome& outcome : world.disk.outcomes()) {
    end.parked += outcome.kind == model::OutcomeKind::kParked ? 1 : 0;
    end.failed += outcome.kind == model::OutcomeKind::kFailed ? 1 : 0;
  }
  return end;
}

}  // namespace rehome::simulation

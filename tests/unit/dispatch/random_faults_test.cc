#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

#include "base/random.h"
#include "mixed_run.h"

namespace rehome::dispatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array kWriteFaults = {
    Fault::kNotSent,           Fault::kResetBefore,  Fault::kResetAfter,
    Fault::kTimeoutBefore,     Fault::kTimeoutAfter, Fault::kTimeoutThenApplied,
    Fault::k500Before,         Fault::k500After,     Fault::kUnreadableBefore,
    Fault::kUnreadableAfter,   Fault::kRateLimited,  Fault::kOtherObjectAfter,
    Fault::kOtherObjectBefore, Fault::kCachedAfter};
constexpr std::array kReadFaults = {
    Fault::kNotSent,          Fault::kResetBefore, Fault::kTimeoutBefore,    Fault::k500Before,
    Fault::kUnreadableBefore, Fault::kRateLimited, Fault::kOtherObjectBefore};

template <std::size_t kSize>
Fault OneOf(const std::array<Fault, kSize>& faults, base::Random& random) {
  return faults[random.Below(kSize)];
}

// One import under the faults of a seed, killed up to three times and gone on with.
void RunSeed(std::uint64_t seed) {
  base::Random random(seed);
  DispatchStage stage;
  stage.settings.seed = seed;
  stage.target.unique = random.Below(2) == 0;
  stage.target.lag = milliseconds(random.Below(20001));
  stage.target.references_lag = random.Below(4) == 0;
  const std::uint64_t percent = random.Below(30);
  bool well = false;
  stage.target.fault = [&](const http::Request& request) {
    stage.target.latency = milliseconds(1 + random.Below(2000));
    if (well || random.Below(100) >= percent) return Fault::kNone;
    return request.method == http::Method::kGet ? OneOf(kReadFaults, random)
                                                : OneOf(kWriteFaults, random);
  };
  constexpr std::int64_t kRows = 13;  // all sorts of them; more only take longer
  MixedRun run(stage, kRows);
  std::uint64_t kills = random.Below(4);
  constexpr int kMostIncarnations = 12;
  for (int incarnation = 1; incarnation <= kMostIncarnations && !run.AllSettled(); ++incarnation) {
    if (incarnation > 1) {
      stage.journal.Reopen();
      stage.Restart();
      // Every third resume comes much later.
      if (random.Below(3) == 0) stage.clock.Advance(seconds(random.Below(400)));
    }
    // A run that an ill target stops again and again gets a well one in the end.
    well = incarnation > kMostIncarnations / 2;
    run.Start();
    if (kills > 0) {
      --kills;
      stage.RunFor(milliseconds(random.Below(200000)));
      stage.journal.FailAfter(0);
    }
    stage.Run();
    run.ExpectAllBackOnce();
    run.ExpectTruth();
    stage.counters.mismatched_answers.store(0);
    if (testing::Test::HasFailure()) return;
  }
  stage.clock.Advance(seconds(60));
  stage.target.ApplyLateOnes();
  run.ExpectTruth();
  EXPECT_TRUE(run.AllSettled());
}

TEST(RandomFaults, NoCreateIsRepeatedWhileItsFateIsUnknown) {
  // REHOME_SEED=17 repeats one.
  const char* wanted = std::getenv("REHOME_SEED");
  const std::uint64_t first = wanted == nullptr ? 1 : std::strtoull(wanted, nullptr, 10);
  const std::uint64_t last = wanted == nullptr ? 500 : first;
  std::cout << "seeds " << first << " to " << last << "\n";
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    RunSeed(seed);
    if (HasFailure()) {
      std::cout << "failed with REHOME_SEED=" << seed << "\n";
      return;
    }
  }
}

}  // namespace
}  // namespace rehome::dispatch

#include "simulation.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "base/text.h"

namespace rehome::simulation {
namespace {

class Simulation : public testing::Test {
 protected:
  Simulation() { std::filesystem::create_directories(folder_); }
  ~Simulation() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  const std::string folder_ =
      testing::TempDir() + "rehome-simulation-test-" + std::to_string(getpid());
};

TEST_F(Simulation, OneSeedIsOneRun) {
  std::set<std::uint64_t> digests;
  constexpr std::uint64_t kSeeds = 40;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RunEnd first = RunSeed(seed, folder_);
    const RunEnd second = RunSeed(seed, folder_, Text::kKeep);
    EXPECT_EQ(first.digest, second.digest) << "seed " << seed;
    digests.insert(first.digest);
  }
  EXPECT_EQ(digests.size(), kSeeds);
}

// What is never met is not tested.
TEST_F(Simulation, SeedsMeetCrashesSleepsAndLateAnswers) {
  RunEnd all;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const RunEnd end = RunSeed(seed, folder_);
    all.crashes += end.crashes;
    all.overtaken += end.overtaken;
    all.fenced += end.fenced;
    all.late_answers += end.late_answers;
  }
  EXPECT_GT(all.crashes, 20);
  EXPECT_GT(all.overtaken, 10);
  EXPECT_GT(all.fenced, 3);
  EXPECT_GT(all.late_answers, 3);
}

// Seeds that once broke a law, each with what it was.
TEST_F(Simulation, EverySeedThatOnceFailedHoldsTheLaws) {
  std::ifstream kept(REHOME_KEPT_SEEDS);
  ASSERT_TRUE(kept.is_open());
  std::string line;
  int seeds = 0;
  while (std::getline(kept, line)) {
    if (line.empty() || line.starts_with("#")) continue;
    std::istringstream words(line);
    std::uint64_t seed = 0;
    ASSERT_TRUE(words >> seed) << line;
    ++seeds;
    EXPECT_EQ(base::Join(RunSeed(seed, folder_).broken, "; "), "") << line;
  }
  EXPECT_GT(seeds, 0);
}

}  // namespace
}  // namespace rehome::simulation

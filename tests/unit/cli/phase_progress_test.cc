#include "cli/phase_progress.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rehome::cli {
namespace {

using dispatch::Brake;
using model::OutcomeKind;
using std::chrono::seconds;

std::size_t At(OutcomeKind kind) { return static_cast<std::size_t>(kind); }

TEST(PhaseCounts, TellsRowsThatWerePassedOverFromTheOthers) {
  pipeline::Progress progress;
  progress.phase = pipeline::ImportPhase::kRows;
  progress.rows_time = seconds(2);
  progress.tally.rows_seen = 1200;
  progress.tally.rows_passed_over = 1000;
  progress.tally.rows[At(OutcomeKind::kFailed)] = 3;
  progress.tally.rows[At(OutcomeKind::kParked)] = 2;
  EXPECT_EQ(CountsOf(progress, pipeline::ImportPhase::kRows, 15000),
            (PhaseCounts{.name = "rows",
                         .done = 1200,
                         .all = 15000,
                         .worked = 200,
                         .time = seconds(2),
                         .errors = {{"failed", 3}, {"parked", 2}}}));
}

TEST(PhaseCounts, CountsOrganizationsWhileTheyAreWarmedUp) {
  pipeline::Progress progress;
  progress.organizations_time = seconds(10);
  progress.tally.organizations[At(OutcomeKind::kCreated)] = 70;
  progress.tally.organizations[At(OutcomeKind::kAdopted)] = 5;
  progress.tally.organizations[At(OutcomeKind::kFailed)] = 1;
  EXPECT_EQ(CountsOf(progress, pipeline::ImportPhase::kOrganizations, 152),
            (PhaseCounts{.name = "organizations",
                         .done = 76,
                         .all = 152,
                         .worked = 76,
                         .time = seconds(10),
                         .errors = {{"failed", 1}}}));
}

// Their rate would be that of reading the journal, and the time left far too short.
TEST(PhaseCounts, TellsOrganizationsOfAnEarlierProcessFromTheOthers) {
  pipeline::Progress progress;
  progress.organizations_time = seconds(10);
  progress.tally.organizations[At(OutcomeKind::kCreated)] = 76;
  progress.tally.organizations_passed_over = 70;
  const PhaseCounts counts = CountsOf(progress, pipeline::ImportPhase::kOrganizations, 152);
  EXPECT_EQ(counts.done, 76);
  EXPECT_EQ(counts.worked, 6);
}

TEST(PhaseProgress, ComesBackFromItsJson) {
  const PhaseProgress progress = {
      .counts = {.name = "rows",
                 .done = 7,
                 .all = 9,
                 .worked = 7,
                 .time = seconds(3),
                 .errors = {{"failed", 2}, {"rejected", 1}}},
      .per_second = 2.5,
      .left = seconds(1),
      .limit = {.words = "paused by 429", .brief = "429", .waiting = true},
      .ended = false};
  const auto parsed = json::Parse(EncodePhase(progress));
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(DecodePhase(*parsed), progress);
  EXPECT_EQ(DecodePhase(*json::Parse("{}")), PhaseProgress{});
}

struct Said {
  Brake brake;
  const char* rate;
  const char* words;
};

constexpr Said kSaid[] = {
    {Brake::kWriteQuota, "", "write quota"},
    {Brake::kWriteQuota, "none", "write quota"},
    {Brake::kWriteQuota, "20", "--rate 20"},
    {Brake::kReadQuota, "20", "reads of --rate 20"},
    {Brake::kTotalQuota, "", "quota of all requests"},
    {Brake::kMinDelay, "", "--min-delay"},
    {Brake::kAnswers, "", "latency of the target"},
    {Brake::kLimited, "", "paused by 429"},
    {Brake::kIll, "", "circuit breaker: the target fails, asked again"},
};

TEST(LimitText, SaysWhatSetsThePace) {
  for (const Said& said : kSaid) {
    EXPECT_EQ(LimitTextOf(said.brake, std::nullopt, said.rate).words, said.words);
  }
}

TEST(LimitText, SaysUntilWhenByTheClockOnTheWall) {
  const base::WallTime until{std::chrono::seconds(1764165800)};
  const LimitText text = LimitTextOf(Brake::kLimited, until, "");
  EXPECT_TRUE(text.words.starts_with("paused by 429 until ")) << text.words;
  EXPECT_EQ(text.words.size(), std::string("paused by 429 until 14:03:20").size());
  EXPECT_TRUE(text.waiting);
  EXPECT_FALSE(LimitTextOf(Brake::kWriteQuota, until, "").waiting);
}

}  // namespace
}  // namespace rehome::cli

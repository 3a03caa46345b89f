#include "cli/live_summary.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace rehome::cli {
namespace {

using support::FakeClock;

StatusSnapshot WrittenAt(base::WallTime as_of) {
  StatusSnapshot status;
  status.as_of = as_of;
  status.clock_rate = 1.0;
  return status;
}

TEST(AliveUntil, IsWhenTheNextSnapshotWasDue) {
  FakeClock clock;  // its machine was started at kStart
  const auto as_of = FakeClock::kStart + std::chrono::minutes(5);
  EXPECT_EQ(AliveUntil(WrittenAt(as_of), clock), as_of + std::chrono::seconds(2));
}

TEST(AliveUntil, IsTheStartOfTheMachineAfterAPowerCutThatLeftAnOldSnapshot) {
  FakeClock clock;
  const auto as_of = FakeClock::kStart - std::chrono::minutes(40);
  EXPECT_EQ(AliveUntil(WrittenAt(as_of), clock), FakeClock::kStart);
  // The last snapshot before it.
  const auto last = FakeClock::kStart - std::chrono::milliseconds(500);
  EXPECT_EQ(AliveUntil(WrittenAt(last), clock), last + std::chrono::seconds(2));
}

TEST(AliveUntil, IsWhatAProcessThatSentNothingKnewOfTheOneBefore) {
  FakeClock clock;
  const auto before = FakeClock::kStart + std::chrono::minutes(3);
  const std::string text = EncodeStatus({.as_of = FakeClock::kStart + std::chrono::minutes(5),
                                         .phase = std::string(kStarting),
                                         .sent_until = before,
                                         .summary = {}});
  const auto status = DecodeStatus(text);
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(AliveUntil(*status, clock), before);
  // A power cut may have kept that snapshot and not the later ones, of a process that did send.
  StatusSnapshot old = *status;
  old.as_of = FakeClock::kStart - std::chrono::minutes(1);
  old.sent_until = FakeClock::kStart - std::chrono::minutes(9);
  EXPECT_EQ(AliveUntil(old, clock), FakeClock::kStart);
}

}  // namespace
}  // namespace rehome::cli

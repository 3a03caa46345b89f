#include "pace/circuit_breaker.h"

#include <chrono>

#include "gtest/gtest.h"

namespace rehome::pace {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::Instant kStart{std::chrono::hours(1)};

CircuitBreaker OpenedAt(base::Instant now) {
  CircuitBreaker breaker;
  for (int i = 0; i < 20; ++i) breaker.Failed(now);
  EXPECT_TRUE(breaker.open());
  return breaker;
}

TEST(CircuitBreaker, AdmitsAtOnceWhileTheTargetIsWell) {
  CircuitBreaker breaker;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(breaker.NextAdmission(kStart), kStart);
    breaker.Admit(kStart);
    breaker.Succeeded(kStart);
  }
  EXPECT_FALSE(breaker.GaveUp(kStart + minutes(60)));
}

TEST(CircuitBreaker, OpensAtTwentyFailuresInARowAndNotBefore) {
  CircuitBreaker breaker;
  for (int i = 0; i < 19; ++i) breaker.Failed(kStart);
  EXPECT_FALSE(breaker.open());
  breaker.Succeeded(kStart);
  for (int i = 0; i < 19; ++i) breaker.Failed(kStart);
  EXPECT_FALSE(breaker.open());
  breaker.Failed(kStart);
  EXPECT_TRUE(breaker.open());
}

TEST(CircuitBreaker, OpensWhenHalfOfTheLastHundredAnswersFailed) {
  CircuitBreaker breaker;
  for (int i = 0; i < 50; ++i) {
    breaker.Succeeded(kStart);
    if (i < 49) breaker.Failed(kStart);
  }
  EXPECT_FALSE(breaker.open()) << "99 answers are not a hundred";
  breaker.Failed(kStart);
  EXPECT_TRUE(breaker.open());
}

TEST(CircuitBreaker, ForgetsFailuresOlderThanAHundredAnswers) {
  CircuitBreaker breaker;
  for (int i = 0; i < 49; ++i) {
    breaker.Failed(kStart);
    breaker.Succeeded(kStart);
  }
  breaker.Succeeded(kStart);
  breaker.Succeeded(kStart);
  breaker.Failed(kStart);
  EXPECT_FALSE(breaker.open()) << "49 of the last hundred: the oldest of them fell out";
  breaker.Failed(kStart);
  EXPECT_TRUE(breaker.open());
}

TEST(CircuitBreaker, AllowsOneProbeAtATimeAfterFiveSeconds) {
  CircuitBreaker breaker = OpenedAt(kStart);
  EXPECT_EQ(breaker.NextAdmission(kStart), kStart + seconds(5));
  const base::Instant later = kStart + seconds(6);
  EXPECT_EQ(breaker.NextAdmission(later), later);
  breaker.Admit(later);
  EXPECT_FALSE(breaker.NextAdmission(later).has_value());
  breaker.Succeeded(later);
  EXPECT_FALSE(breaker.open());
  EXPECT_EQ(breaker.NextAdmission(later), later);
}

TEST(CircuitBreaker, DoublesThePauseAfterEachFailedProbeUpToAMinute) {
  CircuitBreaker breaker = OpenedAt(kStart);
  base::Instant now = kStart + seconds(5);
  for (const seconds pause : {seconds(10), seconds(20), seconds(40), seconds(60), seconds(60)}) {
    breaker.Admit(now);
    breaker.Failed(now);
    EXPECT_EQ(breaker.NextAdmission(now), now + pause);
    now += pause;
  }
  breaker.Admit(now);
  breaker.Succeeded(now);
  for (int i = 0; i < 20; ++i) breaker.Failed(now);
  EXPECT_EQ(breaker.NextAdmission(now), now + seconds(5)) << "closing starts the pauses anew";
}

TEST(CircuitBreaker, IgnoresFailuresOfRequestsThatLeftBeforeItOpened) {
  CircuitBreaker breaker = OpenedAt(kStart);
  for (int i = 0; i < 50; ++i) breaker.Failed(kStart + seconds(3));
  EXPECT_EQ(breaker.NextAdmission(kStart), kStart + seconds(5));
}

TEST(CircuitBreaker, ClosesOnAGoodAnswerToARequestThatLeftBeforeItOpened) {
  CircuitBreaker breaker = OpenedAt(kStart);
  breaker.Succeeded(kStart + seconds(1));
  EXPECT_FALSE(breaker.open());
  breaker.Failed(kStart + seconds(1));
  EXPECT_FALSE(breaker.open()) << "old failures are forgotten";
}

TEST(CircuitBreaker, GivesUpAfterThirtyMinutesWithoutAGoodAnswer) {
  CircuitBreaker breaker = OpenedAt(kStart);
  EXPECT_FALSE(breaker.GaveUp(kStart + minutes(30) - seconds(1)));
  breaker.Admit(kStart + minutes(5));
  breaker.Failed(kStart + minutes(5));
  EXPECT_TRUE(breaker.GaveUp(kStart + minutes(30)));
  breaker.Succeeded(kStart + minutes(30));
  EXPECT_FALSE(breaker.GaveUp(kStart + minutes(30)));
}

TEST(CircuitBreaker, CountsTheThirtyMinutesFromTheLatestOpening) {
  CircuitBreaker breaker = OpenedAt(kStart);
  breaker.Succeeded(kStart + minutes(9));
  for (int i = 0; i < 20; ++i) breaker.Failed(kStart + minutes(9));
  EXPECT_FALSE(breaker.GaveUp(kStart + minutes(38)));
  EXPECT_TRUE(breaker.GaveUp(kStart + minutes(39)));
}

// A probe asks for something small: that it is answered does not show that work gets done.
TEST(CircuitBreaker, GoesOnWhereItWasWhenItOpensAgainOnTrial) {
  CircuitBreaker breaker = OpenedAt(kStart);
  base::Instant now = kStart;
  for (const seconds pause : {seconds(10), seconds(20), seconds(40), seconds(60), seconds(60)}) {
    now = *breaker.NextAdmission(now);
    breaker.Admit(now);
    breaker.Responded();
    EXPECT_FALSE(breaker.open());
    breaker.Responded();  // a 429 proves no more
    for (int i = 0; i < 20; ++i) breaker.Failed(now);
    ASSERT_TRUE(breaker.open());
    EXPECT_EQ(breaker.NextAdmission(now), now + pause);
  }
  EXPECT_TRUE(breaker.GaveUp(kStart + minutes(30)));
  breaker.Admit(now);
  breaker.Responded();
  breaker.Succeeded(now);
  for (int i = 0; i < 20; ++i) breaker.Failed(now);
  EXPECT_EQ(breaker.NextAdmission(now), now + seconds(5)) << "work was done: a new illness";
  EXPECT_FALSE(breaker.GaveUp(now + minutes(29)));
}

TEST(CircuitBreaker, DoesNotCountAPauseThatTheTargetAskedFor) {
  CircuitBreaker breaker = OpenedAt(kStart);
  breaker.Excuse(minutes(15));
  EXPECT_FALSE(breaker.GaveUp(kStart + minutes(44)));
  EXPECT_TRUE(breaker.GaveUp(kStart + minutes(45)));
}

}  // namespace
}  // namespace rehome::pace

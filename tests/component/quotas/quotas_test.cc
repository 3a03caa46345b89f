#include "dispatch/quotas.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "quota_stage.h"

namespace rehome::dispatch {
namespace {

using sandbox::QuotaMeter;
using sandbox::QuotaRules;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Millions of requests take minutes under a sanitizer, which looks for something else.
#ifdef NDEBUG
constexpr int kPhases = 20;
constexpr int kMoments = 40;
#else
constexpr int kPhases = 1;
constexpr int kMoments = 2;
#endif

const std::vector<QuotaRules::Shape> kShapes = {
    QuotaRules::Shape::kFixed, QuotaRules::Shape::kSliding, QuotaRules::Shape::kBucket};

PaceSettings PaceOf(std::int64_t limit, int reserve_percent) {
  PaceSettings pace;
  pace.user_writes_per_10s = limit * (100 - reserve_percent) / 100;
  pace.user_reads_per_10s = 2 * pace.user_writes_per_10s;
  pace.all_per_60s = 12 * limit * (100 - reserve_percent) / 100;
  pace.reserve_percent = reserve_percent;
  return pace;
}

QuotaRules RulesOf(QuotaRules::Shape shape, std::int64_t limit, base::Duration phase) {
  QuotaRules rules;
  rules.shape = shape;
  rules.phase = phase;
  rules.burst = std::max<std::int64_t>(1, std::llround(0.05 * static_cast<double>(limit)));
  return rules;
}

TEST(Quotas, UseNinetyNinePercentOfEveryKindWithoutARefusal) {
  for (const auto shape : kShapes) {
    for (const std::int64_t limit : {50, 500, 5000}) {
      for (const int reserve : {0, 10}) {
        for (int phase = 0; phase < kPhases; ++phase) {
          SCOPED_TRACE(std::to_string(static_cast<int>(shape)) + ", limit " +
                       std::to_string(limit) + ", reserve " + std::to_string(reserve) + ", phase " +
                       std::to_string(phase));
          const QuotaRules rules = RulesOf(shape, limit, milliseconds(500) * phase);
          QuotaMeter writes(rules, limit, seconds(10));
          QuotaMeter all(rules, 12 * limit, seconds(60));
          QuotaStage stage(PaceOf(limit, reserve), static_cast<std::uint64_t>(phase) + 1);
          const auto record = stage.Run(
              [&](double) {
                return std::vector<QuotaMeter*>{&writes, &all};
              },
              60);
          const double allowed =
              static_cast<double>(limit) * (record.accepted.back() - record.accepted.front()) / 10;
          EXPECT_TRUE(record.refused.empty());
          EXPECT_GE(static_cast<double>(record.accepted.size()),
                    (reserve == 0 ? 0.99 : 0.89) * allowed);
        }
      }
    }
  }
}

struct Cut {
  double at = 0;
  double until = 0;
  double share = 0;
};

// The target's writes are cut to a share for a while; what it counts goes on meanwhile.
QuotaStage::Record RunWithCut(QuotaStage& stage, const QuotaRules& rules, const Cut& cut,
                              double seconds_in_all) {
  QuotaRules less = rules;
  less.scale = cut.share;
  less.burst =
      std::max<std::int64_t>(1, std::llround(static_cast<double>(rules.burst) * cut.share));
  QuotaMeter whole(rules, 500, seconds(10));
  QuotaMeter part(less, 500, seconds(10));
  return stage.Run(
      [&](double now) {
        if (now < cut.at || now >= cut.until) return std::vector<QuotaMeter*>{&whole};
        return std::vector<QuotaMeter*>{&part, &whole};
      },
      seconds_in_all);
}

// Within 5 % of the new limit two windows after the cut and four after its end.
TEST(Quotas, FindALimitThatIsSilentlyCutToAThirdAndRestored) {
  for (const auto shape : kShapes) {
    double share_refused = 0;
    for (int moment = 0; moment < kMoments; ++moment) {
      SCOPED_TRACE(std::to_string(static_cast<int>(shape)) + ", moment " + std::to_string(moment));
      const Cut cut{.at = 20 + 0.437 * moment, .until = 120 + 0.437 * moment, .share = 1.0 / 3};
      QuotaStage stage(PaceOf(500, 0), static_cast<std::uint64_t>(moment) + 1);
      const auto record =
          RunWithCut(stage, RulesOf(shape, 500, milliseconds(730) * moment), cut, cut.until + 80);
      const auto accepted = [&](double from, double to) {
        return static_cast<double>(QuotaStage::Record::Count(record.accepted, from, to));
      };
      EXPECT_NEAR(accepted(cut.at + 20, cut.until) / (8 * 166.7), 1, 0.05);
      EXPECT_NEAR(accepted(cut.until + 40, cut.until + 80) / (4 * 500.0), 1, 0.05);
      const auto refused =
          static_cast<double>(QuotaStage::Record::Count(record.refused, cut.at, cut.until));
      const double share = refused / (refused + accepted(cut.at, cut.until));
      EXPECT_LT(share, 0.01);
      share_refused += share / kMoments;
    }
    EXPECT_LT(share_refused, 0.008);
  }
}

TEST(Quotas, DoNotOscillateUnderALimitThatStaysLow) {
  const Cut cut{.at = 20, .until = 2000, .share = 0.5};
  QuotaStage stage(PaceOf(500, 0), 1);
  const auto record =
      RunWithCut(stage, RulesOf(QuotaRules::Shape::kSliding, 500, seconds(0)), cut, 1000);
  for (double from = 100; from < 1000; from += 100) {
    EXPECT_NEAR(static_cast<double>(QuotaStage::Record::Count(record.accepted, from, from + 100)),
                2500, 125);
  }
  // Climbs come less and less often.
  EXPECT_LE(QuotaStage::Record::Count(record.refused, 500, 1000), 30);
}

TEST(Quotas, KeepTheReserveOfALowerLimitToo) {
  const Cut cut{.at = 20, .until = 500, .share = 0.5};
  QuotaStage stage(PaceOf(500, 10), 1);
  const auto record =
      RunWithCut(stage, RulesOf(QuotaRules::Shape::kSliding, 500, seconds(0)), cut, 300);
  EXPECT_LE(QuotaStage::Record::Count(record.accepted, 100, 300), 20 * 235);
  EXPECT_GE(QuotaStage::Record::Count(record.accepted, 100, 300), 20 * 205);
}

TEST(Quotas, ComeThroughAStormOfRefusalsThatHasNothingToDoWithThem) {
  QuotaStage stage(PaceOf(500, 0), 1);
  QuotaMeter whole(RulesOf(QuotaRules::Shape::kFixed, 500, seconds(0)), 500, seconds(10));
  // One that is never free.
  QuotaRules never = RulesOf(QuotaRules::Shape::kSliding, 500, seconds(0));
  QuotaMeter shut(never, 1, std::chrono::hours(1));
  shut.Count(base::Instant(std::chrono::hours(1)));
  const auto record = stage.Run(
      [&](double now) {
        if (now < 30 || now >= 330) return std::vector<QuotaMeter*>{&whole};
        return std::vector<QuotaMeter*>{&shut};
      },
      430);
  // The back-off bounds what is asked meanwhile.
  EXPECT_LE(record.refused.size(), 100U);
  EXPECT_GE(QuotaStage::Record::Count(record.accepted, 390, 430), 4 * 475);
}

TEST(Quotas, ALowerPaceCountsWhatWasSentBefore) {
  Quotas quotas(PaceOf(500, 0));
  base::Instant now{std::chrono::hours(1)};
  for (int i = 0; i < 300; ++i) {
    now = *quotas.NextAdmission(Lane::kUserWrite, now);
    quotas.Admit(Lane::kUserWrite, now);
  }
  quotas.SetPace(PaceOf(100, 0), now);
  EXPECT_EQ(quotas.LimitOf(QuotaKind::kUserWrites), 100);
  EXPECT_GE(*quotas.NextAdmission(Lane::kUserWrite, now) - now, seconds(7));
  quotas.SetPace(PaceOf(500, 0), now);
  EXPECT_LE(*quotas.NextAdmission(Lane::kUserWrite, now) - now, milliseconds(25));
}

// Below what was told as lowered: the target has allowed nothing more.
TEST(Quotas, ALowerPaceIsNotToldAsMoreThatIsAllowed) {
  Quotas quotas(PaceOf(500, 0));
  base::Instant now{std::chrono::hours(1)};
  Quotas::Pass last;
  for (int i = 0; i < 170; ++i) {
    now = *quotas.NextAdmission(Lane::kUserWrite, now);
    last = quotas.Admit(Lane::kUserWrite, now);
  }
  const auto lowered = quotas.Refused(last, now);
  ASSERT_TRUE(lowered);
  EXPECT_EQ(lowered->to, 169);
  quotas.SetPace(PaceOf(100, 0), now);
  EXPECT_FALSE(quotas.TakeRaised(now));
  EXPECT_FALSE(quotas.TakeRaised(now + seconds(60)));
}

TEST(Quotas, LetOthersGoWhileOneIsTried) {
  Quotas quotas(PaceOf(500, 0));
  base::Instant now{std::chrono::hours(1)};
  Quotas::Pass last;
  for (int i = 0; i < 400; ++i) {
    now = *quotas.NextAdmission(Lane::kUserWrite, now);
    last = quotas.Admit(Lane::kUserWrite, now);
  }
  now += milliseconds(40);
  const auto change = quotas.Refused(last, now);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, QuotaKind::kUserWrites);
  EXPECT_EQ(change->expected, 500);
  EXPECT_EQ(change->to, 399);
  const base::Instant tried = *quotas.NextAdmission(Lane::kUserWrite, now);
  const Quotas::Pass trial = quotas.Admit(Lane::kUserWrite, tried);
  EXPECT_FALSE(quotas.NextAdmission(Lane::kUserWrite, tried));
  EXPECT_TRUE(quotas.NextAdmission(Lane::kUserRead, tried));
  quotas.Served(trial, tried, tried + milliseconds(40));
  EXPECT_TRUE(quotas.NextAdmission(Lane::kUserWrite, tried + milliseconds(40)));
}

}  // namespace
}  // namespace rehome::dispatch

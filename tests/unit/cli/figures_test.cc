#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "cli/forecast.h"
#include "cli/live_summary.h"

namespace rehome::cli {
namespace {

using std::chrono::seconds;

survey::Survey Surveyed() {
  survey::Survey survey;
  survey.rows = 10000;
  survey.bytes = 2000000;
  survey.distinct_users = 9000;
  survey.rows_with_organization = 9600;
  survey.organizations.resize(152);
  for (std::size_t i = 0; i < 100; ++i) survey.organizations[i].name = "Acme";
  return survey;
}

TEST(Forecast, CountsRequestsAndTheTimeTheQuotaGivesThem) {
  const Forecast forecast = MakeForecast(Surveyed(), {});
  EXPECT_EQ(forecast.organization_reads, 152);
  EXPECT_EQ(forecast.organization_creates, 100);
  EXPECT_EQ(forecast.user_creates, 9000);
  EXPECT_EQ(forecast.membership_creates, 9600);
  // 18,600 writes at 45/s and at 50/s.
  EXPECT_NEAR(static_cast<double>(forecast.with_settings.count()) / 1e9, 18600 / 45.0, 0.01);
  EXPECT_NEAR(static_cast<double>(forecast.with_no_reserve.count()) / 1e9, 18600 / 50.0, 0.01);
  EXPECT_EQ(forecast.disk_bytes, 12000000);
}

TEST(Forecast, FollowsTheRateAndSaysNothingWithoutOne) {
  PaceOptions pace;
  pace.rate = "10";
  const Forecast slow = MakeForecast(Surveyed(), pace);
  EXPECT_NEAR(static_cast<double>(slow.with_settings.count()) / 1e9, 1860, 0.01);
  pace.rate = "none";
  const Forecast free = MakeForecast(Surveyed(), pace);
  EXPECT_EQ(free.with_settings, base::Duration(0));
  EXPECT_GT(free.with_no_reserve, base::Duration(0));
}

TEST(Forecast, WaitsForTheDelayBetweenTwoRequests) {
  PaceOptions pace;
  pace.min_delay_ms = 1000;
  // 152 look-ups and 18,700 creates.
  EXPECT_EQ(MakeForecast(Surveyed(), pace).with_settings, seconds(18852));
  pace.rate = "none";
  EXPECT_EQ(MakeForecast(Surveyed(), pace).with_settings, seconds(18852));
  pace.rate = "0.5";
  EXPECT_GT(MakeForecast(Surveyed(), pace).with_settings, seconds(37000));
}

TEST(Forecast, GoesFromTheShorterTimeToTheLonger) {
  struct Case {
    const char* name;
    seconds settings;
    seconds quota;
    seconds min;
    seconds max;
  };
  const std::vector<Case> cases = {
      {"a reserve", seconds(12), seconds(10), seconds(10), seconds(12)},
      {"a rate above the quota", seconds(1), seconds(12), seconds(1), seconds(12)},
      {"no limit of ours", seconds(0), seconds(12), seconds(0), seconds(0)},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    Session session;
    session.forecast.with_settings = each.settings;
    session.forecast.with_no_reserve = each.quota;
    const report::RunCounters counters = CountersAtStart(session);
    EXPECT_EQ(counters.forecast_min, each.min);
    EXPECT_EQ(counters.forecast_max, each.max);
  }
}

}  // namespace
}  // namespace rehome::cli

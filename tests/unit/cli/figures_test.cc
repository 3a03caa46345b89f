#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "cli/forecast.h"
#include "cli/live_summary.h"

namespace rehome::cli {
namespace {

using std::chrono::seconds;

double In(base::Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

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
  EXPECT_EQ(forecast.disk_bytes, 12000000);
  // 18,600 writes at 45/s and at 50/s, from the first to the last.
  EXPECT_NEAR(In(forecast.with_settings.shortest), 18599 / 45.0, 0.01);
  EXPECT_NEAR(In(forecast.with_no_reserve.shortest), 18599 / 50.0, 0.01);
  // 252 requests of organizations one after another, the guard of the windows, the last answers.
  EXPECT_NEAR(In(forecast.with_settings.likely), 252 * 0.1023 + 18599 / 45.0 * 1.0025 + 0.11, 0.01);
  EXPECT_EQ(forecast.with_settings.pacer, Pacer::kWriteQuota);
  EXPECT_EQ(PaceText(forecast), "the write quota sets the pace; a round trip of 100 ms is assumed");
}

TEST(Forecast, FollowsTheRateAndTheTargetsAnswersWithoutOne) {
  PaceOptions pace;
  pace.rate = "10";
  EXPECT_NEAR(In(MakeForecast(Surveyed(), pace).with_settings.shortest), 1859.9, 0.01);
  pace.rate = "none";
  const Forecast free = MakeForecast(Surveyed(), pace);
  EXPECT_EQ(free.with_settings.shortest, base::Duration(0));
  EXPECT_EQ(free.with_settings.pacer, Pacer::kAnswers);
  // 64 rows in flight, each two writes and three commits.
  EXPECT_NEAR(In(free.with_settings.likely), 252 * 0.1023 + (18600 * 0.1023 + 9600 * 0.0018) / 64,
              0.1);
  EXPECT_GT(free.with_no_reserve.likely, free.with_settings.likely);
}

TEST(Forecast, KnowsARoundTripThatWasMeasuredAndOrganizationsSideBySide) {
  PaceOptions pace;
  pace.warm_concurrency = 4;
  const ForecastBasis basis = {.round_trip = {.time = std::chrono::milliseconds(300),
                                              .origin = RoundTrip::Origin::kMeasured},
                               .work = PlannedWork{.users = 0, .memberships = 0}};
  const Forecast forecast = MakeForecast(Surveyed(), pace, basis);
  EXPECT_NEAR(In(forecast.with_settings.likely), 252 * 0.3023 / 4, 0.01);
  EXPECT_EQ(PaceText(forecast), "the target's answers set the pace; a round trip took 300 ms");
}

TEST(Forecast, WaitsForTheDelayBetweenTwoRequests) {
  PaceOptions pace;
  pace.min_delay_ms = 1000;
  // 252 requests of organizations and 18,600 creates.
  EXPECT_EQ(MakeForecast(Surveyed(), pace).with_settings.shortest, seconds(18852));
  EXPECT_EQ(MakeForecast(Surveyed(), pace).with_settings.pacer, Pacer::kMinDelay);
  pace.rate = "none";
  EXPECT_EQ(MakeForecast(Surveyed(), pace).with_settings.shortest, seconds(18852));
  pace.rate = "0.5";
  EXPECT_GT(MakeForecast(Surveyed(), pace).with_settings.likely, seconds(37000));
}

TEST(Forecast, OfTheSettingsIsKeptInTheRun) {
  Session session;
  session.forecast.with_settings = {.shortest = seconds(12), .likely = seconds(15)};
  session.forecast.with_no_reserve = {.shortest = seconds(10), .likely = seconds(13)};
  const report::RunCounters counters = CountersAtStart(session);
  EXPECT_EQ(counters.forecast_min, seconds(12));
  EXPECT_EQ(counters.forecast_likely, seconds(15));
}

}  // namespace
}  // namespace rehome::cli

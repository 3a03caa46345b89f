#include "cli/forecast.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/overheads.h"
#include "cli/run_options.h"
#include "dispatch/settings.h"
#include "json/writer.h"
#include "pace/rows_in_flight.h"

namespace rehome::cli {
namespace {

// Measured on wide rows: what a row takes in journal.db and the row files beside its own bytes.
constexpr std::int64_t kJournalBytesPerRow = 1000;

constexpr double Seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}
base::Duration FromSeconds(double seconds) {
  return base::Duration(static_cast<std::int64_t>(seconds * 1e9));
}

constexpr double kCommit = Seconds(kCommitTime);

// When the last of `count` events leaves that are spread over windows of `window` seconds.
double SpreadOver(double count, std::int64_t limit, double window, double guard) {
  if (limit <= 0) return 0;
  return std::max(count - 1, 0.0) * window * guard / static_cast<double>(limit);
}

/// Everything that a time is reckoned from.
struct Reckoning {
  const Forecast& forecast;
  dispatch::PaceSettings pace;
  double in_flight;
  double warm_concurrency;
  double round_trip;

  double writes() const {
    return static_cast<double>(forecast.user_creates + forecast.membership_creates);
  }
  double warm_requests() const {
    return static_cast<double>(forecast.organization_reads + forecast.organization_creates);
  }
};

using Paced = std::pair<double, Pacer>;

Paced Longest(std::initializer_list<Paced> times) {
  return std::max(times, [](const Paced& a, const Paced& b) { return a.first < b.first; });
}

double DelayedBy(const Reckoning& reckoning, double requests) {
  const double delay = Seconds(reckoning.pace.min_delay);
  return delay > 0 ? requests * (delay + kCommit) : 0;
}

// Each organization is looked up; one that is not there is created, with a commit before and after.
Paced WarmUp(const Reckoning& reckoning) {
  const Forecast& forecast = reckoning.forecast;
  const double answer = reckoning.round_trip + Seconds(kRequestTime);
  const double steps = reckoning.warm_requests();
  const double serial = steps * (answer + kCommit);
  const double side_by_side =
      std::clamp(static_cast<double>(forecast.organization_reads), 1.0, reckoning.warm_concurrency);
  return Longest(
      {{serial / side_by_side, Pacer::kAnswers},
       {SpreadOver(steps, reckoning.pace.all_per_60s, 60, kWindowGuard), Pacer::kTotalQuota},
       {DelayedBy(reckoning, steps), Pacer::kMinDelay}});
}

// A row holds its place until its last commit; the last one is waited for.
Paced Rows(const Reckoning& reckoning) {
  const double writes = reckoning.writes();
  if (writes <= 0) return {0, Pacer::kWriteQuota};
  const auto rows = static_cast<double>(
      std::max(reckoning.forecast.user_creates, reckoning.forecast.membership_creates));
  const double step = reckoning.round_trip + Seconds(kRequestTime) + kCommit;
  const double busy = writes * step + rows * kCommit;
  const Paced paced = Longest(
      {{SpreadOver(writes, reckoning.pace.user_writes_per_10s, 10, kWindowGuard),
        Pacer::kWriteQuota},
       {SpreadOver(writes, reckoning.pace.all_per_60s, 60, kWindowGuard), Pacer::kTotalQuota},
       {DelayedBy(reckoning, writes), Pacer::kMinDelay},
       {busy / std::min(reckoning.in_flight, rows), Pacer::kAnswers}});
  const bool waits = paced.second != Pacer::kAnswers;
  return {paced.first + (waits ? step + kCommit : 0), paced.second};
}

double Shortest(const Reckoning& reckoning) {
  const double all = reckoning.writes() + reckoning.warm_requests();
  return std::max({SpreadOver(reckoning.writes(), reckoning.pace.user_writes_per_10s, 10, 1),
                   SpreadOver(all, reckoning.pace.all_per_60s, 60, 1),
                   all * Seconds(reckoning.pace.min_delay)});
}

ForecastTime TimeOf(const Reckoning& reckoning) {
  const Paced warm_up = WarmUp(reckoning);
  const Paced rows = Rows(reckoning);
  ForecastTime time;
  time.shortest = FromSeconds(Shortest(reckoning));
  time.likely = std::max(time.shortest, FromSeconds(warm_up.first + rows.first));
  time.pacer = warm_up.first > rows.first ? warm_up.second : rows.second;
  return time;
}

std::string_view NameOf(Pacer pacer) {
  switch (pacer) {
    case Pacer::kWriteQuota:
      return "the write quota sets the pace";
    case Pacer::kTotalQuota:
      return "the quota of all requests sets the pace";
    case Pacer::kMinDelay:
      return "--min-delay sets the pace";
    case Pacer::kAnswers:
      return "the target's answers set the pace";
  }
  return {};
}

}  // namespace

Forecast MakeForecast(const survey::Survey& survey, const PaceOptions& pace,
                      const ForecastBasis& basis) {
  Forecast forecast;
  forecast.organization_reads = static_cast<std::int64_t>(survey.organizations.size());
  forecast.organization_creates =
      std::count_if(survey.organizations.begin(), survey.organizations.end(),
                    [](const auto& organization) { return !organization.name.empty(); });
  if (basis.work && basis.work->organizations) {
    forecast.organization_creates = *basis.work->organizations;
  }
  forecast.user_creates = basis.work ? basis.work->users : survey.distinct_users;
  forecast.membership_creates =
      basis.work ? basis.work->memberships : survey.rows_with_organization;
  forecast.round_trip = basis.round_trip;
  forecast.disk_bytes = survey.rows * kJournalBytesPerRow + survey.bytes;
  const auto import = ImportOptionsOf({.input = {}, .pace = pace});
  if (!import) return forecast;
  Reckoning reckoning{
      .forecast = forecast,
      .pace = import->dispatch.pace,
      .in_flight = static_cast<double>(import->in_flight.value_or(pace::RowsInFlight::kFirst)),
      .warm_concurrency = static_cast<double>(import->warm_concurrency),
      .round_trip = Seconds(basis.round_trip.time)};
  const ForecastTime with_settings = TimeOf(reckoning);
  reckoning.pace = dispatch::DocumentedPace(0);
  reckoning.pace.min_delay = import->dispatch.pace.min_delay;
  forecast.with_no_reserve = TimeOf(reckoning);
  forecast.with_settings = with_settings;
  return forecast;
}

std::string RequestsText(const Forecast& forecast) {
  return base::Count(forecast.organization_reads, "organization look-up", "organization look-ups") +
         "; to create at most " +
         base::Count(forecast.organization_creates, "organization", "organizations") + ", " +
         base::Count(forecast.user_creates, "user", "users") + ", " +
         base::Count(forecast.membership_creates, "membership", "memberships");
}

std::string TimeText(const ForecastTime& time) {
  std::string likely = "likely " + base::FormatDuration(time.likely);
  if (time.shortest.count() == 0) return likely;
  return likely + ", at the shortest " + base::FormatDuration(time.shortest);
}

std::string EncodeForecast(const Forecast& forecast) {
  json::Writer writer;
  writer.BeginObject()
      .Field("organization_reads", forecast.organization_reads)
      .Field("organization_creates", forecast.organization_creates)
      .Field("user_creates", forecast.user_creates)
      .Field("membership_creates", forecast.membership_creates)
      .Field("round_trip_ns", forecast.round_trip.time.count());
  for (const auto& [name, time] : {std::pair("with_settings", forecast.with_settings),
                                   std::pair("with_no_reserve", forecast.with_no_reserve)}) {
    writer.Key(name)
        .BeginObject()
        .Field("shortest_ns", time.shortest.count())
        .Field("likely_ns", time.likely.count())
        .EndObject();
  }
  writer.EndObject();
  return writer.Take();
}

std::string PaceText(const Forecast& forecast) {
  const std::string ms = std::to_string(base::ToMilliseconds(forecast.round_trip.time)) + " ms";
  std::string text = std::string(NameOf(forecast.with_settings.pacer)) + "; ";
  switch (forecast.round_trip.origin) {
    case RoundTrip::Origin::kAssumed:
      return text + "a round trip of " + ms + " is assumed";
    case RoundTrip::Origin::kMeasured:
      return text + "a round trip took " + ms;
    case RoundTrip::Origin::kGiven:
      return text + "a round trip takes " + ms;
  }
  return text;
}

}  // namespace rehome::cli

#include "cli/forecast.h"

#include <algorithm>

#include "cli/run_options.h"
#include "dispatch/settings.h"

namespace rehome::cli {
namespace {

// Measured on wide rows: what a row takes in journal.db and the row files beside its own bytes.
constexpr std::int64_t kJournalBytesPerRow = 1000;

base::Duration TimeAt(const Forecast& forecast, const dispatch::PaceSettings& pace) {
  const double writes = static_cast<double>(forecast.user_creates + forecast.membership_creates);
  const double all =
      writes + static_cast<double>(forecast.organization_reads + forecast.organization_creates);
  double seconds = 0;
  if (pace.user_writes_per_10s > 0) {
    seconds = writes * 10 / static_cast<double>(pace.user_writes_per_10s);
  }
  if (pace.all_per_60s > 0) {
    seconds = std::max(seconds, all * 60 / static_cast<double>(pace.all_per_60s));
  }
  const base::Duration delays = static_cast<std::int64_t>(all) * pace.min_delay;
  return std::max(base::Duration(static_cast<std::int64_t>(seconds * 1e9)), delays);
}

}  // namespace

Forecast MakeForecast(const survey::Survey& survey, const PaceOptions& pace) {
  Forecast forecast;
  forecast.organization_reads = static_cast<std::int64_t>(survey.organizations.size());
  forecast.organization_creates =
      std::count_if(survey.organizations.begin(), survey.organizations.end(),
                    [](const auto& organization) { return !organization.name.empty(); });
  forecast.user_creates = survey.distinct_users;
  forecast.membership_creates = survey.rows_with_organization;
  forecast.with_no_reserve = TimeAt(forecast, dispatch::DocumentedPace(0));
  if (const auto import = ImportOptionsOf({.input = {}, .pace = pace})) {
    forecast.with_settings = TimeAt(forecast, import->dispatch.pace);
  }
  forecast.disk_bytes = survey.rows * kJournalBytesPerRow + survey.bytes;
  return forecast;
}

}  // namespace rehome::cli

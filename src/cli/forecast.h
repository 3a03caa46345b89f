#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cli/options.h"
#include "survey/survey.h"

namespace rehome::cli {

/// What sets the pace of the longer part of an import.
enum class Pacer { kWriteQuota, kTotalQuota, kMinDelay, kAnswers };

/// How long an import takes at some limits, its verification not included.
struct ForecastTime {
  base::Duration shortest{0};  ///< as the limits alone would have it; 0 = none of ours
  base::Duration likely{0};    ///< with the target's answers and this machine's commits
  Pacer pacer = Pacer::kWriteQuota;
};

/// How long the target takes to answer, and how that is known.
struct RoundTrip {
  enum class Origin { kAssumed, kMeasured, kGiven };
  base::Duration time = std::chrono::milliseconds(100);
  Origin origin = Origin::kAssumed;
};

/// What a pass over the rows found that is to be done, beside what the survey knows.
struct PlannedWork {
  std::int64_t users = 0;                       ///< to create, at most
  std::int64_t memberships = 0;                 ///< likewise
  std::optional<std::int64_t> organizations{};  ///< likewise; nothing = all that have a name
  std::int64_t rejected = 0;                    ///< rows that make nothing
};

/// What is known beside the file.
struct ForecastBasis {
  RoundTrip round_trip;
  std::optional<PlannedWork> work;
};

/// What an import will ask of the target, and how long it takes.
struct Forecast {
  std::int64_t organization_reads = 0;
  std::int64_t organization_creates = 0;  ///< at most
  std::int64_t user_creates = 0;          ///< at most
  std::int64_t membership_creates = 0;    ///< at most
  ForecastTime with_settings;             ///< at the pace of the flags
  ForecastTime with_no_reserve;           ///< at the whole documented quota
  RoundTrip round_trip;
  std::int64_t disk_bytes = 0;  ///< journal and row files, roughly
};

Forecast MakeForecast(const survey::Survey& survey, const PaceOptions& pace,
                      const ForecastBasis& basis = {});

/// `152 organization look-ups; to create at most 152 organizations, …`.
std::string RequestsText(const Forecast& forecast);
/// `likely 11:20, at the shortest 11:07`.
std::string TimeText(const ForecastTime& time);
/// `{"round_trip_ns":…,"with_settings":{…},"with_no_reserve":{…}}`.
std::string EncodeForecast(const Forecast& forecast);
/// What sets the pace, and with which round trip that was reckoned.
std::string PaceText(const Forecast& forecast);

}  // namespace rehome::cli

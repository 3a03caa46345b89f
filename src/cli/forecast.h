#pragma once

#include <cstdint>

#include "base/clock.h"
#include "cli/options.h"
#include "survey/survey.h"

namespace rehome::cli {

/// What an import will ask of the target, and how long the quotas let it take.
struct Forecast {
  std::int64_t organization_reads = 0;
  std::int64_t organization_creates = 0;  ///< at most
  std::int64_t user_creates = 0;          ///< at most
  std::int64_t membership_creates = 0;    ///< at most
  base::Duration with_settings{0};        ///< at the pace of the flags; 0 = no limit of ours
  base::Duration with_no_reserve{0};      ///< at the whole documented quota
  std::int64_t disk_bytes = 0;            ///< journal and row files, roughly
};

Forecast MakeForecast(const survey::Survey& survey, const PaceOptions& pace);

}  // namespace rehome::cli

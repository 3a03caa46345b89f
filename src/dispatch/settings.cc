#include "dispatch/settings.h"

#include <algorithm>
#include <cmath>

namespace rehome::dispatch {
namespace {

std::int64_t Share(std::int64_t limit, int reserve_percent) {
  return std::max<std::int64_t>(limit * (100 - reserve_percent) / 100, 1);
}

std::int64_t AtLeastOne(double limit) {
  return std::max<std::int64_t>(static_cast<std::int64_t>(std::floor(limit)), 1);
}

}  // namespace

PaceSettings DocumentedPace(int reserve_percent) {
  PaceSettings pace;
  pace.user_writes_per_10s = Share(500, reserve_percent);
  pace.user_reads_per_10s = Share(1000, reserve_percent);
  pace.all_per_60s = Share(6000, reserve_percent);
  pace.reserve_percent = reserve_percent;
  return pace;
}

PaceSettings PaceForRate(double writes_per_second) {
  PaceSettings pace;
  pace.user_writes_per_10s = AtLeastOne(writes_per_second * 10);
  pace.user_reads_per_10s = AtLeastOne(writes_per_second * 20);
  pace.all_per_60s = AtLeastOne(writes_per_second * 120);
  pace.by_rate = true;
  return pace;
}

PaceSettings NoPace() {
  PaceSettings pace;
  pace.user_writes_per_10s = 0;
  pace.user_reads_per_10s = 0;
  pace.all_per_60s = 0;
  return pace;
}

}  // namespace rehome::dispatch

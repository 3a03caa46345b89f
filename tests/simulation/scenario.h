#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "dispatch/settings.h"

namespace rehome::simulation {

/// One row of the file as the seed made it.
struct RowWanted {
  std::int64_t row = 0;
  std::string email;
  std::string external_id;
  std::string first_name;
  std::string organization;  ///< external_id; empty = no membership
  std::string role;
  bool rejected = false;  ///< a rule of the columns refuses it
};

/// How a process comes to grief.
struct Doom {
  enum class Kind {
    kNone,
    kCrash,      ///< it is gone, with all that is not committed
    kSleep,      ///< it sleeps and goes on
    kOvertaken,  ///< it sleeps, its lock is taken, another goes on with the run, it wakes up
    kDiskFull,   ///< no commit succeeds any more
  };
  Kind kind = Kind::kNone;
  std::int64_t step = 0;  ///< of the process
  base::Duration sleep{0};
  base::Duration taken_after{0};  ///< of its sleep
};

/// Everything that a seed decides before the first step.
struct Scenario {
  std::uint64_t seed = 0;
  std::vector<RowWanted> rows;
  std::int64_t chunk_rows = 0;
  int in_flight = 1;
  int workers = 1;
  int warm_concurrency = 1;
  dispatch::DispatchSettings settings;

  bool unique = false;
  bool references_lag = false;
  base::Duration lag{0};
  base::Duration server_offset{0};
  std::uint64_t fault_percent = 0;  ///< of the requests, while the target is ill
  base::Duration slowest{0};        ///< one way, when nothing is wrong
  /// There before the run; where nothing is unique only organizations, which are looked up first.
  std::vector<std::string> users_before;
  std::vector<std::string> organizations_before;
  std::vector<Doom> dooms;  ///< of the first processes; those after them live in peace

  std::string Csv() const;
  /// The first row of the user with this address that is not rejected: its data are the user's.
  const RowWanted* LeadOf(const std::string& email) const;
};

Scenario MakeScenario(std::uint64_t seed);

/// From the second of these processes on nothing is done to them, and from the first the target is
/// well: a run that is stopped again and again comes to its end all the same.
inline constexpr int kIllIncarnations = 6;
inline constexpr int kMostIncarnations = 14;

}  // namespace rehome::simulation

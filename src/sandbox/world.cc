#include "sandbox/world.h"

namespace rehome::sandbox {

World::World(const SandboxOptions& from, base::WallTime wall)
    : options(from),
      settings{.rules = {.unique = from.unique,
                         .multiple_roles = from.multiple_roles,
                         .reference_lag = from.reference_lag},
               .lag = from.lag,
               .latency_min = from.latency_min,
               .latency_max = from.latency_max},
      store(from.seed, from.roles, wall),
      record(from.keep_record ? Record::Memory::kKeep : Record::Memory::kForget),
      quota(from.quota) {
  troubles.faults = FaultPlan({}, {.seed = from.fault_seed, .rate = from.fault_rate});
}

}  // namespace rehome::sandbox

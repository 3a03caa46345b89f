#pragma once

#include "base/clock.h"
#include "sandbox/counts.h"
#include "sandbox/damage_plan.h"
#include "sandbox/fault_script.h"
#include "sandbox/quota.h"
#include "sandbox/record.h"
#include "sandbox/sandbox.h"
#include "sandbox/settings.h"
#include "sandbox/spoiler.h"
#include "sandbox/store.h"

namespace rehome::sandbox {

/// All that the sandbox remembers. Not thread-safe: `Service` guards it.
struct World {
  World(const SandboxOptions& options, base::WallTime wall);

  /// Whether anything stands between the clients and the API.
  bool InTrouble() const {
    return !troubles.faults.empty() || !troubles.cache.empty() || !quota.empty();
  }

  const SandboxOptions options;
  Settings settings;
  Store store;
  Record record;
  Counts counts;
  DamagedIds damaged;
  Troubles troubles;
  Quota quota;
  Spoiler spoiler;
};

}  // namespace rehome::sandbox

#include "cli/option_groups.h"

namespace rehome::cli {

void AddLockLookOptions(OpenCommand& command, LockCommand& lock) {
  AddCoordinator(Section(command, "Options"), lock.coordinator,
                 "target: also the lock on the target, with one read [machine]");
  AddTarget(command, lock.target);
  Section(command, "").Decimal("--clock-rate", lock.common.clock_rate, "N", "");
  AddOutput(command, lock.common, "as a line of JSON");
}

void AddLockReleaseOptions(OpenCommand& command, LockCommand& lock) {
  AddRunsDir(command, lock.common);
  AddCoordinator(
      Section(command, "Options"), lock.coordinator,
      "target: the lock on the target, which is removed\nunless it is renewed [machine]");
  AddTarget(command, lock.target);
  Section(command, "").Decimal("--clock-rate", lock.common.clock_rate, "N", "");
  AddOutput(command, lock.common, "as a line of JSON");
}

}  // namespace rehome::cli

#pragma once

#include "base/clock.h"
#include "sandbox/message.h"
#include "sandbox/target.h"
#include "sandbox/world.h"

namespace rehome::sandbox {

/// Answers `/_sandbox/…`: record, objects, counts, reset, settings and seed, for tests and for
/// people who look behind the stage. Not part of the target's API.
Response Control(World& world, const Request& request, const Target& target, base::WallTime wall);

}  // namespace rehome::sandbox

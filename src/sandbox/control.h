#pragma once

#include "sandbox/message.h"
#include "sandbox/target.h"
#include "sandbox/world.h"

namespace rehome::sandbox {

/// Answers `/_sandbox/…`: record, objects, counts, reset, settings, seed, damage, faults and quota,
/// for tests and for people who look behind the stage. Not part of the target's API.
Response Control(World& world, const Request& request, const Target& target, const Moment& moment);

}  // namespace rehome::sandbox

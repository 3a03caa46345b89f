#pragma once

#include <string>

#include "base/clock.h"
#include "sandbox/answer.h"

namespace rehome::sandbox {

enum class Persistence { kKeepAlive, kClose };

/// The bytes of an HTTP/1.1 answer.
std::string Encode(const Answer& answer, Persistence persistence);

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string FormatHttpDate(base::WallTime time);

}  // namespace rehome::sandbox

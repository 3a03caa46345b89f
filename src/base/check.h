#pragma once

namespace rehome::base {

/// Prints where a bug showed itself and aborts. Never caused by input.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace rehome::base

/// Aborts, also in release builds, when `condition` is false: a bug, never bad input.
#define CHECK(condition)                                                           \
  do {                                                                             \
    if (!(condition)) ::rehome::base::CheckFailed(#condition, __FILE__, __LINE__); \
  } while (false)

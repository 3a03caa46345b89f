#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace rehome::cli {

/// A command of --on-finish and what it is told in its environment.
struct FinishHook {
  std::string command;
  std::vector<std::pair<std::string, std::string>> variables;
  /// No variable that holds this is passed on, whatever its name; empty = there is none.
  std::string secret;
};

/// How long a hook may take, by the clock of the run; then it is ended.
inline constexpr base::Duration kHookLimit = std::chrono::minutes(5);

/// Runs it through /bin/sh in a process group of its own, without input, its output on our stderr,
/// and waits for it. A signal to us is passed on to it. Gives how it failed, or nothing: a sentence
/// for people. Main thread; nobody else waits for signals meanwhile.
std::string RunHook(const FinishHook& hook, const base::Clock& clock);

}  // namespace rehome::cli

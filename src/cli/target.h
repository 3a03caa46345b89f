#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "cli/options.h"

namespace rehome::cli {

/// The target, understood: where it is, what it is called, and the key to it.
struct Target {
  std::string endpoint;
  std::string name;    ///< --target, or the key's fingerprint
  bool named = false;  ///< --target was given
  base::Secret api_key;
  std::string fingerprint;  ///< 12 hexadecimal digits of the key's SHA-256
  std::string key_origin;   ///< "WORKOS_SECRET_KEY", a path, or "stdin"
  std::string ca_file;      ///< absolute; empty = the system's certificates
};

enum class KeyNeed { kNeeded, kOptional };

/// Reads endpoint and key from flags and environment. kUsage, saying what to set, when there is no
/// key although one is needed; or
/// when the key or the certificates cannot be used. Removes the key from the
/// environment, so that it is in no child and no /proc file. Warnings go to stderr.
base::Result<Target> ResolveTarget(const TargetOptions& options, KeyNeed need);

/// Refuses a faster clock (a test-only option) for targets beyond this machine.
base::Status CheckClockRate(double rate, const std::string& endpoint);

}  // namespace rehome::cli

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "sandbox/quota.h"

namespace rehome::sandbox {

/// How the sandbox behaves. All times are of the sandbox's clock.
struct SandboxOptions {
  std::uint16_t port = 0;  ///< 0 = any free one
  std::string api_key = "sk_test_default";
  bool unique = true;             ///< e-mails, external_ids and memberships are unique
  base::Duration latency_min{0};  ///< each answer waits a random time in this span
  base::Duration latency_max{0};
  base::Duration lag{0};        ///< look-ups and lists see a write only after this
  int keep_alive_requests = 0;  ///< closes a connection after this many answers; 0 = never
  int threads = 1;
  std::uint64_t seed = 1;
  std::string record_path{};  ///< JSON Lines of every request and effect; empty = none
  bool keep_record = true;  ///< also in memory, for `/_sandbox/record`; it grows with each request
  bool multiple_roles = true;
  std::vector<std::string> roles{};  ///< slugs that exist beside `member` and `admin`
  QuotaRules quota{};
  base::Duration reference_lag{0};  ///< memberships of what is younger are refused with 404
  double fault_rate = 0;            ///< share of requests that chance hits
  std::uint64_t fault_seed = 1;
  std::string faults{};  ///< a document as POST /_sandbox/faults takes it; empty = none
  std::string
      seeded{};  ///< objects that are there, as POST /_sandbox/seed takes them; empty = none
};

/// The target's API on loopback: an independent oracle, sharing no code with pace or directory.
/// It keeps a record of every request and of every effect it applied. `Stop` from any thread.
class Sandbox {
 public:
  virtual ~Sandbox() = default;
  virtual std::uint16_t port() const = 0;
  /// Serves until Stop.
  virtual void Run() = 0;
  virtual void Stop() = 0;
};

/// Binds 127.0.0.1 at once, so that clients may connect before Run. `clock` must outlive it.
base::Result<std::unique_ptr<Sandbox>> MakeSandbox(const SandboxOptions& options,
                                                   const base::Clock& clock);

}  // namespace rehome::sandbox

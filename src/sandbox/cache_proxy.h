#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// A cache in front of the API that believes too much: within its time to live it answers every
/// request of one method and path with the first answer it saw there. Not thread-safe.
class CacheProxy {
 public:
  struct Rules {
    base::Duration time_to_live{0};  ///< 0 = no cache
    bool tells_age = false;          ///< with an Age header
    bool ignores_query = false;      ///< one answer for all queries of a path
    bool caches_writes = false;      ///< also POST and PUT, whatever their bodies
    bool honours_control = false;    ///< a request with no-cache or no-store passes
    std::string via;                 ///< the Via header of its answers; empty = none
  };
  struct Kept {
    int status = 200;
    std::string body;
    base::Instant since{};
  };

  CacheProxy() = default;
  explicit CacheProxy(const Rules& rules) : rules_(rules) {}

  bool empty() const { return rules_.time_to_live.count() == 0; }
  bool tells_age() const { return rules_.tells_age; }
  const std::string& via() const { return rules_.via; }
  /// What it answers in the API's place, if anything.
  const Kept* Find(const Request& request, base::Instant now) const;
  /// Sees an answer of the API.
  void Keep(const Request& request, const Response& response, base::Instant now);
  /// Empties it; the rules stay.
  void Forget() { kept_.clear(); }

 private:
  bool Passes(const Request& request) const;
  std::string KeyOf(const Request& request) const;

  Rules rules_;
  std::map<std::string, Kept, std::less<>> kept_;
};

}  // namespace rehome::sandbox

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rehome::journal {

/// A rehome process of this machine that works on some target.
struct RehomeProcess {
  std::int64_t pid = 0;
  std::string user;
  std::string command;     ///< as started, secrets masked, cut
  std::string started_at;  ///< ISO 8601, empty when unknown
  bool suspended = false;
};

/// At most this many are listed.
inline constexpr std::size_t kMostProcesses = 20;

/// The other processes called rehome that import, resume or verify, of every user, as far as /proc
/// shows them to us: by pid. Not this process. None when there is no /proc.
std::vector<RehomeProcess> OtherRehomeProcesses();

}  // namespace rehome::journal

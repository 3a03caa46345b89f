#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/progress_view.h"
#include "cli/session.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// The users that earlier runs created on a target, as far as the journals of a runs directory
/// tell: accounts that are ours although they never proved their address. Holds 64 bits of the XXH3
/// of each id, so eight bytes a user (8 MB for a million), whatever the number of runs. Unchanging
/// once it is read: any thread may ask.
class EarlierUsers {
 public:
  EarlierUsers() = default;

  /// Reads the journals of the runs of the same endpoint and target name as `current`, but for
  /// `current` itself; a million users take about a second. A run that is live or cannot be read is
  /// passed over with one call of `warn`, a line for people; its users are not known then.
  static EarlierUsers Read(const journal::RunStore& store, const journal::RunFacts& current,
                           const std::function<void(const std::string& line)>& warn);

  bool Contains(std::string_view user_id) const;
  bool empty() const { return hashes_.empty(); }

 private:
  std::vector<std::uint64_t> hashes_;  // ascending
};

/// What the dispatcher of a session may have to ask; nothing is read for one that never asks.
EarlierUsers EarlierUsersOf(const Session& session, const journal::RunFacts& facts,
                            ProgressView& view);

}  // namespace rehome::cli

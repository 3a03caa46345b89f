#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "directory/objects.h"
#include "directory/requests.h"
#include "journal/lock_holder.h"

namespace rehome::pipeline {

/// The organization that is the lock on a target, for imports from several machines: whoever
/// created it has the target. Its external_id is one for every environment, whatever key or
/// --target is used, and the target keeps it unique.
inline constexpr std::string_view kLeaseExternalId = "rehome-lock";
/// What people see among the organizations, and what it is searched by.
inline constexpr std::string_view kLeaseName = "rehome lock (an import is running; do not delete)";

/// What that organization says.
struct LeaseNote {
  std::string organization_id;
  std::string nonce;      ///< of one start of one process
  std::int64_t beat = 0;  ///< counted up by its holder; standing still means nothing by itself
  journal::LockHolder holder;
};

/// Its metadata: within the contract's 10 pairs and 600 ASCII characters.
directory::Metadata EncodeLeaseNote(const LeaseNote& note);
/// What changes from beat to beat.
directory::Metadata EncodeBeat(const LeaseNote& note);
/// Nothing when it is not that organization. Missing metadata leave fields empty.
std::optional<LeaseNote> LeaseNoteOf(const directory::OrganizationObject& organization);

/// Whether the process that made it surely sends no more: it ran in this boot of this machine, in
/// our pid namespace and as our user, and is gone.
bool IsOrphaned(const LeaseNote& note);

}  // namespace rehome::pipeline

#pragma once

namespace rehome::dispatch {

/// Which of the target's quotas a request counts for. All count for the total.
enum class Lane {
  kUserRead,   ///< GET below /user_management
  kUserWrite,  ///< every other request there
  kOther,      ///< organizations: the total alone
};

}  // namespace rehome::dispatch

#pragma once

#include <string_view>

#include "base/result.h"

namespace rehome::plan {

/// Whether `hash` is a firebase-scrypt string. Three forms are in use and the target's papers
/// disagree on them, so all three pass unchanged: the PHC form of the guides
/// (`$firebase-scrypt$v=1$r=8,m=14,ss=…,sk=…$salt$hash`) and the named forms of the vendor's tools
/// (`…$hash=…$salt=…$sk=…$ss=…$r=…$m=…` and `…$sk=…$ss=…$rounds=…$mem_cost=…$salt=…$hash`).
base::Status CheckFirebaseHash(std::string_view hash);

}  // namespace rehome::plan

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rehome::report {

/// The error for a journal or a summary that contradicts itself. `law` is one sentence without a
/// full stop, `seen` says what breaks it.
base::Error LawBroken(std::string_view run_id, std::string_view law, const std::string& seen);

}  // namespace rehome::report

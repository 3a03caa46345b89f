#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rehome::base {

/// Replaces `path` as ReplaceFileUnsynced does, by a file that everybody may read (0644): for what
/// another user collects and the next one replaces anyway.
Status ReplaceSharedFile(const std::string& path, std::string_view bytes);

/// Whether ReplaceSharedFile could do so, as far as that can be known without trying: the error
/// says what stands in the way.
Status CheckReplaceable(const std::string& path);

}  // namespace rehome::base

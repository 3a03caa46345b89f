#pragma once

#include <string>

namespace rehome::cli {

/// A file as a URI that a reader of a log finds it by: relative to the working directory when the
/// file is in or below it, else `file://`. Percent-encoded but for its slashes.
std::string FileUri(const std::string& path);

}  // namespace rehome::cli

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "http/endpoint.h"

namespace rehome::http {

/// True when `value` can stand in a header line: printable ASCII, no line break that would start a
/// header of its own.
bool IsHeaderValue(std::string_view value);

/// The header lines that every request to this endpoint carries, `Name: value` each: the key, JSON
/// in both directions, no compression, and nothing of a cache. `Expect:` takes libcurl's own away.
std::vector<base::Secret> SharedHeaderLines(const EndpointOptions& options);

}  // namespace rehome::http

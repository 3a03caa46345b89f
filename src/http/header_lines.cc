#include "http/header_lines.h"

#include <algorithm>

namespace rehome::http {

bool IsHeaderValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::vector<base::Secret> SharedHeaderLines(const EndpointOptions& options) {
  std::vector<base::Secret> lines;
  for (const char* line :
       {"Content-Type: application/json", "Accept: application/json", "Accept-Encoding: identity",
        "Cache-Control: no-cache, no-store, must-revalidate, max-age=0", "Pragma: no-cache",
        "Expires: 0", "Expect:"}) {
    lines.emplace_back(line);
  }
  if (!options.api_key.empty()) {
    lines.emplace_back("Authorization: Bearer " + std::string(options.api_key.Reveal()));
  }
  return lines;
}

}  // namespace rehome::http

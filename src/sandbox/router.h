#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/call.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// One operation of the API.
struct Route {
  using Operation = Response (*)(Store&, const Call&);

  std::string_view method;
  std::string_view pattern;  ///< path; `{}` stands for one segment
  Operation operation;
};

/// Every operation the sandbox serves.
std::span<const Route> Routes();

struct Match {
  std::size_t route = 0;  ///< index in Routes()
  std::string id;         ///< what stands in the place of `{}`, if any
};

std::optional<Match> FindRoute(std::string_view method, std::span<const std::string> segments);

}  // namespace rehome::sandbox

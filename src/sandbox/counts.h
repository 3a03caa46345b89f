#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "json/writer.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// How often what was asked and answered; kept also when the record is not. Not thread-safe.
class Counts {
 public:
  Counts();
  /// `route` is an index of Routes(); nothing for a request no operation serves.
  void Add(std::optional<std::size_t> route, const Response& response);
  /// Writes the members requests, writes_applied, by_operation and by_status.
  void Render(json::Writer& writer) const;

 private:
  std::int64_t requests_ = 0;
  std::int64_t effects_ = 0;
  std::int64_t unserved_ = 0;
  std::vector<std::int64_t> by_route_;
  std::map<int, std::int64_t> by_status_;
};

}  // namespace rehome::sandbox

#include "sandbox/counts.h"

#include "sandbox/router.h"

namespace rehome::sandbox {
namespace {

// `GET /organizations/{id}`: the pattern as people write it.
std::string OperationName(const Route& route) {
  std::string name = std::string(route.method) + " " + std::string(route.pattern);
  const std::size_t hole = name.find("{}");
  if (hole == std::string::npos) return name;
  const bool external = route.pattern.find("external_id") != std::string_view::npos;
  return name.replace(hole, 2, external ? "{external_id}" : "{id}");
}

}  // namespace

Counts::Counts() : by_route_(Routes().size(), 0) {}

void Counts::Add(std::optional<std::size_t> route, const Response& response) {
  ++requests_;
  ++by_status_[response.status];
  ++(route ? by_route_[*route] : unserved_);
  if (response.effect) ++effects_;
}

void Counts::Render(json::Writer& writer) const {
  writer.Field("requests", requests_).Field("writes_applied", effects_);
  writer.Key("by_operation").BeginObject();
  for (std::size_t i = 0; i < by_route_.size(); ++i) {
    if (by_route_[i] > 0) writer.Field(OperationName(Routes()[i]), by_route_[i]);
  }
  if (unserved_ > 0) writer.Field("other", unserved_);
  writer.EndObject().Key("by_status").BeginObject();
  for (const auto& [status, count] : by_status_) writer.Field(std::to_string(status), count);
  writer.EndObject();
}

}  // namespace rehome::sandbox

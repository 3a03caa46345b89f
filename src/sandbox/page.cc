#include "sandbox/page.h"

#include <utility>

#include "base/text.h"
#include "json/writer.h"
#include "sandbox/problem.h"

namespace rehome::sandbox {
namespace {

constexpr std::int64_t kMaxLimit = 100;

void AddCursor(json::Writer& writer, std::string_view key, bool more, std::string_view id) {
  if (more) {
    writer.Field(key, id);
    return;
  }
  writer.Key(key).Null();
}

}  // namespace

Checked<PageRequest> ParsePageRequest(const Target& target) {
  PageRequest request;
  if (const auto text = target.Find("limit")) {
    const std::optional<std::int64_t> limit = base::ParseInt(*text);
    if (!limit || *limit < 1 || *limit > kMaxLimit) {
      return InvalidParameter("limit_invalid", "limit must be a number from 1 to 100.");
    }
    request.limit = static_cast<std::size_t>(*limit);
  }
  if (const auto after = target.Find("after")) request.after = std::string(*after);
  if (const auto before = target.Find("before")) request.before = std::string(*before);
  const std::string_view order = target.Find("order").value_or("desc");
  if (order == "asc") {
    request.order = PageRequest::Order::kAscending;
  } else if (order == "normal") {
    std::swap(request.after, request.before);
  } else if (order != "desc") {
    return InvalidParameter("order_invalid", "order must be asc, desc or normal.");
  }
  return request;
}

Response RenderList(const Page& page, std::span<const std::string> bodies,
                    std::span<const std::string> ids) {
  json::Writer writer;
  writer.BeginObject().Field("object", "list").Key("data").BeginArray();
  for (const std::string& body : bodies) writer.Raw(body);
  writer.EndArray().Key("list_metadata").BeginObject();
  const bool any = !ids.empty();
  AddCursor(writer, "before", page.more_before && any, any ? ids.front() : std::string_view());
  AddCursor(writer, "after", page.more_after && any, any ? ids.back() : std::string_view());
  writer.EndObject().EndObject();
  return {.status = 200, .body = writer.Take()};
}

Response UnknownCursor() {
  return InvalidParameter("cursor_invalid", "The cursor names no object of this list.");
}

}  // namespace rehome::sandbox

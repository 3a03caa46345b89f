#include "http/response_head.h"

#include <string>

#include "base/text.h"

namespace rehome::http {
namespace {

// Where the value of header `name` belongs, or null when nobody asks for it.
std::string* FieldOf(std::string_view name, Response& response) {
  switch (name.size()) {  // most headers are ruled out by their length alone
    case 3:
      return base::EqualsFolded(name, "age") ? &response.age : nullptr;
    case 4:
      return base::EqualsFolded(name, "date") ? &response.date : nullptr;
    case 11:
      return base::EqualsFolded(name, "retry-after") ? &response.retry_after : nullptr;
    case 12:
      if (base::EqualsFolded(name, "content-type")) return &response.content_type;
      return base::EqualsFolded(name, "x-request-id") ? &response.request_id : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

void ResponseHead::Reset(Response& response) {
  response_ = &response;
  bytes_ = 0;
  ended_ = false;
}

bool ResponseHead::Accept(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > kMaxBytes) return false;
  if (line.starts_with("HTTP/")) {
    *response_ = Response{};
    ended_ = false;
    return true;
  }
  if (ended_) return true;
  if (line.empty() || line.front() == '\r' || line.front() == '\n') {
    ended_ = true;
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  std::string* field = FieldOf(line.substr(0, colon), *response_);
  // Of a header sent twice the first counts.
  if (field != nullptr && field->empty()) *field = base::Trim(line.substr(colon + 1));
  return true;
}

}  // namespace rehome::http

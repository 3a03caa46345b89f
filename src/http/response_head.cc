#include "http/response_head.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace rehome::http {
namespace {

// `value` if the header is RateLimit-`part`, with `X-` before it or not.
std::string* QuotaFieldOf(std::string_view part, std::string_view name, std::string& value) {
  constexpr std::string_view kQuota = "ratelimit-";
  if (base::EqualsFolded(name.substr(0, 2), "x-")) name.remove_prefix(2);
  const bool is_it = base::EqualsFolded(name.substr(0, kQuota.size()), kQuota) &&
                     base::EqualsFolded(name.substr(kQuota.size()), part);
  return is_it ? &value : nullptr;
}

// Where the value of header `name` belongs, or null when nobody asks for it.
std::string* FieldOf(std::string_view name, Response& response) {
  switch (name.size()) {  // most headers are ruled out by their length alone
    case 3:
      return base::EqualsFolded(name, "age") ? &response.age : nullptr;
    case 4:
      return base::EqualsFolded(name, "date") ? &response.date : nullptr;
    case 9:
      return base::EqualsFolded(name, "ratelimit") ? &response.quota.combined : nullptr;
    case 11:
      return base::EqualsFolded(name, "retry-after") ? &response.retry_after : nullptr;
    case 12:
      if (base::EqualsFolded(name, "content-type")) return &response.content_type;
      return base::EqualsFolded(name, "x-request-id") ? &response.request_id : nullptr;
    case 15:
    case 17:
      return QuotaFieldOf("reset", name, response.quota.reset);
    case 19:
    case 21:
      return QuotaFieldOf("remaining", name, response.quota.remaining);
    default:
      return nullptr;
  }
}

// Headers by which whoever answered in the target's place gives itself away.
constexpr std::array<std::string_view, 6> kTelling = {"Age",     "Via",         "Server",
                                                      "X-Cache", "X-Served-By", "CF-Cache-Status"};
// Of one value and of all together; real ones are shorter, and they are shown to people.
constexpr std::size_t kMostOfTrace = 80;
constexpr std::size_t kMostOfTraces = 400;

void KeepTrace(std::string_view name, std::string_view value, std::string& traces) {
  const auto* const telling =
      std::find_if(kTelling.begin(), kTelling.end(),
                   [&](std::string_view known) { return base::EqualsFolded(name, known); });
  if (telling == kTelling.end() || traces.size() >= kMostOfTraces) return;
  if (!traces.empty()) traces += ", ";
  traces.append(*telling).append(": ");
  for (const char c : value.substr(0, kMostOfTrace)) traces += c >= ' ' && c <= '~' ? c : '?';
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
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = base::Trim(line.substr(colon + 1));
  std::string* field = FieldOf(name, *response_);
  // Of a header sent twice the first counts.
  if (field != nullptr && field->empty()) *field = value;
  KeepTrace(name, value, response_->traces);
  return true;
}

}  // namespace rehome::http

#include "sandbox/wire.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace rehome::sandbox {
namespace {

std::string_view Phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 422:
      return "Unprocessable Entity";
    case 429:
      return "Too Many Requests";
    default:
      return "Status";
  }
}

}  // namespace

std::string Encode(const Answer& answer, Persistence persistence) {
  const Response& response = answer.response;
  std::string bytes;
  bytes.reserve(256 + response.body.size());
  bytes.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  bytes.append(Phrase(response.status)).append("\r\nDate: ").append(FormatHttpDate(answer.date));
  if (!response.body.empty()) bytes.append("\r\nContent-Type: ").append(response.content_type);
  const auto length = static_cast<std::int64_t>(response.body.size()) + answer.length_error;
  bytes.append("\r\nContent-Length: ").append(std::to_string(std::max<std::int64_t>(length, 0)));
  bytes.append("\r\nX-Request-Id: ").append(answer.request_id);
  const bool closes = persistence == Persistence::kClose;
  bytes.append(closes ? "\r\nConnection: close" : "\r\nConnection: keep-alive");
  bytes.append("\r\n").append(answer.extra_headers).append("\r\n");
  const bool half = answer.delivery == Answer::Delivery::kHalf;
  bytes.append(response.body, 0, half ? response.body.size() / 2 : response.body.size());
  return bytes;
}

std::string FormatHttpDate(base::WallTime time) {
  // strftime would use the locale's names.
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(time.time_since_epoch().count() / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

}  // namespace rehome::sandbox

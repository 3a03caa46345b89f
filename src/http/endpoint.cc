#include "http/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/file.h"
#include "base/text.h"
#include "http/header_lines.h"

namespace rehome::http {
namespace {

// The borders of a URL's parts; views into the text that was split.
struct UrlParts {
  std::string scheme;  // lower case
  std::string_view authority;
  std::string_view rest;  // path, query and fragment
};

struct HostPort {
  std::string host;  // lower case; brackets of an IPv6 address kept
  std::string_view port;
};

base::Error Refuse(std::string_view url, std::string_view why) {
  return {base::ErrorCode::kUsage,
          "endpoint " + base::EscapeForTerminal(url) + ": " + std::string(why)};
}

std::optional<UrlParts> SplitUrl(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view after = url.substr(colon + 3);
  const std::size_t end = std::min(after.find_first_of("/?#"), after.size());
  return UrlParts{base::FoldAscii(url.substr(0, colon)), after.substr(0, end), after.substr(end)};
}

HostPort SplitAuthority(std::string_view authority) {
  std::size_t host_end = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');
  if (bracket != std::string_view::npos &&
      (host_end == std::string_view::npos || host_end < bracket)) {
    host_end = std::string_view::npos;  // the colons belong to the IPv6 address
  }
  if (host_end == std::string_view::npos) return {base::FoldAscii(authority), {}};
  return {base::FoldAscii(authority.substr(0, host_end)), authority.substr(host_end + 1)};
}

std::optional<in6_addr> ParseBracketedIpv6(const std::string& host) {
  if (host.size() < 4 || host.front() != '[' || host.back() != ']') return std::nullopt;
  in6_addr address{};
  if (inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &address) != 1) {
    return std::nullopt;
  }
  return address;
}

bool IsHostName(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  });
}

// Only spellings that every resolver reads the same way: `127.1` and `0x7f000001` do not count.
bool IsLoopbackHost(const std::string& host) {
  if (host == "localhost") return true;
  in_addr ipv4{};
  if (inet_pton(AF_INET, host.c_str(), &ipv4) == 1) return ntohl(ipv4.s_addr) >> 24 == 127;
  const std::optional<in6_addr> ipv6 = ParseBracketedIpv6(host);
  return ipv6 && IN6_IS_ADDR_LOOPBACK(&*ipv6);
}

bool HasBlankOrControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '\\';
  });
}

bool IsPort(std::string_view port) {
  if (port.empty() || port.front() < '0' || port.front() > '9') return false;
  const auto number = base::ParseInt(port);
  return number && *number >= 1 && *number <= 65535;
}

}  // namespace

bool IsLoopback(const std::string& url) {
  const std::optional<UrlParts> parts = SplitUrl(url);
  return parts && IsLoopbackHost(SplitAuthority(parts->authority).host);
}

base::Result<std::string> ParseEndpoint(const std::string& url) {
  if (url.empty()) {
    return base::Error{base::ErrorCode::kUsage,
                       "the endpoint is empty; give a URL such as https://api.workos.com"};
  }
  const std::optional<UrlParts> parts = SplitUrl(url);
  // First of all, because no later message may show what stands before the '@'.
  if ((parts ? parts->authority : std::string_view(url)).find('@') != std::string_view::npos) {
    return base::Error{base::ErrorCode::kUsage,
                       "the endpoint must not hold a user name or password (there is an '@' in its "
                       "host); the key comes from --api-key-file or WORKOS_API_KEY"};
  }
  // A query may hold a secret too, so messages end before it.
  const std::string shown = url.substr(0, url.find_first_of("?#"));
  if (HasBlankOrControl(shown)) {
    return Refuse(shown, "remove the blank, backslash or control character");
  }
  if (!parts || (parts->scheme != "https" && parts->scheme != "http")) {
    return Refuse(shown, "it must begin with https:// (or http:// for this machine)");
  }
  if (shown.size() != url.size()) {
    return Refuse(shown,
                  "it must end before the '?' or '#'; paths and queries are added by rehome");
  }
  const HostPort place = SplitAuthority(parts->authority);
  if (place.host.empty()) return Refuse(shown, "the host is missing");
  if (!IsHostName(place.host) && !ParseBracketedIpv6(place.host)) {
    return Refuse(shown,
                  "the host is not a name or an address (names in other scripts are written "
                  "in their xn-- form)");
  }
  const bool has_port = parts->authority.size() > place.host.size();
  if (has_port && !IsPort(place.port)) return Refuse(shown, "the port must be 1 to 65535");
  if (parts->scheme == "http" && !IsLoopbackHost(place.host)) {
    return Refuse(shown,
                  "plain http would show the key and the passwords on the network; use "
                  "https:// (http is only for 127.0.0.1, [::1] and localhost)");
  }
  std::string endpoint = parts->scheme + "://" + place.host;
  const std::string_view own_port = parts->scheme == "https" ? "443" : "80";
  if (has_port && place.port != own_port) endpoint += ":" + std::string(place.port);
  std::string_view path = parts->rest;
  while (path.ends_with('/')) path.remove_suffix(1);
  return endpoint + std::string(path);
}

base::Status CheckAccess(const EndpointOptions& options) {
  if (!IsHeaderValue(options.api_key.Reveal())) {
    return base::Error{base::ErrorCode::kUsage,
                       "the API key holds a line break or another character that no key has; check "
                       "where it comes from (--api-key-file, WORKOS_SECRET_KEY, WORKOS_API_KEY)"};
  }
  if (options.ca_file.empty()) return {};
  if (const auto file = base::OpenForReading(options.ca_file); !file) {
    return base::Error{base::ErrorCode::kTls, "certificates: " + file.error().message};
  }
  return {};
}

std::string HostAndPort(const std::string& endpoint) {
  const std::optional<UrlParts> parts = SplitUrl(endpoint);
  if (!parts) return endpoint;
  const HostPort place = SplitAuthority(parts->authority);
  if (!place.port.empty()) return place.host + ":" + std::string(place.port);
  return place.host + (parts->scheme == "https" ? ":443" : ":80");
}

}  // namespace rehome::http

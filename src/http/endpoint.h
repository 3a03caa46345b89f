#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace rehome::http {

/// Where requests go and how they get there.
struct EndpointOptions {
  std::string url;       ///< e.g. https://api.workos.com; plain http only to loopback
  base::Secret api_key;  ///< sent as a bearer token; empty = none is sent
  std::string ca_file;   ///< empty = the system's certificates
  std::string user_agent = "rehome";
  std::string proxy;  ///< empty = none, whatever the environment says; never used for loopback
  base::Duration connect_timeout = std::chrono::seconds(5);
};

/// True when `url` names this machine (127.0.0.0/8, ::1, localhost).
bool IsLoopback(const std::string& url);
/// Refuses what `EndpointOptions::url` must not be: other schemes, plain http beyond loopback,
/// user names, queries. Gives the URL without a trailing slash, scheme and host in lower case and
/// without the scheme's own port, so that one place has one spelling.
base::Result<std::string> ParseEndpoint(const std::string& url);
/// Whether key and certificates can be used at all: kUsage for a key that cannot stand in a header,
/// kTls for a file that cannot be opened.
base::Status CheckAccess(const EndpointOptions& options);
/// `host:port` of a URL that ParseEndpoint gave, for messages.
std::string HostAndPort(const std::string& endpoint);

}  // namespace rehome::http

#include "cli/target.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "http/endpoint.h"

namespace rehome::cli {
namespace {

constexpr const char* kDefaultEndpoint = "https://api.workos.com";

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return value == nullptr ? "" : value;
}

// Overwrites the value in place too: unsetenv alone leaves it in /proc/PID/environ.
base::Secret TakeFromEnvironment(const char* name) {
  char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  if (value == nullptr) return {};
  base::Secret secret{std::string(base::Trim(value))};
  for (char* at = value; *at != '\0'; ++at) *at = '\0';
  unsetenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread
  return secret;
}

base::Result<base::Secret> ReadKeyFile(const std::string& path) {
  const std::string real = path == "-" ? "/dev/stdin" : path;
  auto bytes = base::ReadWholeFile(real, 64 << 10);
  if (!bytes) {
    return base::Error{base::ErrorCode::kUsage, "--api-key-file: " + bytes.error().message};
  }
  if (path != "-") {
    const auto facts = base::Stat(path);
    if (facts && (facts->mode & 0007U) != 0) {
      PrintLine("warning: " + base::EscapeForTerminal(path) +
                " can be read by everybody on this machine; chmod 600 it");
    }
  }
  base::Secret secret{std::string(base::Trim(*bytes))};
  if (secret.empty()) {
    return base::Error{base::ErrorCode::kUsage, "--api-key-file: " + path + " is empty"};
  }
  return secret;
}

}  // namespace

base::Result<Target> ResolveTarget(const TargetOptions& options, KeyNeed need) {
  Target target;
  std::string endpoint = options.endpoint;
  if (endpoint.empty()) endpoint = FromEnvironment("REHOME_ENDPOINT");
  if (endpoint.empty()) endpoint = FromEnvironment("WORKOS_API_URL");
  if (endpoint.empty()) endpoint = kDefaultEndpoint;
  auto parsed = http::ParseEndpoint(endpoint);
  if (!parsed) return parsed.error();
  target.endpoint = *parsed;
  if (!options.ca_file.empty()) target.ca_file = base::AbsolutePath(options.ca_file);

  base::Secret first = TakeFromEnvironment("WORKOS_SECRET_KEY");
  base::Secret second = TakeFromEnvironment("WORKOS_API_KEY");
  if (!options.api_key_file.empty()) {
    auto key = ReadKeyFile(options.api_key_file);
    if (!key) return key.error();
    target.api_key = std::move(*key);
    target.key_origin = options.api_key_file == "-" ? "stdin" : options.api_key_file;
  } else if (!first.empty()) {
    target.api_key = std::move(first);
    target.key_origin = "WORKOS_SECRET_KEY";
  } else if (!second.empty()) {
    target.api_key = std::move(second);
    target.key_origin = "WORKOS_API_KEY";
  } else if (need == KeyNeed::kNeeded && options.target.empty()) {
    return base::Error{base::ErrorCode::kUsage,
                       "there is no API key: set WORKOS_SECRET_KEY (or WORKOS_API_KEY), or give "
                       "--api-key-file"};
  } else if (need == KeyNeed::kNeeded) {
    return base::Error{base::ErrorCode::kUsage,
                       "there is no API key for target \"" +
                           base::EscapeForTerminal(options.target) +
                           "\": set WORKOS_SECRET_KEY (or WORKOS_API_KEY), or give --api-key-file"};
  }
  if (!target.api_key.empty()) {
    target.fingerprint = base::Sha256Hex(target.api_key.Reveal()).substr(0, 12);
  }
  if (need == KeyNeed::kNeeded) {
    http::EndpointOptions access;
    access.api_key = target.api_key;
    access.ca_file = target.ca_file;
    // Nothing is written yet, so whatever it is, it is the command that is refused.
    if (const auto usable = http::CheckAccess(access); !usable) {
      return base::Error{base::ErrorCode::kUsage, usable.error().message};
    }
  }
  target.named = !options.target.empty();
  target.name = target.named ? options.target : "key-" + target.fingerprint;
  return target;
}

base::Status CheckClockRate(double rate, const std::string& endpoint) {
  if (rate == 1.0) return {};
  if (rate <= 0 || rate > 1000) {
    return base::Error{base::ErrorCode::kUsage, "--clock-rate wants a number up to 1000"};
  }
  if (!http::IsLoopback(endpoint)) {
    return base::Error{base::ErrorCode::kUsage,
                       "--clock-rate is for tests against this machine only, not " + endpoint};
  }
  return {};
}

}  // namespace rehome::cli

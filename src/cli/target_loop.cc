#include "cli/target_loop.h"

#include <utility>

#include "cli/version.h"

namespace rehome::cli {

base::Result<std::unique_ptr<http::EventLoop>> MakeLoop(const Target& target,
                                                        const base::Clock& clock) {
  http::EndpointOptions endpoint;
  endpoint.url = target.endpoint;
  endpoint.api_key = target.api_key;
  endpoint.ca_file = target.ca_file;
  endpoint.user_agent = "rehome/" + Version();
  return http::MakeCurlEventLoop(std::move(endpoint), clock);
}

}  // namespace rehome::cli

#include "unit/http/loop_driver.h"

#include <cstdio>

#include "base/check.h"

namespace rehome::http {

std::unique_ptr<EventLoop> MakeLoop(EndpointOptions options, const base::Clock& clock) {
  auto loop = MakeCurlEventLoop(std::move(options), clock);
  if (!loop) std::fprintf(stderr, "%s\n", loop.error().message.c_str());
  CHECK(loop.ok());
  return *std::move(loop);
}

std::vector<Completion> SendAll(EventLoop& loop, std::vector<Request> requests) {
  std::vector<Completion> completions(requests.size());
  std::size_t done = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    loop.Start(std::move(requests[i]), [&completions, &done, i](Completion completion) {
      completions[i] = std::move(completion);
      ++done;
    });
  }
  LoopDriver driver([&] { return done == completions.size(); });
  loop.Run(driver);
  return completions;
}

Completion SendOne(EventLoop& loop, Request request) {
  std::vector<Request> requests;
  requests.push_back(std::move(request));
  return std::move(SendAll(loop, std::move(requests)).front());
}

Request Get(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}

Request Post(std::string target, std::string body) {
  Request request = Get(std::move(target));
  request.method = Method::kPost;
  request.body = base::Secret(std::move(body));
  return request;
}

EndpointOptions Endpoint(std::string url) {
  EndpointOptions options;
  options.url = std::move(url);
  options.api_key = base::Secret("sk_test_key");
  return options;
}

}  // namespace rehome::http

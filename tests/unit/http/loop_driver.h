#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "http/event_loop.h"

namespace rehome::http {

/// A driver that ends the loop when `finished` says so and counts how often it was polled.
class LoopDriver final : public Driver {
 public:
  explicit LoopDriver(std::function<bool()> finished) : finished_(std::move(finished)) {}
  void Poll(base::Instant now) override {
    ++polls;
    last_poll = now;
    if (on_poll) on_poll(now);
  }
  std::optional<base::Instant> NextDeadline() const override { return deadline; }
  bool finished() const override { return finished_(); }

  int polls = 0;
  base::Instant last_poll{};
  std::optional<base::Instant> deadline;
  std::function<void(base::Instant)> on_poll;

 private:
  const std::function<bool()> finished_;
};

/// An event loop for `options`, or the end of the test.
std::unique_ptr<EventLoop> MakeLoop(EndpointOptions options, const base::Clock& clock);
/// Sends the requests all at once and gives what became of each, in their order.
std::vector<Completion> SendAll(EventLoop& loop, std::vector<Request> requests);
Completion SendOne(EventLoop& loop, Request request);
Request Get(std::string target);
Request Post(std::string target, std::string body);
EndpointOptions Endpoint(std::string url);

}  // namespace rehome::http

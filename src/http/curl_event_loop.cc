#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "base/check.h"
#include "http/broken_pipe_guard.h"
#include "http/curl_transfers.h"
#include "http/endpoint.h"
#include "http/event_loop.h"
#include "http/header_lines.h"
#include "http/socket_watch.h"
#include "http/task_queue.h"

namespace rehome::http {
namespace {

class CurlEventLoop final : public EventLoop {
 public:
  CurlEventLoop(EndpointOptions options, const base::Clock& clock)
      : clock_(clock), transfers_(std::move(options), clock, watch_) {}

  bool Open() {
    return watch_.is_open() && tasks_.bell() >= 0 && watch_.AddBell(tasks_.bell()) &&
           transfers_.ready();
  }
  void Start(Request request, Done done) override {
    transfers_.Start(std::move(request), std::move(done));
  }
  int in_flight() const override { return transfers_.in_flight(); }
  void Post(std::function<void()> task) override { tasks_.Post(std::move(task)); }
  void Wake() override { tasks_.Wake(); }
  void Run(Driver& driver) override;

 private:
  std::optional<base::Duration> RealWait(const Driver& driver) const;

  const base::Clock& clock_;
  TaskQueue tasks_;
  SocketWatch watch_;
  CurlTransfers transfers_;
};

void CurlEventLoop::Run(Driver& driver) {
  const BrokenPipeGuard guard;
  while (true) {
    for (const TaskQueue::Task& task : tasks_.Take()) task();
    driver.Poll(clock_.Now());
    if (driver.finished() && in_flight() == 0 && tasks_.empty()) return;
    transfers_.RunTimers();  // sends what was started, so it comes before the wait
    const auto wait = transfers_.Deliver() ? base::Duration(0) : RealWait(driver);
    for (const SocketWatch::Ready& ready : watch_.Wait(wait)) transfers_.Advance(ready);
    transfers_.Deliver();
  }
}

// Until the driver or libcurl wants to be called; nothing = until something happens.
std::optional<base::Duration> CurlEventLoop::RealWait(const Driver& driver) const {
  const std::optional<base::Duration> timers = transfers_.RealWait();
  const std::optional<base::Instant> due = driver.NextDeadline();
  if (!due) return timers;
  const base::Duration until_due = clock_.ToReal(*due - clock_.Now());
  return timers ? std::min(*timers, until_due) : until_due;
}

}  // namespace

base::Result<std::unique_ptr<EventLoop>> MakeCurlEventLoop(EndpointOptions options,
                                                           const base::Clock& clock) {
  base::Result<std::string> endpoint = ParseEndpoint(options.url);
  if (!endpoint) return endpoint.error();
  options.url = *std::move(endpoint);
  CHECK(IsHeaderValue(options.user_agent));
  RETURN_IF_ERROR(CheckAccess(options));
  auto loop = std::make_unique<CurlEventLoop>(std::move(options), clock);
  if (!loop->Open()) {
    return base::Error{base::ErrorCode::kInternal,
                       "the HTTP library did not start; is there memory, and are there free file "
                       "descriptors (ulimit -n)?"};
  }
  return std::unique_ptr<EventLoop>(std::move(loop));
}

}  // namespace rehome::http

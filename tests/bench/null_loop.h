#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "http/event_loop.h"

namespace rehome::bench {

/// An event loop without a network: a target in this process that answers every request at once and
/// rightly, and keeps nothing. What is left of an import is the program itself. The rules of
/// threads are those of http::EventLoop.
class NullLoop final : public http::EventLoop {
 public:
  explicit NullLoop(const base::Clock& clock) : clock_(clock) {}

  void Start(http::Request request, Done done) override {
    started_.emplace_back(std::move(request), std::move(done));
  }
  int in_flight() const override { return static_cast<int>(started_.size()); }
  void Run(http::Driver& driver) override;
  void Post(std::function<void()> task) override;
  void Wake() override {
    Post([] {});
  }
  std::int64_t requests() const { return requests_; }

 private:
  std::vector<std::function<void()>> TakeTasks();
  void WaitForTasks(const http::Driver& driver);
  void AnswerAll();
  http::Response Answer(const http::Request& request);

  const base::Clock& clock_;
  std::vector<std::pair<http::Request, Done>> started_;
  std::int64_t requests_ = 0;
  base::Mutex mutex_;
  base::Condition posted_;
  std::vector<std::function<void()>> tasks_ GUARDED_BY(mutex_);
};

}  // namespace rehome::bench

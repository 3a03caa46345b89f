#include "http/read_only_loop.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace rehome::http {
namespace {

/// Counts what is started on it.
class CountingLoop final : public EventLoop {
 public:
  explicit CountingLoop(int& started) : started_(started) {}
  void Start(Request, Done) override { ++started_; }
  int in_flight() const override { return started_; }
  void Run(Driver&) override {}
  void Post(std::function<void()>) override {}
  void Wake() override {}

 private:
  int& started_;
};

Request Of(Method method) {
  Request request;
  request.method = method;
  request.target = "/organizations";
  return request;
}

TEST(ReadOnlyLoop, PassesReadsOn) {
  int started = 0;
  const auto loop = MakeReadOnlyLoop(std::make_unique<CountingLoop>(started));
  loop->Start(Of(Method::kGet), {});
  EXPECT_EQ(started, 1);
  EXPECT_EQ(loop->in_flight(), 1);
}

TEST(ReadOnlyLoopDeathTest, EndsTheProcessBeforeAnythingIsWritten) {
  int started = 0;
  const auto loop = MakeReadOnlyLoop(std::make_unique<CountingLoop>(started));
  for (const Method method : {Method::kPost, Method::kPut, Method::kDelete}) {
    EXPECT_DEATH(loop->Start(Of(method), {}), "");
  }
}

}  // namespace
}  // namespace rehome::http

// How the loop waits, wakes and ends.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "unit/http/loop_driver.h"
#include "unit/http/scripted_server.h"

namespace rehome::http {
namespace {

using Then = Action::Then;

const base::SystemClock kClock;

TEST(EventLoop, EndsAtOnceWhenTheDriverIsFinishedAndNothingIsInFlight) {
  const auto loop = MakeLoop(Endpoint("http://127.0.0.1:1"), kClock);
  LoopDriver driver([] { return true; });
  loop->Run(driver);
  EXPECT_EQ(driver.polls, 1);
}

TEST(EventLoop, CompletesWhatIsInFlightBeforeItEnds) {
  ScriptedServer server([](const SeenRequest&) { return Action{Answer(200, "{}"), Then::kKeep}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  int done = 0;
  loop->Start(Get("/1"), [&](Completion) {
    ++done;
    loop->Start(Get("/2"), [&](Completion) { ++done; });
    EXPECT_EQ(done, 1) << "a request must not complete inside Start";
  });
  EXPECT_EQ(done, 0);
  EXPECT_EQ(loop->in_flight(), 1);
  LoopDriver driver([] { return true; });
  loop->Run(driver);
  EXPECT_EQ(done, 2);
  EXPECT_EQ(loop->in_flight(), 0);
}

TEST(EventLoop, PollsItsDriverAtTheDeadlineOfAFastClock) {
  const base::SystemClock fast(1000.0);
  const auto loop = MakeLoop(Endpoint("http://127.0.0.1:1"), fast);
  const base::Instant due = fast.Now() + std::chrono::seconds(10);
  LoopDriver driver([&] { return driver.last_poll >= due; });
  driver.deadline = due;
  loop->Run(driver);
  EXPECT_LE(driver.polls, 20) << "the loop must wait, not spin";
}

TEST(EventLoop, CallsTasksOnItsThreadInTheirOrder) {
  const auto loop = MakeLoop(Endpoint("http://127.0.0.1:1"), kClock);
  constexpr int kThreads = 4;
  constexpr int kTasks = 500;
  std::vector<int> last(kThreads, -1);
  int called = 0;
  const std::thread::id loop_thread = std::this_thread::get_id();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTasks; ++i) {
        loop->Post([&, t, i] {
          EXPECT_EQ(std::this_thread::get_id(), loop_thread);
          EXPECT_EQ(std::exchange(last[static_cast<std::size_t>(t)], i), i - 1);
          ++called;
        });
      }
    });
  }
  LoopDriver driver([&] { return called == kThreads * kTasks; });
  loop->Run(driver);
  for (std::thread& thread : threads) thread.join();
}

TEST(EventLoop, CallsATaskThatATaskPosted) {
  const auto loop = MakeLoop(Endpoint("http://127.0.0.1:1"), kClock);
  bool called = false;
  loop->Post([&] { loop->Post([&] { called = true; }); });
  LoopDriver driver([] { return true; });
  loop->Run(driver);
  EXPECT_TRUE(called);
}

TEST(EventLoop, WakesFromEndlessWaitsAgainAndAgain) {
  const auto loop = MakeLoop(Endpoint("http://127.0.0.1:1"), kClock);
  std::atomic<int> wanted = 0;
  LoopDriver driver([&] { return wanted.load() >= 100; });
  std::atomic<int> polls = 0;
  driver.on_poll = [&](base::Instant) { ++polls; };
  std::thread waker([&] {
    for (int i = 0; i < 100; ++i) {
      const int before = polls;
      ++wanted;
      loop->Wake();
      // The next ring must come when the loop waits again, or it would prove nothing.
      while (polls == before) std::this_thread::yield();
    }
  });
  loop->Run(driver);
  waker.join();
  EXPECT_LE(driver.polls, 110);
}

TEST(EventLoop, DropsRequestsThatWereStartedButNeverRun) {
  bool called = false;
  const auto alive = std::make_shared<int>(0);
  {
    const auto loop = MakeLoop(Endpoint("http://127.0.0.1:1"), kClock);
    for (int i = 0; i < 200; ++i) {
      loop->Start(Post("/users", "{}"), [&called, alive](Completion) { called = true; });
    }
    EXPECT_EQ(loop->in_flight(), 200);
  }
  EXPECT_FALSE(called);
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(EventLoop, RunsAgainAfterItEnded) {
  ScriptedServer server([](const SeenRequest&) { return Action{Answer(200, "{}"), Then::kKeep}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(SendOne(*loop, Get("/")).response.has_value());
  EXPECT_EQ(server.connections(), 1);
}

TEST(EventLoop, StaysAsleepWhenAnIdleConnectionIsClosed) {
  ScriptedServer server([](const SeenRequest&) { return Action{Answer(200, "{}"), Then::kClose}; });
  const base::SystemClock fast(100.0);
  const auto loop = MakeLoop(Endpoint(server.url()), fast);
  ASSERT_TRUE(SendOne(*loop, Get("/")).response.has_value());
  const base::Instant due = fast.Now() + std::chrono::seconds(2);
  LoopDriver driver([&] { return driver.last_poll >= due; });
  driver.deadline = due;
  loop->Run(driver);
  EXPECT_LE(driver.polls, 20);
}

struct BadOptions {
  const char* name;
  const char* url;
  const char* key;
  const char* ca_file;
  base::ErrorCode code;
  const char* message;
};

class EveryBadOption : public ::testing::TestWithParam<BadOptions> {};

TEST_P(EveryBadOption, IsRefused) {
  EndpointOptions options;
  options.url = GetParam().url;
  options.api_key = base::Secret(GetParam().key);
  options.ca_file = GetParam().ca_file;
  const auto loop = MakeCurlEventLoop(std::move(options), kClock);
  ASSERT_FALSE(loop.ok());
  EXPECT_EQ(loop.error().code, GetParam().code);
  EXPECT_EQ(loop.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    EventLoop, EveryBadOption,
    ::testing::Values(
        BadOptions{"empty_url", "", "k", "", base::ErrorCode::kUsage,
                   "the endpoint is empty; give a URL such as https://api.workos.com"},
        BadOptions{"key_with_a_line_break", "https://a.b", "sk\r\nX-Evil: 1", "",
                   base::ErrorCode::kUsage,
                   "the API key holds a line break or another character that no key has; check "
                   "where it comes from (--api-key-file, WORKOS_SECRET_KEY, WORKOS_API_KEY)"},
        BadOptions{"missing_certificates", "https://a.b", "k", "/nowhere/ca.pem",
                   base::ErrorCode::kTls,
                   "certificates: cannot open /nowhere/ca.pem: No such file or directory"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace rehome::http

#include <atomic>
#include <latch>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/dispatcher.h"
#include "http/event_loop.h"
#include "sandbox/sandbox.h"
#include "support/dispatch_stage.h"
#include "threads.h"
#include "unit/journal/journal_fixture.h"

namespace rehome::journal {
namespace {

class DispatcherRace : public JournalTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Threads, DispatcherRace, ThreadCounts());

// All the threads of an import but oneTBB's: submitters, event loop, journal, server.
TEST_P(DispatcherRace, RowsOfManyThreadsGoThroughOneEventLoopAndOneJournal) {
  const int threads = GetParam();
  const int rows = 192 / threads;  // of each thread
  Create();
  auto journal = Open();
  auto server = sandbox::MakeSandbox({.keep_alive_requests = 7}, clock_);
  ASSERT_TRUE(server.ok()) << server.error().message;
  std::thread serving([&] { (*server)->Run(); });
  http::EndpointOptions endpoint;
  endpoint.url = "http://127.0.0.1:" + std::to_string((*server)->port());
  endpoint.api_key = base::Secret("sk_test_default");
  auto loop = http::MakeCurlEventLoop(endpoint, clock_);
  ASSERT_TRUE(loop.ok()) << loop.error().message;
  const auto post = [&](std::function<void()> task) { (*loop)->Post(std::move(task)); };
  dispatch::Counters counters;
  const auto settings = support::DispatchStage::Unhurried();
  dispatch::Dispatcher dispatcher(settings, **loop, clock_, *journal, counters, post);
  std::thread looping([&] { (*loop)->Run(dispatcher); });

  std::set<std::int64_t> back;  // on the loop's thread only
  std::atomic<int> created{0};
  std::latch all(threads * rows);
  OnThreads(threads, [&](int thread) {
    for (int i = 0; i < rows; ++i) {
      const std::int64_t row = thread * rows + i + 1;
      // Every tenth row belongs to one user: whoever is first makes it, the others wait for it.
      const bool repeated = row % 10 == 0;
      const std::string email = "u" + std::to_string(repeated ? 10 : row) + "@x.example";
      auto job = support::MakeRow(row, email);
      job->plan.repeated_user = repeated;
      if (repeated) job->plan.lead_row = 10;
      post([&, job = std::move(job)] {
        dispatcher.SubmitRow(job, [&](dispatch::RowJobPtr done) {
          back.insert(done->plan.position.row);
          if (done->outcome.kind == model::OutcomeKind::kCreated) ++created;
          all.count_down();
        });
      });
      // As the progress line does.
      EXPECT_GE(counters.requests[1].load(), 0);
    }
  });
  all.wait();
  post([&] { dispatcher.Finish(); });
  looping.join();
  (*server)->Stop();
  serving.join();
  EXPECT_EQ(back.size(), static_cast<std::size_t>(threads * rows));
  // Of the user with several rows, its first row reports it and the others have it unchanged.
  EXPECT_EQ(created.load(), threads * rows - 18);
  EXPECT_FALSE(dispatcher.failure().has_value());
}

}  // namespace
}  // namespace rehome::journal

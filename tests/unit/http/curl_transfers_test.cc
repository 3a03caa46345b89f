#include "http/curl_transfers.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/http/loop_driver.h"
#include "unit/http/scripted_server.h"

namespace rehome::http {
namespace {

using Then = Action::Then;

const base::SystemClock kClock;

// Drives `transfers` until `enough`, without the loop around it.
void Drive(CurlTransfers& transfers, SocketWatch& watch, const std::function<bool()>& enough) {
  while (!enough()) {
    transfers.RunTimers();
    constexpr std::chrono::milliseconds kLook{5};
    const base::Duration wait = transfers.RealWait().value_or(kLook);
    for (const auto& ready : watch.Wait(std::min<base::Duration>(wait, kLook))) {
      transfers.Advance(ready);
    }
    transfers.Deliver();
  }
}

TEST(CurlTransfers, DropWhatIsOnTheWireWithoutCallingAnybody) {
  ScriptedServer server([](const SeenRequest&) { return Action{"", Then::kKeep}; });
  bool called = false;
  const auto alive = std::make_shared<int>(0);
  SocketWatch watch;
  {
    CurlTransfers transfers(Endpoint(server.url()), kClock, watch);
    for (int i = 0; i < 150; ++i) {
      transfers.Start(Post("/users", "{}"), [&called, alive](Completion) { called = true; });
    }
    Drive(transfers, watch, [&] { return server.seen().size() >= 100; });
    EXPECT_EQ(transfers.in_flight(), 150);
  }
  EXPECT_FALSE(called);
  EXPECT_EQ(alive.use_count(), 1);
}

TEST(CurlTransfers, KeepMoreOnTheWireThanOneShardHolds) {
  constexpr int kRequests = 300;
  ScriptedServer silent([](const SeenRequest&) { return Action{"", Then::kKeep}; });
  SocketWatch watch;
  CurlTransfers transfers(Endpoint(silent.url()), kClock, watch);
  for (int i = 0; i < kRequests; ++i) transfers.Start(Get("/"), [](Completion) {});
  Drive(transfers, watch, [&] { return silent.connections() == kRequests; });
  EXPECT_EQ(transfers.in_flight(), kRequests);
}

TEST(CurlTransfers, UseFewConnectionsForFewRequestsAtATime) {
  ScriptedServer server([](const SeenRequest&) { return Action{Answer(200, "{}"), Then::kKeep}; });
  SocketWatch watch;
  CurlTransfers transfers(Endpoint(server.url()), kClock, watch);
  int done = 0;
  std::function<void()> start = [&] {
    transfers.Start(Post("/users", "{}"), [&](Completion completion) {
      EXPECT_TRUE(completion.response.has_value());
      if (++done <= 300 - 4) start();
    });
  };
  for (int i = 0; i < 4; ++i) start();
  Drive(transfers, watch, [&] { return transfers.in_flight() == 0; });
  EXPECT_EQ(done, 300);
  EXPECT_LE(server.connections(), 4);
}

}  // namespace
}  // namespace rehome::http

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "directory/requests.h"
#include "json/value.h"
#include "json/writer.h"
#include "pipeline/target_lease.h"
#include "threads.h"

namespace rehome {
namespace {

class TargetLeaseRace : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Threads, TargetLeaseRace, ThreadCounts());

// Answers each request as a target does whose only organization is the lock.
http::Completion Answer(const http::Request& request, std::atomic<int>& renewals) {
  http::Response response;
  response.status = 200;
  response.content_type = "application/json";
  if (request.method == http::Method::kPut) {
    ++renewals;
    const auto body = json::Parse(request.body.Reveal());
    json::Writer writer;
    writer.BeginObject()
        .Field("id", "org_1")
        .Field("external_id", pipeline::kLeaseExternalId)
        .Key("metadata")
        .BeginObject()
        .Field("rehome_nonce", "mine")
        .Field("rehome_beat", body->Find("metadata")->StringAt("rehome_beat"))
        .EndObject()
        .EndObject();
    response.body = writer.Take();
  } else {
    response.body = R"({"object":"list","data":[]})";
  }
  http::Completion completion;
  completion.response = std::move(response);
  return completion;
}

TEST_P(TargetLeaseRace, ManyAskHowItStandsWhileItIsRenewedAndGivenBack) {
  const base::SystemClock clock(100);
  std::atomic<int> renewals{0};
  pipeline::LeaseProtocol protocol(
      [&](const http::Request& request) { return Answer(request, renewals); },
      [](base::Duration) {}, clock, "mine", 1);
  pipeline::LeaseNote note;
  note.organization_id = "org_1";
  note.nonce = "mine";
  pipeline::TargetLease lease(std::move(protocol), std::move(note), clock, clock.Now(),
                              clock.WallNow(),
                              {.beat = std::chrono::milliseconds(100),
                               .retry = std::chrono::milliseconds(100),
                               .lapse = std::chrono::hours(1),
                               .request_life = std::chrono::seconds(1),
                               .give_up = std::chrono::hours(1)});
  OnThreads(GetParam(), [&](int) {
    while (renewals < 20) {
      EXPECT_EQ(lease.standing(), pipeline::TargetLease::Standing::kProven) << lease.trouble();
      std::this_thread::yield();
    }
  });
  EXPECT_TRUE(lease.Release().ok());
  const int at_end = renewals;
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_EQ(renewals, at_end);
}

}  // namespace
}  // namespace rehome

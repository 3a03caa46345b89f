#include "pipeline/warm_up.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/dispatch_stage.h"

namespace rehome::pipeline {
namespace {

using support::DispatchStage;
using support::Fault;
using support::MakeOrganization;

class Lines final : public EventSink {
 public:
  void Emit(std::string_view type, const std::string& members) override {
    events.push_back(std::string(type) + " " + members);
  }
  void Say(const std::string& line) override { said.push_back(line); }
  std::vector<std::string> events;
  std::vector<std::string> said;
};

std::vector<model::Organization> Organizations(int count, const std::string& name = "Acme") {
  std::vector<model::Organization> all;
  for (int i = 0; i < count; ++i) {
    all.push_back(MakeOrganization("acme" + std::to_string(i), name));
    all.back().first_row = i + 1;
  }
  return all;
}

/// A warm-up over a stage, with everything it reports.
struct Warming {
  Warming(DispatchStage& stage_of, std::vector<model::Organization> all, int concurrency = 1)
      : stage(stage_of),
        organizations(std::move(all)),
        warm_up({.dispatcher = *stage.dispatcher,
                 .cache = cache,
                 .journal = stage.journal,
                 // The stage delivers commits on the one thread there is.
                 .post = [](const std::function<void()>& task) { task(); },
                 .tally = tally,
                 .events = lines,
                 .concurrency = concurrency,
                 .plans_only = stage.settings.plans_only},
                organizations, [this] { ++times_done; }) {}

  void Run() {
    warm_up.Start();
    stage.Run();
  }

  DispatchStage& stage;
  std::vector<model::Organization> organizations;
  dispatch::OrganizationCache cache;
  Tally tally;
  Lines lines;
  int times_done = 0;
  WarmUp warm_up;
};

TEST(WarmUp, FillsTheCacheAndSaysSoEveryTenAndAtTheEnd) {
  DispatchStage stage;
  for (int i = 0; i < 5; ++i) {
    const std::string id = "acme" + std::to_string(i * 5);
    stage.target.AddOrganization({.id = "", .name = "Acme", .external_id = id});
  }
  Warming warming(stage, Organizations(23));
  warming.Run();
  EXPECT_EQ(warming.times_done, 1);
  EXPECT_EQ(warming.cache.entries(), 23);
  const std::vector<std::string> said = {
      "organizations: 10/23 (43 %): 2 found, 8 created, 0 failed",
      "organizations: 20/23 (86 %): 4 found, 16 created, 0 failed",
      "organizations: 23/23 (100 %): 5 found, 18 created, 0 failed"};
  EXPECT_EQ(warming.lines.said, said);
  EXPECT_EQ(warming.lines.events.back(),
            R"(warm_up "done":23,"total":23,"found":5,"created":18,"failed":0)");
  for (const model::Organization& organization : warming.organizations) {
    const auto cached = warming.cache.Find(model::KeyOf(organization.ref));
    ASSERT_TRUE(cached.has_value());
    EXPECT_TRUE(cached->id.starts_with("org_"));
  }
  EXPECT_EQ(stage.transport.requests().size(), 23U + 18U);
}

TEST(WarmUp, OfADryRunSaysWhatIsToBeCreated) {
  dispatch::DispatchSettings settings = DispatchStage::Unhurried();
  settings.plans_only = true;
  DispatchStage stage(settings);
  stage.target.AddOrganization({.id = "", .name = "Acme", .external_id = "acme0"});
  Warming warming(stage, Organizations(12));
  warming.Run();
  const std::vector<std::string> said = {
      "organizations: 10/12 (83 %): 1 found, 9 to create, 0 failed",
      "organizations: 12/12 (100 %): 1 found, 11 to create, 0 failed"};
  EXPECT_EQ(warming.lines.said, said);
  EXPECT_EQ(stage.target.organizations.size(), 1U);
}

TEST(WarmUp, KeepsToItsConcurrency) {
  for (const int concurrency : {1, 4}) {
    SCOPED_TRACE(concurrency);
    DispatchStage stage;
    int most = 0;
    stage.target.fault = [&](const http::Request&) {
      most = std::max(most, stage.transport.in_flight() + 1);
      return Fault::kNone;
    };
    Warming warming(stage, Organizations(30), concurrency);
    warming.Run();
    EXPECT_EQ(most, concurrency);
    EXPECT_EQ(warming.cache.entries(), 30);
  }
}

TEST(WarmUp, NothingToDoIsDoneAtOnce) {
  DispatchStage stage;
  Warming warming(stage, {});
  warming.warm_up.Start();
  EXPECT_EQ(warming.times_done, 1);
  EXPECT_TRUE(warming.lines.said.empty());
}

TEST(WarmUp, OneInDoubtIsSetAsideWhileTheOthersGoOn) {
  DispatchStage stage;
  int posts = 0;
  stage.target.fault = [&](const http::Request& request) {
    const bool first = request.method == http::Method::kPost && ++posts == 1;
    return first ? Fault::kResetBefore : Fault::kNone;
  };
  Warming warming(stage, Organizations(12));
  warming.warm_up.Start();
  stage.RunFor(std::chrono::seconds(3));
  EXPECT_EQ(warming.warm_up.counts().created, 11);
  EXPECT_EQ(warming.times_done, 0);
  stage.Run();
  EXPECT_EQ(warming.warm_up.counts().created, 12);
  EXPECT_EQ(warming.times_done, 1);
}

struct FailureCase {
  const char* name;
  int organizations;
  int failed;  // the last ones
  bool stops;
};

const std::vector<FailureCase> kFailures = {
    {"one of ten is allowed", 10, 1, false}, {"two of ten are not", 10, 2, true},
    {"one of nine, at the end", 9, 1, true}, {"the only one", 1, 1, true},
    {"two of twenty", 20, 2, false},         {"three of twenty", 20, 3, true},
};

TEST(WarmUp, MoreThanTenPercentFailedStopTheRun) {
  for (const FailureCase& one : kFailures) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    std::vector<model::Organization> all = Organizations(one.organizations);
    for (int i = 0; i < one.failed; ++i)
      all[all.size() - 1 - static_cast<std::size_t>(i)].name = "";
    Warming warming(stage, std::move(all));
    warming.Run();
    EXPECT_EQ(warming.times_done, 1);
    EXPECT_LE(warming.warm_up.counts().failed, one.failed);
    EXPECT_EQ(stage.dispatcher->failure().has_value(), one.stops);
    const auto& failure = stage.dispatcher->failure();
    EXPECT_EQ(failure ? failure->code : base::ErrorCode::kLimit, base::ErrorCode::kLimit);
  }
}

TEST(WarmUp, StopsAfterTenWithTheFirstReasonsAndAsksNoMore) {
  DispatchStage stage;
  Warming warming(stage, Organizations(152, ""));  // without names they must exist
  warming.Run();
  EXPECT_EQ(warming.warm_up.counts().failed, 10);
  EXPECT_EQ(stage.transport.requests().size(), 10U);
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  const std::string cause =
      std::string(model::FactsOf(model::Reason::kOrganizationNotFound).cause) + " (\"Not found\")";
  EXPECT_EQ(stage.dispatcher->failure()->message,
            "10 of 10 organizations failed, more than 10 %; the first: external_id:acme0: " +
                cause + "; external_id:acme1: " + cause + "; external_id:acme2: " + cause +
                "; correct what they name in a copy of unprocessed.csv and retry with it "
                "(--edited), or create it on the target and resume");
}

TEST(WarmUp, AResumedRunAsksOnlyForTheRest) {
  DispatchStage stage;
  std::int64_t settled = 0;
  {
    Warming warming(stage, Organizations(20));
    warming.warm_up.Start();
    while (warming.warm_up.counts().created < 7) {
      if (!stage.Step()) stage.clock.Advance(std::chrono::milliseconds(5));
    }
    stage.dispatcher->Stop();
    stage.Run();
    EXPECT_EQ(warming.times_done, 1);
    EXPECT_EQ(warming.tally.Snapshot().organizations_passed_over, 0);
    settled = warming.warm_up.counts().tried();
  }
  const std::size_t before = stage.transport.requests().size();
  const std::size_t made = stage.target.organizations.size();
  stage.journal.Reopen();
  stage.Restart();
  Warming warming(stage, Organizations(20));
  warming.Run();
  EXPECT_EQ(warming.times_done, 1);
  EXPECT_EQ(warming.cache.entries(), 20);
  EXPECT_EQ(warming.tally.Snapshot().organizations_passed_over, settled);
  EXPECT_EQ(stage.target.organizations.size(), 20U);
  EXPECT_LE(stage.transport.requests().size() - before, 2 * (20U - made) + 1);
  EXPECT_EQ(warming.lines.said.back(),
            "organizations: 20/20 (100 %): 0 found, 20 created, 0 failed");
}

}  // namespace
}  // namespace rehome::pipeline

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;
using Kind = model::OrganizationRef::Kind;

model::Organization Wanted(Kind kind, const std::string& value, const std::string& name) {
  model::Organization organization = MakeOrganization(value, name);
  organization.ref.kind = kind;
  return organization;
}

struct Case {
  const char* name;
  model::Organization wanted;
  OutcomeKind outcome;
  Reason reason;
  std::string detail;
  int requests;
};

// The target of every case has Acme once and Twin twice.
const std::vector<Case> kCases = {
    {"there, by external_id", Wanted(Kind::kExternalId, "acme", "Acme"), OutcomeKind::kAdopted,
     Reason::kNone, "", 1},
    {"there, by id", Wanted(Kind::kId, "org_01Acme", ""), OutcomeKind::kAdopted, Reason::kNone, "",
     1},
    {"there, by name", Wanted(Kind::kName, "Acme", "Acme"), OutcomeKind::kAdopted, Reason::kNone,
     "", 1},
    {"absent, by external_id", Wanted(Kind::kExternalId, "beta", "Beta"), OutcomeKind::kCreated,
     Reason::kNone, "", 2},
    {"absent, by name; a longer name is another", Wanted(Kind::kName, "Acm", "Acm"),
     OutcomeKind::kCreated, Reason::kNone, "", 2},
    {"absent, without a name", Wanted(Kind::kExternalId, "beta", ""), OutcomeKind::kFailed,
     Reason::kOrganizationNotFound, "no organization with the external_id \"beta\"", 1},
    {"absent, by id", Wanted(Kind::kId, "org_01Gone", "Gone"), OutcomeKind::kFailed,
     Reason::kOrganizationNotFound, "no organization with the id \"org_01Gone\"", 1},
    {"twice, by name", Wanted(Kind::kName, "Twin", "Twin"), OutcomeKind::kFailed,
     Reason::kOrganizationAmbiguous, "2 organizations have the name \"Twin\"", 1},
};

TEST(EnsureOrganization, FindsOrMakesItWithTwoRequestsOrFewer) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.target.AddOrganization({.id = "org_01Acme", .name = "Acme", .external_id = "acme"});
    stage.target.AddOrganization({.id = "", .name = "Twin", .external_id = "t1"});
    stage.target.AddOrganization({.id = "", .name = "Twin", .external_id = "t2"});
    stage.RunFor(std::chrono::minutes(10));
    const auto end = stage.RunOrganization(one.wanted);
    EXPECT_EQ(end.ending, EnsureTask::Ending::kSettled);
    EXPECT_EQ(end.effect.outcome, one.outcome);
    EXPECT_EQ(end.effect.reason, one.reason);
    EXPECT_EQ(end.effect.detail, one.detail);
    EXPECT_EQ(static_cast<int>(stage.transport.requests().size()), one.requests);
    const auto kept = stage.journal.EffectOf(1, model::EffectKind::kOrganization);
    ASSERT_TRUE(kept.has_value());
    EXPECT_EQ(kept->target_id, end.effect.target_id);
    EXPECT_EQ(kept->key, model::KeyOf(one.wanted.ref));
  }
}

TEST(EnsureOrganization, UsesTheIdOfTheAnswerAndNeverReadsItBack) {
  DispatchStage stage;
  stage.target.lag = std::chrono::hours(9);
  EXPECT_EQ(stage.RunOrganization(MakeOrganization("acme", "Acme")).effect.target_id, "org_01H1");
  EXPECT_EQ(stage.transport.requests().size(), 2U);
}

// A target whose pages lead back to each other would keep warm-up busy for ever.
TEST(EnsureOrganization, ASearchThatGoesInACircleFails) {
  struct Circle {
    const char* name;
    std::function<std::string(const std::string&)> next_page;
    std::string detail;
    std::size_t requests;
  };
  const std::vector<Circle> circles = {
      {"the cursor that was asked with", [](const std::string&) { return "c1"; },
       "page 2 of the search for \"Acme\" leads back to an earlier page", 2},
      {"two pages", [](const std::string& after) { return after == "c1" ? "c2" : "c1"; },
       "page 3 of the search for \"Acme\" leads back to an earlier page", 3},
      {"always a new one", [](const std::string& after) { return after + "x"; },
       "the search for \"Acme\" has over 1,000 pages", 1000},
  };
  for (const Circle& circle : circles) {
    SCOPED_TRACE(circle.name);
    DispatchStage stage;
    stage.target.next_page = circle.next_page;
    const auto end = stage.RunOrganization(Wanted(Kind::kName, "Acme", "Acme"));
    EXPECT_EQ(end.effect.outcome, OutcomeKind::kParked);
    EXPECT_EQ(end.effect.reason, Reason::kTargetUnavailable);
    EXPECT_EQ(end.effect.detail, circle.detail);
    EXPECT_EQ(stage.transport.requests().size(), circle.requests);
    EXPECT_TRUE(stage.target.organizations.empty()) << "nothing is created on a guess";
  }
}

TEST(EnsureOrganization, ASearchReadsEveryPage) {
  DispatchStage stage;
  stage.target.next_page = [](const std::string& after) {
    return after == "xxx" ? "" : after + "x";
  };
  const auto end = stage.RunOrganization(Wanted(Kind::kName, "Acme", "Acme"));
  EXPECT_EQ(end.effect.outcome, OutcomeKind::kCreated);
  EXPECT_EQ(stage.transport.requests().size(), 5U);
}

// Found by a list that moved: the last of a page came again as the first of the next.
TEST(EnsureOrganization, OneThatIsOnSeveralPagesIsOne) {
  DispatchStage stage;
  stage.target.AddOrganization({.id = "", .name = "Acme"});
  stage.target.next_page = [](const std::string& after) {
    return after == "xx" ? "" : after + "x";
  };
  const auto end = stage.RunOrganization(Wanted(Kind::kName, "Acme", "Acme"));
  EXPECT_EQ(end.effect.outcome, OutcomeKind::kAdopted);
  EXPECT_EQ(stage.transport.requests().size(), 3U);
}

TEST(EnsureOrganization, ARefusalKeepsTheTargetsWords) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kOrganizationsPath, Fault::kRefused);
  const auto end = stage.RunOrganization(MakeOrganization("acme", "Acme"));
  EXPECT_EQ(end.effect.state, model::EffectState::kFailed);
  EXPECT_EQ(end.effect.reason, Reason::kOrganizationRefused);
  EXPECT_EQ(end.effect.target.http_status, 422);
  EXPECT_EQ(end.effect.target.message, "Validation failed");
}

// A run of a part of the file numbers the organization by another first row than the whole file.
TEST(EnsureOrganization, KeepsItsRowInTheJournalWhenASurveyFindsAnEarlierOne) {
  DispatchStage stage;
  model::Organization wanted = MakeOrganization("acme", "Acme");
  wanted.first_row = 57;
  FailFirst(stage, http::Method::kPost, support::kOrganizationsPath, Fault::kRefused);
  const auto before = stage.RunOrganization(wanted);
  stage.journal.Reopen();
  stage.Restart();
  wanted.first_row = 3;
  const auto after = stage.RunOrganization(wanted, before.effect);
  EXPECT_EQ(after.effect.outcome, OutcomeKind::kCreated);
  EXPECT_EQ(stage.journal.complaint(), "");
}

TEST(EnsureOrganization, AnotherNameOnTheTargetIsLeftAndTold) {
  struct Name {
    std::string in_file;
    std::string differs;
  };
  for (const Name& one :
       {Name{"Acme", ""}, Name{"", ""},
        Name{"Acme Inc", R"(the file says "Acme Inc", org_01Acme is called "Acme")"}}) {
    SCOPED_TRACE(one.in_file);
    DispatchStage stage;
    stage.target.AddOrganization({.id = "org_01Acme", .name = "Acme", .external_id = "acme"});
    const model::Effect effect =
        stage.RunOrganization(MakeOrganization("acme", one.in_file)).effect;
    EXPECT_EQ(effect.outcome, model::OutcomeKind::kAdopted);
    EXPECT_EQ(effect.differs, one.differs);
    EXPECT_EQ(stage.target.organizations.front().name, "Acme");
  }
}

}  // namespace
}  // namespace rehome::dispatch

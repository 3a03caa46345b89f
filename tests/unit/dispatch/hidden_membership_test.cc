#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "dispatch/finding.h"
#include "existing_membership.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;
using support::Answered;

// Answers the first `lists` lists of memberships with nothing.
void HideFromLists(DispatchStage& stage, int lists) {
  stage.target.fault = [&stage, left = lists](const http::Request& request) mutable {
    if (!support::IsBelow(request, support::kMembershipsPath)) return Fault::kNone;
    if (request.method != http::Method::kGet || left-- <= 0) return Fault::kNone;
    stage.target.answer = Answered(200, support::RenderList({}));
    return Fault::kAnswer;
  };
}

// Has creates of memberships go wrong too, besides what goes wrong already.
void FailCreates(DispatchStage& stage, Fault fault) {
  stage.target.fault = [before = stage.target.fault, fault](const http::Request& request) {
    const bool create = request.method == http::Method::kPost &&
                        support::IsBelow(request, support::kMembershipsPath);
    return create ? fault : before(request);
  };
}

int ListsOfMemberships(const DispatchStage& stage) {
  int lists = 0;
  for (const http::Request& request : stage.transport.requests()) {
    const bool list = request.method == http::Method::kGet &&
                      support::IsBelow(request, support::kMembershipsPath);
    lists += list ? 1 : 0;
  }
  return lists;
}

model::Effect MembershipOf(const DispatchStage& stage) {
  return stage.journal.EffectOf(1, model::EffectKind::kMembership).value_or(model::Effect{});
}

TEST(HiddenMembership, AnEmptyListIsHeldAgainstTheListOfAllOfTheUsersMemberships) {
  for (const std::string status : {"inactive", "active", "pending"}) {
    SCOPED_TRACE(status);
    DispatchStage stage;
    AddAnn(stage, status, {"member"});
    HideFromLists(stage, 1);
    const model::Outcome outcome = stage.RunRow(Row({"member"}));
    EXPECT_EQ(outcome.membership_id, "om_01Ann");
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 0);
    EXPECT_EQ(ListsOfMemberships(stage), 2);
    EXPECT_EQ(stage.target.memberships.front().status, status);
  }
}

TEST(HiddenMembership, IsFoundOnALaterPageOfAllOfTheUsersMemberships) {
  DispatchStage stage;
  for (int i = 0; i < 250; ++i) {
    stage.target.AddMembership({.id = "",
                                .user_id = "user_01Ann",
                                .organization_id = "org_" + std::to_string(i),
                                .created = support::FakeClock::kStart});
  }
  AddAnn(stage, "inactive", {"member"});
  HideFromLists(stage, 1);
  EXPECT_EQ(stage.RunRow(Row({})).reason, Reason::kMembershipInactive);
  EXPECT_EQ(ListsOfMemberships(stage), 4);
  EXPECT_EQ(stage.target.reactivated, 0);
}

TEST(HiddenMembership, AListOfAllThatIsNotReadSendsNothing) {
  DispatchStage stage;
  stage.target.AddUser(
      {.id = "user_01Ann", .email = kEmail, .created = support::FakeClock::kStart});
  stage.RunFor(std::chrono::minutes(10));
  stage.target.fault = [](const http::Request& request) {
    const bool of_all = support::IsBelow(request, support::kMembershipsPath) &&
                        request.target.find("organization_id") == std::string::npos;
    return of_all && request.method == http::Method::kGet ? Fault::kEmptyPage : Fault::kNone;
  };
  const model::Outcome outcome = stage.RunRow(Row({"admin"}));
  EXPECT_EQ(outcome.kind, OutcomeKind::kParked);
  EXPECT_EQ(outcome.detail, kEndsTooSoon);
  EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 0);
}

// One user in several organizations, all of whose first lists are the same cached one.
TEST(HiddenMembership, RowsOfOneUserShareTheListOfAllOnceCachesHaveExpired) {
  DispatchStage stage;
  AddAnn(stage, "inactive", {"member"});
  const auto start = stage.clock.Now();
  stage.target.fault = [&](const http::Request& request) {
    const bool list = request.method == http::Method::kGet &&
                      support::IsBelow(request, support::kMembershipsPath);
    if (!list || stage.clock.Now() - start >= std::chrono::seconds(5)) return Fault::kNone;
    stage.target.answer = Answered(200, support::RenderList({}));
    return Fault::kAnswer;
  };
  std::vector<RowJobPtr> rows;
  for (std::int64_t row = 1; row <= 6; ++row) {
    const std::string organization = row == 4 ? "org_01Acme" : "org_" + std::to_string(row);
    rows.push_back(MakeRow(row, kEmail, organization));
    rows.back()->plan.lead_row = 1;
    rows.back()->plan.repeated_user = true;
    stage.Submit(rows.back());
  }
  stage.Run();
  EXPECT_EQ(stage.target.reactivated, 0);
  EXPECT_EQ(rows[3]->outcome.reason, Reason::kMembershipInactive);
  EXPECT_EQ(stage.target.memberships.size(), 6U);
  // Six by organization, one of all for the row that found the user and one for the others.
  EXPECT_EQ(ListsOfMemberships(stage), 8);
}

TEST(HiddenMembership, OfAUserThatThisRunMadeIsNotLookedAt) {
  DispatchStage stage;
  EXPECT_EQ(stage.RunRow(Row({"admin"})).kind, OutcomeKind::kCreated);
  EXPECT_EQ(ListsOfMemberships(stage), 0);
}

void ExpectReactivated(const DispatchStage& stage, const model::Outcome& outcome) {
  const model::Effect effect = MembershipOf(stage);
  EXPECT_EQ(effect.outcome, OutcomeKind::kUpdated);
  EXPECT_EQ(effect.provenance, model::Provenance::kReactivated);
  EXPECT_EQ(effect.replaced, R"({"status":"inactive"})");
  EXPECT_EQ(outcome.membership_id, "om_01Ann");
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings.front().reason, Reason::kWarnMembershipReactivated);
  EXPECT_EQ(outcome.warnings.front().detail, "om_01Ann");
}

TEST(HiddenMembership, ThatNoListShowedAndACreateMadeActiveIsNeverCalledCreated) {
  for (const Fault fault : {Fault::kNone, Fault::kResetAfter, Fault::kUnreadableAfter}) {
    SCOPED_TRACE(static_cast<int>(fault));
    DispatchStage stage;
    AddAnn(stage, "inactive", {"member"});
    HideFromLists(stage, 2);
    FailCreates(stage, fault);
    ExpectReactivated(stage, stage.RunRow(Row({"admin"})));
    EXPECT_EQ(stage.target.reactivated, 1);
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 1);
  }
}

// A target that lags shows what was before the create: an inactive membership is no end then.
TEST(HiddenMembership, ThatACreateMadeActiveUnheardIsNotCalledInactiveWhileTheTargetLags) {
  for (const Roles& roles : {Roles{"admin"}, Roles{"member"}}) {
    DispatchStage stage;
    AddAnn(stage, "inactive", {"member"});
    const support::TargetMembership before = stage.target.memberships.front();
    HideFromLists(stage, 2);
    const auto hide = stage.target.fault;
    stage.target.fault = [&, hide, stale = 3](const http::Request& request) mutable {
      if (!support::IsBelow(request, support::kMembershipsPath)) return Fault::kNone;
      if (request.method == http::Method::kPost) return Fault::kResetAfter;
      if (stage.target.reactivated == 0) return hide(request);
      if (stale-- <= 0) return Fault::kNone;
      stage.target.answer = Answered(200, support::RenderList({support::Render(before)}));
      return Fault::kAnswer;
    };
    ExpectReactivated(stage, stage.RunRow(Row(roles)));
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 1);
  }
}

// The create was not applied, and no lag explains it any more: it was left as it is.
TEST(HiddenMembership, ThatStaysInactiveAfterACreateOfUnknownFateIsSkipped) {
  DispatchStage stage;
  AddAnn(stage, "inactive", {"member"});
  HideFromLists(stage, 2);
  FailCreates(stage, Fault::kResetBefore);
  const auto begin = stage.clock.Now();
  EXPECT_EQ(stage.RunRow(Row({"admin"})).reason, Reason::kMembershipInactive);
  EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 1);
  EXPECT_GE(stage.clock.Now() - begin, std::chrono::seconds(61));
}

// A target that answers a second create with the membership that is there.
TEST(HiddenMembership, ThatACreateDidNotTouchIsNotCalledReactivated) {
  DispatchStage stage;
  AddAnn(stage, "active", {"member"});
  stage.target.memberships.front().updated = support::FakeClock::kStart + std::chrono::minutes(5);
  HideFromLists(stage, 2);
  const auto hide = stage.target.fault;
  stage.target.fault = [&stage, hide](const http::Request& request) {
    const bool create = request.method == http::Method::kPost &&
                        support::IsBelow(request, support::kMembershipsPath);
    if (!create) return hide(request);
    stage.target.answer = Answered(201, support::Render(stage.target.memberships.front()));
    return Fault::kAnswer;
  };
  const model::Outcome outcome = stage.RunRow(Row({"member"}));
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(MembershipOf(stage).outcome, OutcomeKind::kUnchanged);
  EXPECT_EQ(MembershipOf(stage).provenance, model::Provenance::kAdopted);
}

// A journal was lost that would know what was sent since then.
void LoseJournal(DispatchStage& stage) {
  const base::WallTime since = support::FakeClock::kStart + std::chrono::minutes(5);
  stage.settings.presumed_sent_since_ms = since.time_since_epoch().count();
}

TEST(HiddenMembership, AfterALostJournalAnEmptyListIsHeldAgainstTheOthersToo) {
  DispatchStage stage;
  LoseJournal(stage);
  AddAnn(stage, "inactive", {"member"});
  HideFromLists(stage, 1);
  const auto begin = stage.clock.Now();
  EXPECT_EQ(stage.RunRow(Row({"admin"})).reason, Reason::kMembershipInactive);
  EXPECT_EQ(stage.target.reactivated, 0);
  EXPECT_LT(stage.clock.Now() - begin, std::chrono::seconds(30));
}

// That it was changed since says nothing: nobody knows that anything was sent.
TEST(HiddenMembership, AfterALostJournalAChangedOneIsNotCalledReactivated) {
  DispatchStage stage;
  LoseJournal(stage);
  AddAnn(stage, "active", {"admin"});
  stage.target.memberships.front().updated = support::FakeClock::kStart + std::chrono::minutes(7);
  const model::Outcome outcome = stage.RunRow(Row({"admin"}));
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(MembershipOf(stage).provenance, model::Provenance::kAdopted);
}

// The list changed while it was read: what was on the page that is gone is not known.
TEST(HiddenMembership, AListOfAllOfWhichAPageIsGoneSendsNothing) {
  DispatchStage stage;
  for (int i = 0; i < 150; ++i) {
    stage.target.AddMembership({.id = "",
                                .user_id = "user_01Ann",
                                .organization_id = "org_" + std::to_string(i),
                                .created = support::FakeClock::kStart});
  }
  AddAnn(stage, "inactive", {"member"});
  HideFromLists(stage, 1);
  const auto hide = stage.target.fault;
  stage.target.fault = [&stage, hide](const http::Request& request) {
    const bool further = support::IsBelow(request, support::kMembershipsPath) &&
                         request.target.find("after=") != std::string::npos;
    if (!further) return hide(request);
    stage.target.answer = Answered(404, R"({"code":"not_found","message":"no such cursor"})");
    return Fault::kAnswer;
  };
  EXPECT_EQ(stage.RunRow(Row({"member"})).kind, OutcomeKind::kParked);
  EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 0);
}

// The create may have been applied, but what is found was not touched since long.
TEST(HiddenMembership, ThatWasActiveAllTheTimeIsNotCalledReactivated) {
  DispatchStage stage;
  AddAnn(stage, "active", {"admin"});
  HideFromLists(stage, 2);
  FailCreates(stage, Fault::kResetBefore);
  const model::Outcome outcome = stage.RunRow(Row({"admin"}));
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(MembershipOf(stage).outcome, OutcomeKind::kUnchanged);
  EXPECT_EQ(MembershipOf(stage).provenance, model::Provenance::kAdopted);
}

// Our clock was set back by ten seconds while the create was under way.
TEST(HiddenMembership, AClockThatIsSetMeanwhileMakesNoOldOneOfANewOne) {
  DispatchStage stage;
  Reach(stage);
  stage.target.fault = [&stage](const http::Request& request) {
    const bool create = request.method == http::Method::kPost &&
                        support::IsBelow(request, support::kMembershipsPath);
    if (!create) return Fault::kNone;
    support::TargetMembership made{.id = "om_01New",
                                   .user_id = stage.target.users.front().id,
                                   .organization_id = "org_01Acme",
                                   .roles = {"admin"}};
    made.created = stage.clock.WallNow() - std::chrono::seconds(10);
    stage.target.answer = Answered(201, support::Render(made));
    return Fault::kAnswer;
  };
  const model::Outcome outcome = stage.RunRow(Row({"admin"}));
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(MembershipOf(stage).provenance, model::Provenance::kCreated);
}

// An answer without times says nothing about age.
TEST(HiddenMembership, AnAnswerWithoutTimesIsOfANewOne) {
  DispatchStage stage;
  stage.target.AddUser(
      {.id = "user_01Ann", .email = kEmail, .created = support::FakeClock::kStart});
  stage.RunFor(std::chrono::minutes(10));
  stage.target.fault = [&stage](const http::Request& request) {
    const bool create = request.method == http::Method::kPost &&
                        support::IsBelow(request, support::kMembershipsPath);
    if (!create) return Fault::kNone;
    stage.target.answer =
        Answered(201, R"({"id":"om_01New","user_id":"user_01Ann","organization_id":"org_01Acme"})");
    return Fault::kAnswer;
  };
  const model::Outcome outcome = stage.RunRow(Row({}));
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(MembershipOf(stage).provenance, model::Provenance::kCreated);
}

// No list showed it, so it was created: what the target says to that.
TEST(HiddenMembership, ThatNoListShowedIsJudgedAllTheSame) {
  for (const bool update : {false, true}) {
    DispatchStage stage;
    stage.settings.on_existing = update ? OnExisting::kUpdate : OnExisting::kAdopt;
    AddAnn(stage, "active", {"member"});
    HideFromLists(stage, 2);
    const auto row = Row({"admin"});
    stage.RunRow(row);
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 1);
    EXPECT_EQ(row->membership_outcome, update ? OutcomeKind::kUpdated : OutcomeKind::kUnchanged);
    EXPECT_EQ(stage.target.memberships.size(), 1U);
    EXPECT_EQ(stage.target.memberships.front().roles, Roles{update ? "admin" : "member"});
  }
}

}  // namespace
}  // namespace rehome::dispatch

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "existing_membership.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using std::chrono::minutes;
using std::chrono::seconds;

/// Has a row change the first name of a user that is there, of which the first PUTs go wrong.
model::Effect ChangeOne(DispatchStage& stage, Fault fault, int times) {
  stage.settings.on_existing = OnExisting::kUpdate;
  stage.target.AddUser({.id = "", .email = kEmail, .external_id = "", .first_name = "Old"});
  stage.RunFor(minutes(10));
  FailFirst(stage, http::Method::kPut, support::kUsersPath, fault, times);
  const auto row = MakeRow(1, kEmail);
  row->plan.user.first_name = "Ann";
  stage.RunRow(row);
  return stage.journal.EffectOf(1, model::EffectKind::kUser).value_or(model::Effect{});
}

struct Doubt {
  const char* name;
  Fault fault;
  int puts;
  int mismatches;
};

const std::vector<Doubt> kDoubts = {
    {"not sent", Fault::kNotSent, 2, 0},
    {"reset, not applied", Fault::kResetBefore, 2, 0},
    {"reset, applied", Fault::kResetAfter, 1, 0},
    {"timeout, applied", Fault::kTimeoutAfter, 1, 0},
    {"503, not applied", Fault::k503Before, 2, 0},
    {"500, applied", Fault::k500After, 1, 0},
    {"unreadable, applied", Fault::kUnreadableAfter, 1, 1},
    {"other object, not applied", Fault::kOtherObjectBefore, 2, 1},
    {"from a cache, applied", Fault::kCachedAfter, 1, 1},
};

TEST(Update, InDoubtIsLookedUpBeforeItIsSentAgain) {
  for (const Doubt& one : kDoubts) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    const model::Effect effect = ChangeOne(stage, one.fault, 1);
    EXPECT_EQ(effect.outcome, OutcomeKind::kUpdated);
    EXPECT_EQ(effect.provenance, model::Provenance::kUpdated);
    EXPECT_EQ(effect.replaced, R"({"first_name":"Old"})");
    EXPECT_EQ(stage.target.users.front().first_name, "Ann");
    EXPECT_EQ(stage.target.updates_applied, 1);
    EXPECT_EQ(stage.transport.CountOf(http::Method::kPut), one.puts);
    EXPECT_EQ(stage.counters.mismatched_answers.load(), one.mismatches);
  }
}

TEST(Update, OfATargetInTroubleIsNoBurst) {
  DispatchStage stage;
  EXPECT_EQ(ChangeOne(stage, Fault::k500Before, 4).outcome, OutcomeKind::kUpdated);
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPut), 5);
  EXPECT_GT(stage.transport.starts().back() - stage.transport.starts().front(), seconds(3));
}

TEST(Update, WithoutAClearAnswerIsParked) {
  DispatchStage stage;
  const model::Effect effect = ChangeOne(stage, Fault::k500Before, 100);
  EXPECT_EQ(effect.state, model::EffectState::kParked);
  EXPECT_EQ(effect.reason, model::Reason::kOutcomeUnknown);
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPut), 5);  // and the create that was refused
}

struct NotAsSent {
  const char* name;
  std::string answer;  // members of the account, but for id and e-mail
  OutcomeKind outcome;
  int puts;
};

// The target takes the change or not; its first answer is this in any case.
const std::vector<NotAsSent> kNotAsSent = {
    {"the old value", R"("first_name":"Old")", OutcomeKind::kUpdated, 1},
    {"no value", R"("last_name":"Lee")", OutcomeKind::kUpdated, 1},
    {"trimmed", R"("first_name":"Ann")", OutcomeKind::kUpdated, 1},
};

std::string Account(const std::string& members) {
  return R"({"object":"user","id":"user_01H1","email":"Ann@X.example",)" + members + "}";
}

TEST(Update, IsBelievedWhenTheAnswerShowsWhatWasSent) {
  for (const NotAsSent& one : kNotAsSent) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.settings.on_existing = OnExisting::kUpdate;
    stage.target.AddUser({.id = "", .email = kEmail, .external_id = "", .first_name = "Old"});
    stage.RunFor(minutes(10));
    stage.target.answer = support::Answered(200, Account(one.answer));
    FailFirst(stage, http::Method::kPut, support::kUsersPath, Fault::kAnswerAfter);
    const auto row = MakeRow(1, kEmail);
    row->plan.user.first_name = "Ann ";
    EXPECT_EQ(stage.RunRow(row).kind, one.outcome);
    EXPECT_EQ(stage.transport.CountOf(http::Method::kPut), one.puts);
    // The answer was about the right account: no cache is accused.
    EXPECT_EQ(stage.counters.mismatched_answers.load(), 0);
    // What does not show what was sent is looked up, once caches have expired.
    const bool doubted = std::string(one.name) != "trimmed";
    EXPECT_EQ(stage.transport.starts().back() - stage.transport.starts().front() >= seconds(6),
              doubted);
  }
}

TEST(Update, ThatTheTargetIgnoresIsSentTwiceAndParkedWithTheField) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  stage.target.AddUser({.id = "", .email = kEmail, .external_id = "", .first_name = "Old"});
  stage.RunFor(minutes(10));
  stage.target.answer = support::Answered(200, Account(R"("first_name":"Old")"));
  FailFirst(stage, http::Method::kPut, support::kUsersPath, Fault::kAnswer, 100);
  const auto row = MakeRow(1, kEmail);
  row->plan.user.first_name = "Ann";
  const model::Outcome outcome = stage.RunRow(row);
  EXPECT_EQ(outcome.kind, OutcomeKind::kParked);
  EXPECT_EQ(outcome.reason, model::Reason::kAnswerMismatch);
  EXPECT_EQ(outcome.detail,
            "the target answers the change and does not show it: first_name: the file says "
            "\"Ann\", the account \"Old\"");
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPut), 2);
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
}

// A target that takes one of two roles: the second try must not forget what was there first.
TEST(Update, OfAMembershipThatIsHalfDoneKeepsWhatItReplaces) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  AddAnn(stage, "active", {"member"});
  stage.target.fault = [&stage](const http::Request& request) {
    if (request.method != http::Method::kPut) return Fault::kNone;
    stage.target.memberships.front().roles = {"a"};
    stage.target.answer = support::Answered(200, support::Render(stage.target.memberships.front()));
    return Fault::kAnswer;
  };
  EXPECT_EQ(stage.RunRow(Row({"a", "b"})).kind, OutcomeKind::kParked);
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPut), 2);
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kMembership);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->replaced, R"({"role_slugs":"member"})");
}

// The look-ups of the refused create must not use up those of the change.
TEST(Update, OfAnAccountThatShowedLateIsLookedUpAllTheSame) {
  for (const auto lag : {seconds(31), seconds(61)}) {
    DispatchStage stage;
    stage.settings.on_existing = OnExisting::kUpdate;
    stage.target.lag = lag;
    Reach(stage);
    stage.target.AddUser({.id = "", .email = kEmail, .external_id = "", .first_name = "Old"});
    FailFirst(stage, http::Method::kPut, support::kUsersPath, Fault::kResetAfter);
    const auto row = MakeRow(1, kEmail);
    row->plan.user.first_name = "Ann";
    const model::Outcome outcome = stage.RunRow(row);
    EXPECT_EQ(outcome.kind, OutcomeKind::kUpdated) << "lag " << lag.count() << " s";
    EXPECT_EQ(stage.target.updates_applied, 1);
  }
}

// What is being changed was there before, however young it is.
TEST(Update, InDoubtMakesNobodyOurs) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  Reach(stage);
  stage.target.AddUser({.id = "", .email = kEmail, .external_id = "", .first_name = "Old"});
  FailFirst(stage, http::Method::kPut, support::kUsersPath, Fault::kResetAfter);
  const auto row = MakeRow(1, kEmail);
  row->plan.user.first_name = "Ann";
  EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kUpdated);
}

}  // namespace
}  // namespace rehome::dispatch

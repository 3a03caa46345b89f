#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;
using support::TargetUser;

// The row of every case: ann@x.example, with or without this external_id.
constexpr const char* kEmail = "ann@x.example";

TargetUser There(const std::string& email, const std::string& external_id, bool verified = true) {
  return {.id = "",
          .email = email,
          .external_id = external_id,
          .first_name = "",
          .verified = verified,
          .created = support::FakeClock::kStart};
}

RowJobPtr Row(const std::string& external_id) {
  auto row = MakeRow(1, kEmail);
  if (!external_id.empty()) row->plan.user.external_id = external_id;
  return row;
}

TEST(Adoption, AListThatLagsBehindTheExternalIdIsNoOtherAccount) {
  DispatchStage stage;
  stage.target.AddUser(There(kEmail, "e1"));
  stage.target.fault = [&](const http::Request& request) {
    // The list does not show the user yet; the path of its external_id does.
    const bool list = request.target.find('?') != std::string::npos;
    stage.target.lag = list ? std::chrono::hours(9) : std::chrono::hours(0);
    return Fault::kNone;
  };
  const model::Outcome outcome = stage.RunRow(Row("e1"));
  EXPECT_EQ(outcome.kind, OutcomeKind::kAdopted);
  EXPECT_EQ(outcome.user_id, "user_01H1");
}

struct PolicyCase {
  const char* name;
  OnExisting policy;
  std::string first_name;  // in the file
  OutcomeKind outcome;
  Reason reason;
  bool membership;
  int updates;
};

const std::vector<PolicyCase> kPolicies = {
    {"update", OnExisting::kUpdate, "Ann", OutcomeKind::kUpdated, Reason::kNone, true, 1},
    // The membership is new.
    {"update, nothing differs", OnExisting::kUpdate, "Old", OutcomeKind::kUpdated, Reason::kNone,
     true, 0},
};

TEST(Adoption, FollowsOnExisting) {
  for (const PolicyCase& one : kPolicies) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.settings.on_existing = one.policy;
    TargetUser old = There(kEmail, "");
    old.first_name = "Old";
    stage.target.AddUser(old);
    stage.RunFor(std::chrono::minutes(10));
    const auto row = MakeRow(1, kEmail, "org_01Acme");
    row->plan.user.first_name = one.first_name;
    const model::Outcome outcome = stage.RunRow(row);
    EXPECT_EQ(outcome.kind, one.outcome);
    EXPECT_EQ(outcome.reason, one.reason);
    EXPECT_EQ(outcome.user_id, "user_01H1");
    EXPECT_EQ(stage.target.memberships.size(), one.membership ? 1U : 0U);
    EXPECT_EQ(stage.target.updates_applied, one.updates);
    EXPECT_EQ(stage.target.users.front().first_name, one.updates > 0 ? "Ann" : "Old");
  }
}

TEST(Adoption, AnUpdateKeepsWhatItReplacedAndNeverAPassword) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  TargetUser old = There(kEmail, "");
  old.first_name = "Old";
  stage.target.AddUser(old);
  stage.RunFor(std::chrono::minutes(10));
  const auto row = MakeRow(1, kEmail);
  row->plan.user.first_name = "Ann";
  row->plan.user.password = model::PlainPassword{.password = base::Secret("hunter2hunter2")};
  stage.RunRow(row);
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->replaced, R"({"first_name":"Old"})");
  EXPECT_EQ(effect->detail, model::kPasswordNotApplied);
  for (const http::Request& request : stage.transport.requests()) {
    if (request.method != http::Method::kPut) continue;
    EXPECT_EQ(request.body.Reveal(), R"({"first_name":"Ann"})");
  }
}

TEST(Adoption, AnUpdateWhoseAnswerNobodyHeardIsStillAnUpdate) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  TargetUser changed = There(kEmail, "");
  changed.first_name = "Ann";
  stage.target.AddUser(changed);
  stage.RunFor(std::chrono::minutes(10));
  const auto row = MakeRow(1, kEmail);
  row->plan.user.first_name = "Ann";
  model::Effect known;
  known.row = 1;
  known.state = model::EffectState::kSent;
  known.maybe_sent = true;
  known.intent_ms = stage.clock.WallNow().time_since_epoch().count();
  known.replaced = R"({"first_name":"Old"})";
  row->known_user = known;
  EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kUpdated);
  EXPECT_EQ(stage.target.updates_applied, 0);
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->provenance, model::Provenance::kUpdated);
  EXPECT_EQ(effect->replaced, known.replaced);
}

struct Repeated {
  const char* name;
  std::string password;
  std::string said;
  std::string kept;
};

const std::vector<Repeated> kRepeated = {
    {"whole", "hunter2hunter2", "the value hunter2hunter2 is weak", "the value [masked] is weak"},
    // Once a loop without an end: what it put in had the password in it again.
    {"a part of the mask", "mask", "the mask is weak", "the [masked] is weak"},
    {"cut", "hunter2hunter2", std::string(495, 'x') + "hunter2hunter2",
     std::string(495, 'x') + "[masked]…"},
};

TEST(Adoption, WordsThatRepeatAPasswordAreMasked) {
  for (const Repeated& one : kRepeated) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.target.refusal = R"({"message":")" + one.said + R"(","code":"password_strength_error"})";
    FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRefused);
    const auto row = MakeRow(1, kEmail);
    row->plan.user.password = model::PlainPassword{.password = base::Secret(one.password)};
    const model::Outcome outcome = stage.RunRow(row);
    EXPECT_EQ(outcome.reason, Reason::kPasswordRefused);
    EXPECT_EQ(outcome.target.message, one.kept);
  }
}

TEST(Adoption, LooksFirstAfterTwentyRefusals) {
  DispatchStage stage;
  for (int i = 0; i < 40; ++i) {
    stage.target.AddUser(There("u" + std::to_string(i) + "@x.example", ""));
  }
  stage.RunFor(std::chrono::minutes(10));
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(stage.RunRow(MakeRow(i + 1, "u" + std::to_string(i) + "@x.example")).kind,
              OutcomeKind::kAdopted);
  }
  EXPECT_EQ(stage.target.refused_as_existing, 20);
  EXPECT_EQ(PostsBelow(stage, support::kUsersPath), 20);
  // What is missing is still made.
  EXPECT_EQ(stage.RunRow(MakeRow(99, "new@x.example")).kind, OutcomeKind::kCreated);
}

}  // namespace
}  // namespace rehome::dispatch

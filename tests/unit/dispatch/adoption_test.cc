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

struct Case {
  const char* name;
  std::vector<TargetUser> there;
  std::string external_id;  // of the row
  OutcomeKind outcome;
  Reason reason;
  std::string detail;
};

TargetUser There(const std::string& email, const std::string& external_id, bool verified = true) {
  return {.id = "",
          .email = email,
          .external_id = external_id,
          .first_name = "",
          .verified = verified,
          .created = support::FakeClock::kStart};
}

const std::vector<Case> kAdoptionTable = {
    {"nobody has either", {}, "e1", OutcomeKind::kCreated, Reason::kNone, ""},
    {"same e-mail, no external_id in the file",
     {There(kEmail, "")},
     "",
     OutcomeKind::kAdopted,
     Reason::kNone,
     ""},
    {"same e-mail in other letters",
     {There("ANN@x.example", "")},
     "",
     OutcomeKind::kAdopted,
     Reason::kNone,
     ""},
    {"same e-mail, another external_id, none in the file",
     {There(kEmail, "other")},
     "",
     OutcomeKind::kAdopted,
     Reason::kNone,
     ""},
    {"same e-mail and external_id",
     {There(kEmail, "e1")},
     "e1",
     OutcomeKind::kAdopted,
     Reason::kNone,
     ""},
    {"same e-mail, no external_id there",
     {There(kEmail, "")},
     "e1",
     OutcomeKind::kAdopted,
     Reason::kNone,
     ""},
    {"e-mail belongs to another external_id",
     {There(kEmail, "other")},
     "e1",
     OutcomeKind::kParked,
     Reason::kUserEmailTaken,
     "user_01H1 has another external_id"},
    {"both belong to different accounts",
     {There(kEmail, ""), There("bob@x.example", "e1")},
     "e1",
     OutcomeKind::kParked,
     Reason::kUserSplit,
     "user_01H1 has the e-mail, user_01H2 the external_id"},
    {"two accounts with one e-mail",
     {There(kEmail, ""), There(kEmail, "")},
     "",
     OutcomeKind::kParked,
     Reason::kUserDuplicateOnTarget,
     "2 accounts"},
    {"unverified, by e-mail only",
     {There(kEmail, "", false)},
     "e1",
     OutcomeKind::kParked,
     Reason::kUserUnverified,
     "user_01H1"},
    {"unverified, but the external_id says it too",
     {There(kEmail, "e1", false)},
     "e1",
     OutcomeKind::kAdopted,
     Reason::kNone,
     ""},
};

RowJobPtr Row(const std::string& external_id) {
  auto row = MakeRow(1, kEmail);
  if (!external_id.empty()) row->plan.user.external_id = external_id;
  return row;
}

TEST(Adoption, FollowsTheTable) {
  for (const Case& one : kAdoptionTable) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    for (const TargetUser& user : one.there) stage.target.AddUser(user);
    stage.RunFor(std::chrono::minutes(10));
    const model::Outcome outcome = stage.RunRow(Row(one.external_id));
    EXPECT_EQ(outcome.kind, one.outcome);
    EXPECT_EQ(outcome.reason, one.reason);
    EXPECT_EQ(outcome.detail, one.detail);
    EXPECT_EQ(stage.target.updates_applied, 0);
    const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
    ASSERT_TRUE(effect.has_value());
    if (one.outcome == OutcomeKind::kAdopted) {
      EXPECT_EQ(effect->provenance, model::Provenance::kAdopted);
      EXPECT_EQ(outcome.user_id, "user_01H1");
    }
  }
}

TEST(Adoption, TheExternalIdOfAnotherEmailIsParked) {
  DispatchStage stage;
  stage.target.AddUser(There("bob@x.example", "e1"));
  // The target refuses the create for its external_id, so only the look-up tells whose it is.
  stage.settings.refusals_before_looking_first = 0;
  stage.Restart();
  const model::Outcome outcome = stage.RunRow(Row("e1"));
  EXPECT_EQ(outcome.kind, OutcomeKind::kParked);
  EXPECT_EQ(outcome.reason, Reason::kUserExternalIdTaken);
  EXPECT_EQ(outcome.detail, "by user_01H1");
  EXPECT_EQ(stage.target.users.size(), 1U);
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

TEST(Adoption, UnverifiedAccountsAreAdoptedWhenToldSo) {
  DispatchStage stage;
  stage.settings.adopt_unverified = true;
  stage.target.AddUser(There(kEmail, "", false));
  stage.RunFor(std::chrono::minutes(10));
  EXPECT_EQ(stage.RunRow(Row("")).kind, OutcomeKind::kAdopted);
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
    {"adopt", OnExisting::kAdopt, "Ann", OutcomeKind::kAdopted, Reason::kNone, true, 0},
    {"skip", OnExisting::kSkip, "Ann", OutcomeKind::kSkipped, Reason::kUserExists, false, 0},
    {"fail", OnExisting::kFail, "Ann", OutcomeKind::kFailed, Reason::kUserExists, false, 0},
    {"update", OnExisting::kUpdate, "Ann", OutcomeKind::kUpdated, Reason::kNone, true, 1},
    {"update, nothing differs", OnExisting::kUpdate, "Old", OutcomeKind::kUnchanged, Reason::kNone,
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

struct MembershipCase {
  const char* name;
  std::string status;
  std::vector<std::string> roles_there;
  OnExisting policy;
  OutcomeKind outcome;
  OutcomeKind row;
  Reason reason;
  Reason warning;
};

const std::vector<MembershipCase> kMemberships = {
    {"same role",
     "active",
     {"admin"},
     OnExisting::kAdopt,
     OutcomeKind::kUnchanged,
     OutcomeKind::kAdopted,
     Reason::kNone,
     Reason::kNone},
    {"other role, kept",
     "active",
     {"member"},
     OnExisting::kAdopt,
     OutcomeKind::kUnchanged,
     OutcomeKind::kAdopted,
     Reason::kNone,
     Reason::kWarnRoleDiffers},
    {"other role, updated",
     "active",
     {"member"},
     OnExisting::kUpdate,
     OutcomeKind::kUpdated,
     OutcomeKind::kUnchanged,
     Reason::kNone,
     Reason::kNone},
    {"inactive",
     "inactive",
     {"admin"},
     OnExisting::kAdopt,
     OutcomeKind::kSkipped,
     OutcomeKind::kSkipped,
     Reason::kMembershipInactive,
     Reason::kMembershipInactive},
    {"pending",
     "pending",
     {"admin"},
     OnExisting::kAdopt,
     OutcomeKind::kFailed,
     OutcomeKind::kFailed,
     Reason::kMembershipPending,
     Reason::kNone},
};

TEST(Adoption, LooksAtTheMembershipOfAnOldUserBeforeItPosts) {
  for (const MembershipCase& one : kMemberships) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.settings.on_existing = one.policy;
    stage.target.AddUser(There(kEmail, ""));
    stage.target.AddMembership({.id = "",
                                .user_id = "user_01H1",
                                .organization_id = "org_01Acme",
                                .roles = one.roles_there,
                                .status = one.status,
                                .created = support::FakeClock::kStart});
    stage.RunFor(std::chrono::minutes(10));
    const auto row = MakeRow(1, kEmail, "org_01Acme");
    row->plan.role_slugs = {"admin"};
    const model::Outcome outcome = stage.RunRow(row);
    EXPECT_EQ(row->membership_outcome, one.outcome);
    EXPECT_EQ(outcome.kind, one.row);
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 0);
    const auto effect = stage.journal.EffectOf(1, model::EffectKind::kMembership);
    ASSERT_TRUE(effect.has_value());
    EXPECT_EQ(effect->reason, one.reason);
    ASSERT_EQ(outcome.warnings.size(), one.warning == Reason::kNone ? 0U : 1U);
    for (const model::Warning& warning : outcome.warnings) EXPECT_EQ(warning.reason, one.warning);
  }
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

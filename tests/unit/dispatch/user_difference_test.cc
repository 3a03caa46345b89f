#include "dispatch/user_difference.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;

directory::UserObject Account() {
  directory::UserObject account;
  account.id = "user_01H1";
  account.email = "ann@x.example";
  account.first_name = "Anna";
  account.last_name = "Old";
  account.external_id = "old-1";
  account.metadata = {{"plan", "free"}, {"theirs", "kept"}};
  return account;
}

struct Case {
  const char* name;
  model::UserRecord user;
  std::string differs;
  std::string replaced = "{}";
};

model::UserRecord User() {
  model::UserRecord user;
  user.email = "ANN@x.example";
  return user;
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  cases.push_back({"fields that the file does not have", User(), ""});
  cases.push_back({"the same", User(), ""});
  cases.back().user.first_name = "Anna";
  cases.back().user.external_id = "old-1";
  cases.back().user.email_verified = false;
  cases.back().user.metadata = {{"plan", "free"}};
  cases.push_back({"names", User(),
                   R"(first_name: the file says "Ann", the account "Anna"; )"
                   R"(last_name: the file says "Lee", the account "Old")",
                   R"({"first_name":"Anna","last_name":"Old"})"});
  cases.back().user.first_name = "Ann";
  cases.back().user.last_name = "Lee";
  cases.push_back({"an external_id", User(),
                   R"(external_id: the file says "e1", the account "old-1")",
                   R"({"external_id":"old-1"})"});
  cases.back().user.external_id = "e1";
  cases.push_back({"verified in the file", User(),
                   R"(email_verified: the file says "true", the account "false")",
                   R"({"email_verified":false})"});
  cases.back().user.email_verified = true;
  cases.push_back({"metadata, of which one key is new", User(),
                   R"(metadata.plan: the file says "pro", the account "free"; )"
                   R"(metadata.seats: the file says "3", the account nothing)",
                   R"({"metadata.plan":"free","metadata.seats":""})"});
  cases.back().user.metadata = {{"plan", "pro"}, {"seats", "3"}};
  cases.push_back({"metadata that is called a secret", User(),
                   R"(metadata.api_token: the file says "[masked]", the account nothing)",
                   R"({"metadata.api_token":""})"});
  cases.back().user.metadata = {{"api_token", "hunter2"}};
  cases.push_back({"a password", User(), ""});
  cases.back().user.password = model::PlainPassword{.password = base::Secret("hunter2hunter2")};
  return cases;
}

TEST(UserDifference, NamesEachFieldWithBothValues) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    const UserDifference difference = DifferenceOf(one.user, Account());
    EXPECT_EQ(difference.differs, one.differs);
    EXPECT_EQ(difference.replaced, one.replaced);
    EXPECT_EQ(difference.any, !one.differs.empty());
    EXPECT_EQ(difference.fixed, "");
  }
}

TEST(UserDifference, AVerifiedAddressStaysVerified) {
  directory::UserObject account = Account();
  account.email_verified = true;
  model::UserRecord user = User();
  user.email_verified = false;
  const UserDifference difference = DifferenceOf(user, account);
  EXPECT_FALSE(difference.any);
  EXPECT_EQ(difference.differs, R"(email_verified: the file says "false", the account "true")");
  EXPECT_EQ(difference.fixed, difference.differs);
}

TEST(UserDifference, StaysShortHoweverMuchDiffers) {
  model::UserRecord user = User();
  for (int i = 0; i < 50; ++i) {
    user.metadata.emplace_back("key" + std::to_string(i), std::string(600, 'v'));
  }
  const UserDifference difference = DifferenceOf(user, Account());
  EXPECT_LT(difference.differs.size(), 700U);
  EXPECT_NE(difference.differs.find("metadata.key0: "), std::string::npos);
  EXPECT_TRUE(difference.differs.ends_with(" more fields")) << difference.differs;
}

/// Adopts ann, whom the target calls Old, for a row that calls her Ann.
RowJobPtr RowOfAnn(DispatchStage& stage) {
  stage.target.AddUser(
      {.id = "", .email = "ann@x.example", .external_id = "", .first_name = "Old"});
  stage.RunFor(std::chrono::minutes(10));
  auto row = MakeRow(1, "ann@x.example");
  row->plan.user.first_name = "Ann";
  return row;
}

constexpr const char* kWords = R"(first_name: the file says "Ann", the account "Old")";

TEST(AdoptionTells, TheRowKeepsWhatTheAccountHasOtherwise) {
  DispatchStage stage;
  const model::Outcome outcome = stage.RunRow(RowOfAnn(stage));
  EXPECT_EQ(outcome.kind, OutcomeKind::kAdopted);
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings.front().reason, Reason::kWarnFieldsDiffer);
  EXPECT_EQ(outcome.warnings.front().detail, kWords);
  EXPECT_EQ(outcome.warnings.front().column, "first_name");
  EXPECT_EQ(stage.target.users.front().first_name, "Old");
  EXPECT_EQ(stage.journal.EffectOf(1, model::EffectKind::kUser)->differs, kWords);
}

TEST(AdoptionTells, AnUpdateHasNothingLeftToTell) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  const model::Outcome outcome = stage.RunRow(RowOfAnn(stage));
  EXPECT_EQ(outcome.kind, OutcomeKind::kUpdated);
  EXPECT_TRUE(outcome.warnings.empty());
}

TEST(AdoptionTells, AProcessThatDiedBeforeTheRowWasDoneLosesNoWord) {
  DispatchStage stage;
  auto row = RowOfAnn(stage);
  model::Effect known;
  known.row = 1;
  known.state = model::EffectState::kDone;
  known.outcome = OutcomeKind::kAdopted;
  known.provenance = model::Provenance::kAdopted;
  known.target_id = "user_01H1";
  known.differs = kWords;
  row->known_user = known;
  const model::Outcome outcome = stage.RunRow(row);
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings.front().detail, kWords);
}

TEST(AdoptionTells, OnlyTheFirstRowOfAUserTells) {
  DispatchStage stage;
  auto lead = RowOfAnn(stage);
  auto follower = MakeRow(2, "ann@x.example");
  follower->plan.lead_row = 1;
  follower->plan.user = lead->plan.user;
  lead->plan.repeated_user = follower->plan.repeated_user = true;
  // The later row is the faster one.
  EXPECT_TRUE(stage.RunRow(follower).warnings.empty());
  EXPECT_EQ(stage.RunRow(lead).warnings.size(), 1U);
}

}  // namespace
}  // namespace rehome::dispatch

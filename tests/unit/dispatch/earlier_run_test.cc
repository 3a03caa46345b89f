#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;
using support::TargetUser;

constexpr const char* kEmail = "ann@x.example";

TargetUser Unverified(const std::string& external_id) {
  return {.id = "",
          .email = kEmail,
          .external_id = external_id,
          .first_name = "",
          .verified = false,
          .created = support::FakeClock::kStart};
}

TargetUser Verified() {
  TargetUser user = Unverified("");
  user.verified = true;
  return user;
}

RowJobPtr Row(const std::string& external_id) {
  auto row = MakeRow(1, kEmail);
  if (!external_id.empty()) row->plan.user.external_id = external_id;
  return row;
}

TEST(EarlierRun, ItsUnverifiedAccountsAreTreatedAsIfTheExternalIdMatched) {
  struct EarlierCase {
    OnExisting policy;
    OutcomeKind outcome;
  };
  for (const EarlierCase& one : {EarlierCase{OnExisting::kAdopt, OutcomeKind::kAdopted},
                                 EarlierCase{OnExisting::kUpdate, OutcomeKind::kUnchanged}}) {
    DispatchStage stage;
    stage.settings.on_existing = one.policy;
    stage.settings.made_by_earlier_run = [](std::string_view id) { return id == "user_01H1"; };
    stage.target.AddUser(Unverified(""));
    stage.RunFor(std::chrono::minutes(10));
    EXPECT_EQ(stage.RunRow(Row("")).kind, one.outcome);
  }
}

TEST(EarlierRun, IsAskedOnlyAboutUnverifiedAccountsThatMatchByEmailAlone) {
  std::vector<std::string> asked;
  const auto run = [&](const TargetUser& there, const std::string& external_id) {
    DispatchStage stage;
    stage.settings.made_by_earlier_run = [&](std::string_view id) {
      asked.emplace_back(id);
      return false;
    };
    stage.target.AddUser(there);
    stage.RunFor(std::chrono::minutes(10));
    return stage.RunRow(Row(external_id));
  };
  EXPECT_EQ(run(Verified(), "").kind, OutcomeKind::kAdopted);
  EXPECT_EQ(run(Unverified("e1"), "e1").kind, OutcomeKind::kAdopted);
  EXPECT_EQ(asked, std::vector<std::string>());
  const model::Outcome stranger = run(Unverified(""), "");
  EXPECT_EQ(stranger.kind, OutcomeKind::kParked);
  EXPECT_EQ(stranger.reason, Reason::kUserUnverified);
  EXPECT_EQ(asked, std::vector<std::string>{"user_01H1"});
}

}  // namespace
}  // namespace rehome::dispatch

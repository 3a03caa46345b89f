#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "kinds.h"

// What the two look-ups find × --on-existing: every cell, with what it may write.

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;
using support::TargetUser;

constexpr const char* kEmail = "ann@x.example";

/// The end of the row's user.
struct Cell {
  OutcomeKind outcome;
  Reason reason = Reason::kNone;
  std::string detail{};
  std::string put{};  // the body of the one change; empty = none
};

struct Row {
  const char* name;
  std::vector<TargetUser> there;
  std::string external_id;  // of the file
  Cell adopt;
  Cell skip;
  Cell update;
  Cell fail;
};

TargetUser There(const std::string& email, const std::string& external_id, bool verified = true) {
  return {.id = "",
          .email = email,
          .external_id = external_id,
          .first_name = "Old",
          .verified = verified,
          .created = support::FakeClock::kStart};
}

// The row of the file says that ann@x.example is called Ann; accounts are called Old.
std::vector<Row> Table() {
  const Cell created{OutcomeKind::kCreated};
  const Cell adopted{OutcomeKind::kAdopted};
  const Cell skipped{OutcomeKind::kSkipped, Reason::kUserExists};
  const Cell failed{OutcomeKind::kFailed, Reason::kUserExists, "user_01H1"};
  const Cell updated{OutcomeKind::kUpdated, Reason::kNone, "", R"({"first_name":"Ann"})"};
  const auto parked = [](Reason reason, const std::string& detail) {
    return Cell{OutcomeKind::kParked, reason, detail};
  };
  const Cell unverified = parked(Reason::kUserUnverified, "user_01H1");
  const auto always = [](const char* name, std::vector<TargetUser> there,
                         const std::string& external_id, const Cell& cell) {
    return Row{name, std::move(there), external_id, cell, cell, cell, cell};
  };
  return {
      always("e-mail absent, external_id absent", {There("bob@x.example", "other")}, "e1", created),
      {"account, no external_id in the file",
       {There(kEmail, "theirs")},
       "",
       adopted,
       skipped,
       updated,
       failed},
      {"account with the e-mail in other letters",
       {There("ANN@X.example", "")},
       "",
       adopted,
       skipped,
       updated,
       failed},
      {"account with the same external_id",
       {There(kEmail, "e1")},
       "e1",
       adopted,
       skipped,
       updated,
       failed},
      {"account without external_id, one in the file",
       {There(kEmail, "")},
       "e1",
       adopted,
       skipped,
       {OutcomeKind::kUpdated, Reason::kNone, "", R"({"first_name":"Ann","external_id":"e1"})"},
       failed},
      always("account with another external_id", {There(kEmail, "theirs")}, "e1",
             parked(Reason::kUserEmailTaken, "user_01H1 has another external_id")),
      always("e-mail absent, external_id of another e-mail", {There("bob@x.example", "e1")}, "e1",
             parked(Reason::kUserExternalIdTaken, "by user_01H1")),
      always("two different accounts", {There(kEmail, ""), There("bob@x.example", "e1")}, "e1",
             parked(Reason::kUserSplit, "user_01H1 has the e-mail, user_01H2 the external_id")),
      always("two accounts with the e-mail", {There(kEmail, ""), There("ANN@x.example", "")}, "",
             parked(Reason::kUserDuplicateOnTarget, "2 accounts: user_01H1, user_01H2")),
      always("two accounts with the e-mail, one with the external_id",
             {There(kEmail, "e1"), There(kEmail, "")}, "e1",
             parked(Reason::kUserDuplicateOnTarget, "2 accounts: user_01H1, user_01H2")),
      {"unverified account, by e-mail only",
       {There(kEmail, "", false)},
       "",
       unverified,
       skipped,
       unverified,
       failed},
      {"unverified account without external_id, one in the file",
       {There(kEmail, "", false)},
       "e1",
       unverified,
       skipped,
       unverified,
       failed},
      {"unverified account with the same external_id",
       {There(kEmail, "e1", false)},
       "e1",
       adopted,
       skipped,
       updated,
       failed},
  };
}

struct Policy {
  const char* name;
  OnExisting on_existing;
  Cell Row::*cell;
};

constexpr std::array<Policy, 4> kPolicies = {{
    {"adopt", OnExisting::kAdopt, &Row::adopt},
    {"skip", OnExisting::kSkip, &Row::skip},
    {"update", OnExisting::kUpdate, &Row::update},
    {"fail", OnExisting::kFail, &Row::fail},
}};

/// A stage with the accounts of a row, made long ago.
void Prepare(DispatchStage& stage, const Row& row, OnExisting on_existing, int refusals) {
  stage.settings.on_existing = on_existing;
  stage.settings.refusals_before_looking_first = refusals;
  stage.Restart();
  for (const TargetUser& user : row.there) stage.target.AddUser(user);
  stage.RunFor(std::chrono::minutes(10));
}

RowJobPtr RowOf(const Row& row) {
  auto job = MakeRow(1, kEmail, "org_01Acme");
  job->plan.user.first_name = "Ann";
  if (!row.external_id.empty()) job->plan.user.external_id = row.external_id;
  return job;
}

void ExpectCell(const Cell& cell, const DispatchStage& stage, const model::Outcome& outcome) {
  EXPECT_EQ(model::NameOf(outcome.kind), model::NameOf(cell.outcome));
  EXPECT_EQ(model::CodeOf(outcome.reason), model::CodeOf(cell.reason));
  EXPECT_EQ(outcome.detail, cell.detail);
  // Whose account it is when there is just one that can be meant.
  const bool parked = cell.outcome == OutcomeKind::kParked;
  const bool created = cell.outcome == OutcomeKind::kCreated;
  if (!parked && !created) {
    EXPECT_EQ(outcome.user_id, "user_01H1");
  }
  std::string puts;
  for (const http::Request& request : stage.transport.requests()) {
    if (request.method == http::Method::kPut) puts += request.body.Reveal();
  }
  EXPECT_EQ(puts, cell.put);
  const bool member = cell.outcome == OutcomeKind::kCreated ||
                      cell.outcome == OutcomeKind::kAdopted ||
                      cell.outcome == OutcomeKind::kUpdated;
  EXPECT_EQ(stage.target.memberships.size(), member ? 1U : 0U) << "memberships";
  if (!member) {
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 0);
  }
}

TEST(AdoptionTable, EveryCell) {
  for (const Row& row : Table()) {
    for (const Policy& policy : kPolicies) {
      // Found since the create was refused, and since users are looked up first.
      for (const int refusals : {20, 0}) {
        SCOPED_TRACE(std::string(row.name) + " × " + policy.name + ", " + std::to_string(refusals));
        DispatchStage stage;
        Prepare(stage, row, policy.on_existing, refusals);
        const std::size_t users_before = stage.target.users.size();
        const model::Outcome outcome = stage.RunRow(RowOf(row));
        const Cell& cell = row.*policy.cell;
        ExpectCell(cell, stage, outcome);
        const bool creates = cell.outcome == OutcomeKind::kCreated;
        EXPECT_EQ(stage.target.users.size(), users_before + (creates ? 1U : 0U));
        for (std::size_t i = 0; i < users_before && cell.put.empty(); ++i) {
          EXPECT_EQ(stage.target.users[i].first_name, "Old");
          EXPECT_EQ(stage.target.users[i].external_id, row.there[i].external_id);
        }
      }
    }
  }
}

TEST(AdoptionTable, UnverifiedAccountsAreLikeOthersWhenToldSo) {
  for (const Row& row : Table()) {
    for (const Policy& policy : kPolicies) {
      if ((row.*policy.cell).reason != Reason::kUserUnverified) continue;
      SCOPED_TRACE(std::string(row.name) + " × " + policy.name);
      DispatchStage stage;
      stage.settings.adopt_unverified = true;
      Prepare(stage, row, policy.on_existing, 20);
      const auto wanted =
          policy.on_existing == OnExisting::kUpdate ? OutcomeKind::kUpdated : OutcomeKind::kAdopted;
      EXPECT_EQ(stage.RunRow(RowOf(row)).kind, wanted);
    }
  }
}

TEST(AdoptionTable, DuplicatesOnTheTargetRaiseTheAlarm) {
  DispatchStage stage;
  for (int i = 0; i < 4; ++i) stage.target.AddUser(There(kEmail, ""));
  stage.RunFor(std::chrono::minutes(10));
  const model::Outcome outcome = stage.RunRow(MakeRow(7, kEmail));
  EXPECT_EQ(outcome.reason, Reason::kUserDuplicateOnTarget);
  EXPECT_EQ(outcome.detail, "4 accounts: user_01H1, user_01H2, user_01H3, …");
  const std::vector<journal::Event> events = stage.journal.events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.front().type, "duplicate_on_target");
  EXPECT_EQ(events.front().json,
            R"({"row":7,"user_ids":["user_01H1","user_01H2","user_01H3","user_01H4"]})");
}

}  // namespace
}  // namespace rehome::dispatch

// A user whose password the target refuses is made without it, where the user asked for that.
#include <gtest/gtest.h>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;

constexpr const char* kWeak =
    R"({"code":"password_strength_error","errors":[{"code":"password_too_short","message":"Too short."}]})";

struct Case {
  const char* name;
  const char* refusal;
  bool drops;
  int refused;
  OutcomeKind outcome;
  Reason reason;
  std::size_t posts;
};

const Case kCases[] = {
    {"dropped", kWeak, true, 1, OutcomeKind::kCreated, Reason::kNone, 2},
    {"not asked for", kWeak, false, 1, OutcomeKind::kFailed, Reason::kPasswordRefused, 1},
    {"refused for something else",
     R"({"message":"Validation failed","code":"invalid_request_parameters"})", true, 1,
     OutcomeKind::kFailed, Reason::kUserRefused, 1},
    // It says so of a user without one: that is a refusal like any other.
    {"refused without it too", kWeak, true, 2, OutcomeKind::kFailed, Reason::kPasswordRefused, 2},
};

TEST(DroppedPassword, IsTakenOutOnceAndOnlyWhenItWasRefused) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.settings.drop_refused_passwords = one.drops;
    stage.target.refusal = one.refusal;
    FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRefused, one.refused);
    const auto row = MakeRow(1, "ann@example.com");
    row->plan.user.password = model::PlainPassword{.password = base::Secret("hunter2hunter2")};
    const model::Outcome outcome = stage.RunRow(row);
    EXPECT_EQ(outcome.kind, one.outcome);
    EXPECT_EQ(outcome.reason, one.reason);
    const auto& posts = stage.transport.requests();
    ASSERT_EQ(posts.size(), one.posts);
    EXPECT_NE(posts[0].body.Reveal().find("hunter2"), std::string::npos);
    if (one.posts < 2) continue;
    EXPECT_EQ(posts[1].body.Reveal().find("password"), std::string::npos);
    EXPECT_NE(posts[0].idempotency_key, posts[1].idempotency_key);
    if (one.outcome != OutcomeKind::kCreated) continue;
    ASSERT_EQ(outcome.warnings.size(), 1U);
    EXPECT_EQ(outcome.warnings.front().reason, Reason::kWarnPasswordDropped);
  }
}

}  // namespace
}  // namespace rehome::dispatch

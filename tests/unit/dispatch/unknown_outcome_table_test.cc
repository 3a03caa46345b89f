#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kinds.h"

// Every answer, and every lack of one, to every kind of request: one table, whose cells say what
// follows. What only one kind of object has is in unknown_outcome_test.cc, what a process that dies
// leaves behind in resume_test.cc, what becomes of changes in update_test.cc.

namespace rehome::dispatch {
namespace {

using model::EffectKind;
using model::OutcomeKind;
using model::Reason;
using std::chrono::seconds;
using support::Answered;
using support::Broken;
using support::Scripted;

/// What an answer is an answer to.
struct Asked {
  const char* name;
  EffectKind kind;
  http::Method method;
  OutcomeKind well;  // what the object ends as when all goes well
};

constexpr std::array<Asked, 3> kCreates = {{
    {"organization create", EffectKind::kOrganization, http::Method::kPost, OutcomeKind::kCreated},
    {"user create", EffectKind::kUser, http::Method::kPost, OutcomeKind::kCreated},
    {"membership create", EffectKind::kMembership, http::Method::kPost, OutcomeKind::kCreated},
}};
constexpr std::array<Asked, 2> kChanges = {{
    {"user change", EffectKind::kUser, http::Method::kPut, OutcomeKind::kUpdated},
    {"membership change", EffectKind::kMembership, http::Method::kPut, OutcomeKind::kUpdated},
}};
constexpr std::array<Asked, 3> kLookUps = {{
    {"organization look-up", EffectKind::kOrganization, http::Method::kGet, OutcomeKind::kAdopted},
    {"user look-up", EffectKind::kUser, http::Method::kGet, OutcomeKind::kAdopted},
    {"membership look-up", EffectKind::kMembership, http::Method::kGet, OutcomeKind::kUnchanged},
}};

/// What follows.
struct Then {
  enum class What {
    kSentAgain,   ///< without a look: surely not applied, or a read
    kLooked,      ///< looked up and found: not sent again
    kLookedSent,  ///< looked up, absent, sent again
    kAskedFresh,  ///< a read: again on a fresh connection, when no cache has the answer any more
    kFailed,      ///< with `reason`
    kRunEnds,     ///< with `code`
  };
  What what = What::kSentAgain;
  Reason reason = Reason::kNone;
  base::ErrorCode code = base::ErrorCode::kInternal;
};

constexpr Then kSentAgain{Then::What::kSentAgain};
constexpr Then kLooked{Then::What::kLooked};
constexpr Then kLookedSent{Then::What::kLookedSent};
constexpr Then kAskedFresh{Then::What::kAskedFresh};
constexpr Then Fails(Reason reason) { return {Then::What::kFailed, reason}; }
constexpr Then RunEnds(base::ErrorCode code) { return {Then::What::kRunEnds, Reason::kNone, code}; }

/// One row of the table: what comes back for the first request of a kind, and what follows for a
/// create, a change and a look-up.
struct Row {
  const char* name;
  Fault fault;
  Then create;
  Then change;
  Then look_up;
  int mismatches = 0;
  Scripted answer = Answered(500, "");  // of Fault::kAnswer and kAnswerAfter
};

constexpr const char* kTrouble = R"({"message":"Internal server error"})";
constexpr const char* kPage = "<html><head><title>502 Bad Gateway</title></head></html>";

Scripted Page(int status) {
  Scripted scripted = Answered(status, kPage);
  scripted.completion.response->content_type = "text/html";
  return scripted;
}

std::vector<Row> Table() {
  const auto auth = RunEnds(base::ErrorCode::kAuth);
  const auto too_large = Fails(Reason::kPayloadTooLarge);
  using Kind = http::TransportError::Kind;
  std::vector<Row> rows = {
      {"name look-up, connect, handshake", Fault::kNotSent, kSentAgain, kSentAgain, kSentAgain},
      {"certificate", Fault::kAnswer, RunEnds(base::ErrorCode::kTls),
       RunEnds(base::ErrorCode::kTls), RunEnds(base::ErrorCode::kTls), 0,
       Broken(Kind::kCertificate, "expired")},
      {"reset, not applied", Fault::kResetBefore, kLookedSent, kLookedSent, kSentAgain},
      {"reset, applied", Fault::kResetAfter, kLooked, kLooked, kSentAgain},
      {"timeout, not applied", Fault::kTimeoutBefore, kLookedSent, kLookedSent, kSentAgain},
      {"timeout, applied", Fault::kTimeoutAfter, kLooked, kLooked, kSentAgain},
      {"503 with Retry-After", Fault::k503Before, kLookedSent, kLookedSent, kSentAgain},
      {"429", Fault::kRateLimited, kSentAgain, kSentAgain, kSentAgain},
      {"2xx, cut, not applied", Fault::kUnreadableBefore, kLookedSent, kLookedSent, kAskedFresh, 1},
      {"2xx, cut, applied", Fault::kUnreadableAfter, kLooked, kLooked, kAskedFresh, 1},
      {"2xx, other object, not applied", Fault::kOtherObjectBefore, kLookedSent, kLookedSent,
       kAskedFresh, 1},
      {"2xx, other object, applied", Fault::kOtherObjectAfter, kLooked, kLooked, kAskedFresh, 1},
      {"2xx, Age over 0", Fault::kCachedAfter, kLooked, kLooked, kAskedFresh, 1},
      {"2xx, empty, applied", Fault::kAnswerAfter, kLooked, kLooked, kAskedFresh, 1,
       Answered(200, "")},
      {"2xx, a page, not applied", Fault::kAnswer, kLookedSent, kLookedSent, kAskedFresh, 1,
       Page(200)},
      {"2xx, another type of object", Fault::kAnswerAfter, kLooked, kLooked, kAskedFresh, 1,
       Answered(200, R"({"object":"role","id":"role_01"})")},
      {"401", Fault::kUnauthorized, auth, auth, auth},
      {"403", Fault::kAnswer, auth, auth, auth, 0, Answered(403, R"({"message":"Forbidden"})")},
      {"3xx", Fault::kRedirect, RunEnds(base::ErrorCode::kInternal),
       RunEnds(base::ErrorCode::kInternal), RunEnds(base::ErrorCode::kInternal)},
      {"413", Fault::kAnswer, too_large, too_large, too_large, 0, Answered(413, "{}")},
      {"414", Fault::kAnswer, too_large, too_large, too_large, 0, Answered(414, "{}")},
      {"431", Fault::kAnswer, too_large, too_large, too_large, 0, Answered(431, "{}")},
  };
  for (const int status : {408, 500, 502, 504, 520}) {
    static constexpr std::array<const char*, 2> kNames = {"5xx or 408, not applied",
                                                          "5xx or 408, applied"};
    rows.push_back({kNames[0], Fault::kAnswer, kLookedSent, kLookedSent, kSentAgain, 0,
                    Answered(status, kTrouble)});
    rows.push_back({kNames[1], Fault::kAnswerAfter, kLooked, kLooked, kSentAgain, 0,
                    Answered(status, kTrouble)});
  }
  rows.push_back({"5xx as a page of the edge", Fault::kAnswerAfter, kLooked, kLooked, kSentAgain, 0,
                  Page(502)});
  return rows;
}

/// The user, or the organization, that a change or a look-up is about.
void AddWhatIsThere(DispatchStage& stage, const Asked& asked) {
  const auto created = support::FakeClock::kStart;
  stage.target.AddOrganization(
      {.id = "org_01Acme", .name = "Acme", .external_id = "acme", .created = created});
  stage.target.AddUser({.id = "user_01Ann",
                        .email = "ann@x.example",
                        .external_id = "",
                        .first_name = "Old",
                        .created = created});
  const bool changes = asked.method == http::Method::kPut;
  stage.target.AddMembership({.id = "",
                              .user_id = "user_01Ann",
                              .organization_id = "org_01Acme",
                              .roles = {changes ? "member" : "admin"},
                              .created = created});
  if (changes) stage.settings.on_existing = OnExisting::kUpdate;
  stage.settings.refusals_before_looking_first = 0;
}

bool IsAsked(const http::Request& request, const Asked& asked) {
  return request.method == asked.method && support::IsBelow(request, PathOf(asked.kind));
}

/// Plays one cell and gives what the object ended as.
model::Effect Play(DispatchStage& stage, const Asked& asked, const Row& row) {
  const bool creates = asked.method == http::Method::kPost;
  if (!creates) AddWhatIsThere(stage, asked);
  stage.target.answer = row.answer;
  stage.target.retry_after = "7";
  stage.Restart();
  stage.RunFor(std::chrono::minutes(10));
  Reach(stage);
  FailFirst(stage, asked.method, PathOf(asked.kind), row.fault);
  if (asked.kind == EffectKind::kOrganization) {
    return stage.RunOrganization(MakeOrganization("acme", "Acme")).effect;
  }
  const bool user_only = asked.kind == EffectKind::kUser;
  auto job = user_only ? MakeRow(1, "ann@x.example") : MakeRow(1, "ann@x.example", "org_01Acme");
  job->plan.user.first_name = asked.method == http::Method::kPut && user_only ? "Ann" : "Old";
  if (!user_only) job->plan.role_slugs = {"admin"};
  stage.RunRow(std::move(job));
  return stage.journal.EffectOf(1, asked.kind).value_or(model::Effect{});
}

/// The requests from the first that was asked for on.
std::vector<std::size_t> FromFirst(const DispatchStage& stage, const Asked& asked,
                                   std::size_t after) {
  std::vector<std::size_t> from;
  const auto& requests = stage.transport.requests();
  for (std::size_t i = after; i < requests.size(); ++i) {
    if (from.empty() && !IsAsked(requests[i], asked)) continue;
    from.push_back(i);
  }
  return from;
}

void ExpectThen(const Then& then, const DispatchStage& stage, const Asked& asked,
                const model::Effect& effect) {
  const auto& requests = stage.transport.requests();
  const std::vector<std::size_t> from = FromFirst(stage, asked, 1);  // behind that of Reach
  ASSERT_FALSE(from.empty());
  int sent = 0;
  for (const std::size_t i : from) sent += IsAsked(requests[i], asked) ? 1 : 0;
  const http::Request* next = from.size() > 1 ? &requests[from[1]] : nullptr;
  const auto waited = [&] {
    return stage.transport.starts()[from[1]] - stage.transport.starts()[from[0]];
  };
  switch (then.what) {
    case Then::What::kRunEnds:
      ASSERT_TRUE(stage.dispatcher->failure().has_value());
      EXPECT_EQ(stage.dispatcher->failure()->code, then.code);
      EXPECT_EQ(from.size(), 1U) << "nothing more leaves";
      EXPECT_NE(effect.state, model::EffectState::kDone);
      return;
    case Then::What::kFailed:
      EXPECT_EQ(effect.state, model::EffectState::kFailed);
      EXPECT_EQ(effect.reason, then.reason);
      EXPECT_EQ(sent, 1);
      return;
    case Then::What::kSentAgain:
    case Then::What::kAskedFresh:
      ASSERT_NE(next, nullptr);
      EXPECT_TRUE(IsAsked(*next, asked)) << "without a look";
      EXPECT_EQ(next->idempotency_key, requests[from[0]].idempotency_key);
      break;
    case Then::What::kLooked:
    case Then::What::kLookedSent:
      ASSERT_NE(next, nullptr);
      EXPECT_EQ(next->method, http::Method::kGet);
      EXPECT_EQ(next->connection, http::Connection::kFresh);
      EXPECT_EQ(sent, then.what == Then::What::kLooked ? 1 : 2);
      break;
  }
  if (then.what == Then::What::kAskedFresh) {
    EXPECT_EQ(next->connection, http::Connection::kFresh);
    EXPECT_GT(waited(), seconds(5));
  }
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(effect.state, model::EffectState::kDone);
  EXPECT_EQ(effect.outcome, asked.well);
}

void PlayRow(const Row& row, const Asked& asked, const Then& then) {
  SCOPED_TRACE(std::string(row.name) + " × " + asked.name);
  DispatchStage stage;
  const model::Effect effect = Play(stage, asked, row);
  ExpectThen(then, stage, asked, effect);
  EXPECT_EQ(stage.counters.mismatched_answers.load(), row.mismatches);
  EXPECT_TRUE(stage.target.AppliedTwice().empty());
  EXPECT_LE(stage.target.updates_applied, 1);
}

TEST(UnknownOutcomeTable, Creates) {
  for (const Row& row : Table()) {
    for (const Asked& asked : kCreates) PlayRow(row, asked, row.create);
  }
}

TEST(UnknownOutcomeTable, Changes) {
  for (const Row& row : Table()) {
    for (const Asked& asked : kChanges) PlayRow(row, asked, row.change);
  }
}

TEST(UnknownOutcomeTable, LookUps) {
  for (const Row& row : Table()) {
    for (const Asked& asked : kLookUps) PlayRow(row, asked, row.look_up);
  }
}

constexpr Reason PlainRefusalOf(EffectKind kind) {
  switch (kind) {
    case EffectKind::kOrganization:
      return Reason::kOrganizationRefused;
    case EffectKind::kUser:
      return Reason::kUserRefused;
    case EffectKind::kMembership:
      return Reason::kMembershipRefused;
  }
  return Reason::kNone;
}

TEST(UnknownOutcomeTable, RefusalsArePermanentWhateverWasAsked) {
  for (const int status : {400, 422}) {
    const Row row{.name = "refused",
                  .fault = Fault::kAnswer,
                  .create = {},
                  .change = {},
                  .look_up = {},
                  .answer = Answered(status, R"({"message":"No","code":"never_heard_of"})")};
    const auto play = [&](const Asked& asked) {
      PlayRow(row, asked, Fails(PlainRefusalOf(asked.kind)));
    };
    for (const Asked& asked : kCreates) play(asked);
    for (const Asked& asked : kChanges) play(asked);
    for (const Asked& asked : kLookUps) play(asked);
  }
}

TEST(UnknownOutcomeTable, AKeyThatIsBeingWorkedOnIsWaitedForUnderTheSameKey) {
  const Scripted pending = Answered(409, R"({"message":"in progress","code":"idempotency_error"})");
  for (const bool applied : {false, true}) {
    const Row row{.name = "409 of the idempotency key",
                  .fault = applied ? Fault::kAnswerAfter : Fault::kAnswer,
                  .create = {},
                  .change = {},
                  .look_up = {},
                  .answer = pending};
    for (const Asked& asked : kCreates) PlayRow(row, asked, applied ? kLooked : kLookedSent);
  }
}

// The look-ups give up before the target shows it, so it is sent again: that it exists then says
// that the first one was applied.
TEST(UnknownOutcomeTable, ADuplicateAfterACreateInDoubtIsOurs) {
  for (const Asked& asked : kCreates) {
    SCOPED_TRACE(asked.name);
    DispatchStage stage;
    stage.target.lag = seconds(70);
    Reach(stage);
    FailFirst(stage, asked.method, PathOf(asked.kind), Fault::kResetAfter);
    const model::Effect effect = MakeOne(stage, asked.kind);
    EXPECT_EQ(effect.outcome, OutcomeKind::kCreated);
    EXPECT_EQ(effect.provenance, model::Provenance::kCreatedInDoubt);
    EXPECT_EQ(PostsBelow(stage, PathOf(asked.kind)), 2);
    EXPECT_EQ(stage.target.refused_as_existing, 1);
    EXPECT_TRUE(stage.target.AppliedTwice().empty());
  }
}

/// Three objects of the kind that is asked for, each with wrong answers to it and no others.
void StartThree(DispatchStage& stage, const Asked& asked) {
  for (int i = 1; i <= 3; ++i) {
    const std::string n = std::to_string(i);
    if (asked.kind == EffectKind::kOrganization) {
      model::Organization organization = MakeOrganization("acme" + n, "Acme " + n);
      organization.first_row = i;
      stage.dispatcher->EnsureOrganization(
          organization, std::nullopt, [] {}, [](const model::Effect&, EnsureTask::Ending) {});
      continue;
    }
    if (asked.method != http::Method::kPost) {
      stage.target.AddUser({.id = "user_01U" + n,
                            .email = Email(i),
                            .external_id = "",
                            .first_name = "Old",
                            .created = support::FakeClock::kStart});
      stage.target.AddMembership({.id = "",
                                  .user_id = "user_01U" + n,
                                  .organization_id = "org_01Acme",
                                  .roles = {"member"},
                                  .created = support::FakeClock::kStart});
    }
    auto row = MakeRow(i, Email(i), "org_01Acme");
    row->plan.user.first_name = asked.kind == EffectKind::kUser ? "New" : "Old";
    row->plan.role_slugs = {asked.kind == EffectKind::kUser ? "member" : "admin"};
    stage.Submit(std::move(row));
  }
}

TEST(UnknownOutcomeTable, ThreeWrongAnswersOfAnyKindStopTheRun) {
  std::vector<Asked> all(kCreates.begin(), kCreates.end());
  all.insert(all.end(), kChanges.begin(), kChanges.end());
  all.insert(all.end(), kLookUps.begin(), kLookUps.end());
  for (const Asked& asked : all) {
    SCOPED_TRACE(asked.name);
    DispatchStage stage;
    if (asked.method != http::Method::kPost) {
      stage.settings.on_existing = OnExisting::kUpdate;
      stage.settings.refusals_before_looking_first = 0;
      stage.Restart();
      stage.RunFor(std::chrono::minutes(10));
    }
    Reach(stage);
    FailFirst(stage, asked.method, PathOf(asked.kind), Fault::kOtherObjectBefore, 1000);
    StartThree(stage, asked);
    stage.Run();
    ASSERT_TRUE(stage.dispatcher->failure().has_value());
    EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kLimit);
    EXPECT_NE(stage.dispatcher->failure()->message.find("(a cache, a proxy)"), std::string::npos);
    EXPECT_EQ(stage.counters.mismatched_answers.load(), 3);
    for (const model::Effect& effect : stage.journal.effects()) {
      EXPECT_EQ(effect.target_id.find("Other"), std::string::npos) << "a phantom was recorded";
    }
  }
}

}  // namespace
}  // namespace rehome::dispatch

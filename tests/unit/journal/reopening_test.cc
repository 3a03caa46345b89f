#include "journal/reopening.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "journal_fixture.h"
#include "support/memory_journal.h"

namespace rehome::journal {
namespace {

using model::EffectKind;
using model::EffectState;
using model::OutcomeKind;

constexpr base::Duration kNoPatience{0};

model::Outcome OutcomeOf(std::int64_t row, OutcomeKind kind) {
  model::Outcome outcome;
  outcome.row = row;
  outcome.kind = kind;
  return outcome;
}

model::Effect EffectIn(std::int64_t row, EffectKind kind, EffectState state, bool maybe_sent) {
  model::Effect effect;
  effect.row = row;
  effect.kind = kind;
  effect.state = state;
  effect.maybe_sent = maybe_sent;
  effect.request_id = "run.1-" + std::to_string(row);
  if (state == EffectState::kParked) effect.reason = model::Reason::kOutcomeUnknown;
  return effect;
}

/// Ten rows in two chunks: 1 created, 2 failed, 3 parked and perhaps sent, 4 parked and never sent,
/// 5 rejected, 6 to 10 created.
class Reopen : public JournalTest {
 protected:
  void SetUp() override {
    Create(2);
    auto journal = Open();
    std::vector<Record> records = {OutcomeOf(1, OutcomeKind::kCreated),
                                   EffectIn(1, EffectKind::kUser, EffectState::kDone, true),
                                   OutcomeOf(2, OutcomeKind::kFailed),
                                   EffectIn(2, EffectKind::kUser, EffectState::kDone, true),
                                   EffectIn(2, EffectKind::kMembership, EffectState::kFailed, true),
                                   OutcomeOf(3, OutcomeKind::kParked),
                                   EffectIn(3, EffectKind::kUser, EffectState::kParked, true),
                                   OutcomeOf(4, OutcomeKind::kParked),
                                   EffectIn(4, EffectKind::kUser, EffectState::kParked, false),
                                   OutcomeOf(5, OutcomeKind::kRejected),
                                   ChunkChange{0, Chunk::State::kCompleted},
                                   ChunkChange{1, Chunk::State::kCompleted}};
    for (std::int64_t row = 6; row <= 10; ++row) {
      records.emplace_back(OutcomeOf(row, OutcomeKind::kCreated));
    }
    ASSERT_TRUE(AppendAndWait(*journal, records).ok());
    ASSERT_TRUE(journal->Close().ok());
  }

  void Do(const Reopening& reopening) {
    const auto done = ReopenRows(path(), reopening, kNoPatience);
    ASSERT_TRUE(done.ok()) << done.error().message;
  }
  std::string Outcomes() {
    std::string rows;
    const auto visited = Read()->VisitOutcomes(
        [&](const model::Outcome& outcome) { rows += std::to_string(outcome.row) + " "; });
    EXPECT_TRUE(visited.ok());
    return rows;
  }
  std::string Effects() {
    std::string effects;
    const auto visited = Read()->VisitEffects([&](const model::Effect& effect) {
      effects += std::to_string(effect.row) + " " + std::string(NameOf(effect.kind)) + " " +
                 std::string(NameOf(effect.state)) + (effect.maybe_sent ? " maybe_sent\n" : "\n");
    });
    EXPECT_TRUE(visited.ok());
    return effects;
  }
};

TEST_F(Reopen, OpensWhatFailedOrWasParkedAndNothingElse) {
  Do({.event = {.at_ms = 7, .type = "retried", .json = "{}"}});
  EXPECT_EQ(Outcomes(), "1 5 6 7 8 9 10 ");
  const auto chunks = Read()->Chunks();
  ASSERT_TRUE(chunks.ok());
  EXPECT_EQ((*chunks)[0].state, Chunk::State::kQueued);
  EXPECT_EQ((*chunks)[1].state, Chunk::State::kCompleted);
}

TEST_F(Reopen, ForgetsWhatFailedForGoodAndKeepsWhatMayHaveBeenSent) {
  Do({});
  EXPECT_EQ(Effects(),
            "1 user done maybe_sent\n"
            "2 user done maybe_sent\n"
            "3 user unknown maybe_sent\n");
}

// Judged: what is there is not what we sent. In doubt it would count as ours when it is younger.
TEST_F(Reopen, ForgetsAnAccountThatWasJudgedToBeAnothers) {
  {
    auto journal = Open();
    model::Effect seen = EffectIn(3, EffectKind::kUser, EffectState::kParked, true);
    seen.reason = model::Reason::kUserUnverified;
    ASSERT_TRUE(AppendAndWait(*journal, {seen}).ok());
    ASSERT_TRUE(journal->Close().ok());
  }
  Do({});
  EXPECT_EQ(Effects(),
            "1 user done maybe_sent\n"
            "2 user done maybe_sent\n");
}

// Rows 3 and 1 change places: neither may be overwritten on its way.
TEST_F(Reopen, MovesEffectsToOtherRowsAndKeys) {
  Do({.moved = {
          .users = {{.from = 3, .to = 1, .key = "user:1"}, {.from = 1, .to = 3, .key = ""}}}});
  EXPECT_EQ(Effects(),
            "1 user unknown maybe_sent\n"
            "2 user done maybe_sent\n"
            "3 user done maybe_sent\n");
  auto journal = Open();
  const auto found = FindAndWait(*journal, "user:1");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->row, 1);
  ASSERT_TRUE(journal->Close().ok());
}

TEST_F(Reopen, KeepsWhatIsDoneAndNamedNoMoreBehindAllRows) {
  Do({.moved = {.users = {{.from = 1, .to = 0, .key = ""}, {.from = 3, .to = 0, .key = ""}}}});
  EXPECT_EQ(Effects(),
            "2 user done maybe_sent\n"
            "12 user done maybe_sent\n");
}

TEST_F(Reopen, GivesAMembershipInDoubtToTheRowThatSharesIt) {
  {
    auto journal = Open();
    const model::Effect shared = EffectIn(3, EffectKind::kMembership, EffectState::kParked, true);
    ASSERT_TRUE(AppendAndWait(*journal, {shared}).ok());
    ASSERT_TRUE(journal->Close().ok());
  }
  Do({.moved = {.memberships = {{.from = 3, .to = 5, .key = ""}}}});
  EXPECT_EQ(Effects(),
            "1 user done maybe_sent\n"
            "2 user done maybe_sent\n"
            "3 user unknown maybe_sent\n"
            "5 membership unknown maybe_sent\n");
}

TEST_F(Reopen, RaisesTheEpochSoThatTheRestIsLoaded) {
  const std::int64_t before = Read()->epoch();
  Do({});
  EXPECT_EQ(Read()->epoch(), before + 1);
}

TEST_F(Reopen, OpensRejectedRowsThatWereCorrectedAndTakesTheNewMap) {
  Do({.rejected_rows = {5},
      .corrections = {{.row = 5, .column = "email", .begin = 40, .end = 44, .bytes = "e@x.com"}},
      .chunks = {
          {.number = 0, .begin = 0, .end = 203, .first_row = 1, .first_line = 2, .rows = 10}}});
  EXPECT_EQ(Outcomes(), "1 6 7 8 9 10 ");
  const auto chunks = Read()->Chunks();
  ASSERT_TRUE(chunks.ok());
  ASSERT_EQ(chunks->size(), 1U);
  EXPECT_EQ(chunks->front().end, 203);
  EXPECT_EQ(chunks->front().state, Chunk::State::kQueued);
  const auto corrections = Read()->Corrections();
  ASSERT_TRUE(corrections.ok());
  ASSERT_EQ(corrections->size(), 1U);
  EXPECT_EQ(corrections->front().bytes, "e@x.com");
  EXPECT_EQ(corrections->front().row, 5);
}

TEST_F(Reopen, TheLastCorrectionOfACellCounts) {
  Do({.corrections = {{.row = 5, .column = "email", .begin = 40, .end = 44, .bytes = "first"}}});
  Do({.corrections = {{.row = 5, .column = "email", .begin = 40, .end = 44, .bytes = "second"}}});
  const auto corrections = Read()->Corrections();
  ASSERT_TRUE(corrections.ok());
  ASSERT_EQ(corrections->size(), 1U);
  EXPECT_EQ(corrections->front().bytes, "second");
}

// Whatever was tried for the old e-mail is not looked for under the new one, or an account that is
// somebody else's would be taken for ours.
TEST_F(Reopen, ForgetsTheUserOfACorrectedEmailAndSaysThatItMayBeThere) {
  Do({.moved = {.users = {{.from = 3, .to = 0, .key = ""}}},
      .event = {.at_ms = 7, .type = "retried", .json = "{}"}});
  EXPECT_EQ(Effects(),
            "1 user done maybe_sent\n"
            "2 user done maybe_sent\n");
  std::vector<Event> events;
  ASSERT_TRUE(Read()->VisitEvents([&](const Event& event) { events.push_back(event); }).ok());
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].type, "left_in_doubt");
  EXPECT_EQ(events[0].json, R"({"row":3,"kind":"user","request_id":"run.1-3"})");
  EXPECT_EQ(events[1].type, "retried");
}

TEST_F(Reopen, SwapsMembershipsAndKeepsTheDoneOneThatNobodyWants) {
  {
    auto journal = Open();
    std::vector<Record> records = {
        EffectIn(3, EffectKind::kMembership, EffectState::kParked, true),
        EffectIn(5, EffectKind::kMembership, EffectState::kUnknown, true),
        EffectIn(6, EffectKind::kMembership, EffectState::kDone, true),
    };
    ASSERT_TRUE(AppendAndWait(*journal, records).ok());
    ASSERT_TRUE(journal->Close().ok());
  }
  Do({.moved = {.memberships = {{.from = 3, .to = 5, .key = ""},
                                {.from = 5, .to = 3, .key = ""},
                                {.from = 6, .to = 0, .key = ""}}}});
  std::vector<std::string> at;
  const auto visited = Read()->VisitEffects([&](const model::Effect& effect) {
    if (effect.kind != EffectKind::kMembership) return;
    at.push_back(std::to_string(effect.row) + " " + effect.request_id);
  });
  ASSERT_TRUE(visited.ok());
  EXPECT_EQ(at, (std::vector<std::string>{"3 run.1-5", "5 run.1-3", "17 run.1-6"}));
}

TEST_F(Reopen, IsRefusedWhileARunHasTheJournalAndChangesNothing) {
  auto journal = Open();
  const auto refused = ReopenRows(path(), {}, kNoPatience);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, base::ErrorCode::kLocked);
  ASSERT_TRUE(journal->Close().ok());
  EXPECT_EQ(Outcomes(), "1 2 3 4 5 6 7 8 9 10 ");
}

}  // namespace
}  // namespace rehome::journal

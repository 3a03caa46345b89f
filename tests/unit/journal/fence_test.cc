#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "journal/sqlite_database.h"
#include "journal_fixture.h"
#include "support/memory_journal.h"

namespace rehome::journal {
namespace {

constexpr const char* kTold =
    ": another process continues this run (it is its start number 2, this one was number 1), so "
    "this one sends nothing more; `rehome status` shows how the run goes on";

model::Effect SentUser(std::int64_t row) {
  model::Effect effect = EffectOf(row);
  effect.state = model::EffectState::kSent;
  effect.maybe_sent = true;
  effect.request_id = "run.1-1";
  return effect;
}

/// What a later incarnation writes into the file, without the exclusive lock that SQLite takes on a
/// local disk: an event `steal` raises the epoch, as opening the journal does.
class Fence : public JournalTest {
 protected:
  void MakeStealable() {
    auto database = SqliteDatabase::Open(path());
    ASSERT_TRUE(database.ok());
    const auto made = database->Execute(
        "CREATE TRIGGER stolen AFTER INSERT ON event WHEN new.type = 'steal' BEGIN"
        " UPDATE meta SET value = value + 1 WHERE name = 'epoch'; END");
    ASSERT_TRUE(made.ok()) << made.error().message;
  }
  static Event Steal() { return {.at_ms = 0, .type = "steal", .json = "{}"}; }
};

TEST_F(Fence, RecordsOfAnOlderEpochBecomeEventsAndTheCallerIsTold) {
  Create(2);
  MakeStealable();
  auto journal = Open();
  ASSERT_TRUE(AppendAndWait(*journal, {SentUser(1)}).ok());
  ASSERT_TRUE(AppendAndWait(*journal, {Steal()}).ok());

  model::Effect done = SentUser(1);
  done.state = model::EffectState::kDone;
  done.outcome = model::OutcomeKind::kCreated;
  done.target_id = "user_1";
  model::Outcome outcome;
  outcome.row = 1;
  outcome.kind = model::OutcomeKind::kCreated;
  const base::Status told =
      AppendAndWait(*journal, {done, outcome, ChunkChange{0, Chunk::State::kCompleted}});
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().code, base::ErrorCode::kLimit);
  EXPECT_EQ(told.error().message, path() + kTold);
  // What comes later still is kept too, and everything else is refused.
  EXPECT_EQ(AppendAndWait(*journal, {SentUser(2)}).error().message, path() + kTold);
  EXPECT_EQ(journal->Claim(1).error().code, base::ErrorCode::kLimit);
  EXPECT_EQ(FindAndWait(*journal, "x").error().code, base::ErrorCode::kLimit);
  EXPECT_EQ(journal->Close().error().code, base::ErrorCode::kLimit);

  auto reader = Read();
  std::vector<model::Effect> effects;
  ASSERT_TRUE(reader->VisitEffects([&](const auto& one) { effects.push_back(one); }).ok());
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].state, model::EffectState::kSent);
  ASSERT_TRUE(reader->VisitOutcomes([](const auto&) { FAIL() << "an outcome was applied"; }).ok());
  EXPECT_EQ(reader->Chunks()->at(0).state, Chunk::State::kQueued);
  std::vector<std::string> late;
  ASSERT_TRUE(reader
                  ->VisitEvents([&](const Event& event) {
                    if (event.type == "late_answer") late.push_back(event.json);
                  })
                  .ok());
  const std::vector<std::string> expected = {
      R"({"epoch":1,"row":1,"kind":"user","state":"done","outcome":"created",)"
      R"("target_id":"user_1","request_id":"run.1-1"})",
      R"({"epoch":1,"row":1,"outcome":"created","reason":""})",
      R"({"epoch":1,"chunk":0,"state":"completed"})",
      R"({"epoch":1,"row":2,"kind":"user","state":"sent","outcome":"unprocessed",)"
      R"("target_id":"","request_id":"run.1-1"})"};
  EXPECT_EQ(late, expected);
}

TEST_F(Fence, NoChunkIsClaimedByAnOlderEpoch) {
  Create(2);
  MakeStealable();
  auto journal = Open();
  ASSERT_TRUE(AppendAndWait(*journal, {Steal()}).ok());
  EXPECT_EQ(journal->Claim(2).error().message, path() + kTold);
  EXPECT_EQ(journal->Close().error().code, base::ErrorCode::kLimit);
  auto reader = Read();
  EXPECT_EQ(reader->Chunks()->at(0).state, Chunk::State::kQueued);
}

TEST(MemoryFence, MeansWhatTheRealOneMeans) {
  support::MemoryJournal journal;
  base::Status told;
  journal.Append({SentUser(1)}, [&](const base::Status& status) { told = status; });
  journal.Reopen();
  journal.Deliver();
  ASSERT_FALSE(told.ok());
  EXPECT_EQ(told.error().message, std::string("journal.db") + kTold);
  EXPECT_TRUE(journal.effects().empty());
  ASSERT_EQ(journal.events().size(), 1U);
  EXPECT_EQ(journal.events()[0].type, "late_answer");
}

}  // namespace
}  // namespace rehome::journal

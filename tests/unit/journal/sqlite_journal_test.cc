#include "journal/sqlite_journal.h"

#include <gtest/gtest.h>

#include <thread>

#include "journal/sqlite_rows.h"
#include "journal_fixture.h"

namespace rehome::journal {
namespace {

model::Effect FullEffect() {
  model::Effect effect;
  effect.row = 7;
  effect.kind = model::EffectKind::kMembership;
  effect.key = "user:a@example.com";
  effect.state = model::EffectState::kUnknown;
  effect.maybe_sent = true;
  effect.epoch = 3;
  effect.outcome = model::OutcomeKind::kParked;
  effect.provenance = model::Provenance::kCreatedInDoubt;
  effect.idempotency_key = "idem";
  effect.attempts = 4;
  effect.request_id = "req_1";
  effect.target_id = "om_1";
  effect.user_id = "user_1";
  effect.organization_id = "org_1";
  effect.intent_ms = 1795000000123;
  effect.created_at = "2026-11-23T09:30:00.123Z";
  effect.updated_at = "2026-11-23T09:31:00.123Z";
  effect.reason = model::Reason::kAnswerMismatch;
  effect.detail = std::string("NUL \0 inside", 12);
  effect.target = {409, "code/x", "words \xc3\xa9", "req_2"};
  effect.replaced = R"({"first_name":"A"})";
  effect.role_slugs = "admin,billing";
  effect.differs = "first_name: x";
  return effect;
}

// Every field as one text, so that a difference shows which.
std::string Text(const model::Effect& e) {
  std::string text;
  for (const auto& part : {std::to_string(e.row),
                           std::string(NameOf(e.kind)),
                           e.key,
                           std::string(NameOf(e.state)),
                           std::to_string(e.maybe_sent),
                           std::to_string(e.epoch),
                           std::string(NameOf(e.outcome)),
                           std::string(NameOf(e.provenance)),
                           e.idempotency_key,
                           std::to_string(e.attempts),
                           e.request_id,
                           e.target_id,
                           e.user_id,
                           e.organization_id,
                           std::to_string(e.intent_ms),
                           e.created_at,
                           e.updated_at,
                           std::string(CodeOf(e.reason)),
                           e.detail,
                           std::to_string(e.target.http_status),
                           e.target.provider_code + "|" + e.target.message,
                           e.target.request_id + "|" + e.replaced + e.role_slugs + e.differs}) {
    text += part + "|";
  }
  return text;
}

std::string Text(const model::Outcome& o) {
  std::string text;
  for (const auto& part :
       {std::to_string(o.row), std::to_string(o.line), std::string(NameOf(o.kind)),
        std::string(CodeOf(o.reason)), std::string(NameOf(o.phase)), o.column, o.detail,
        std::to_string(o.target.http_status), o.target.provider_code, o.target.message,
        o.target.request_id, std::to_string(o.attempts), o.cause_key, o.user_id, o.organization_id,
        o.membership_id}) {
    text += part + "|";
  }
  for (const auto& w : o.warnings) {
    text += std::string(CodeOf(w.reason)) + "," + w.column + "," + w.detail + "|";
  }
  return text;
}

using SqliteJournal = JournalTest;

TEST_F(SqliteJournal, KeepsEveryFieldOfAnEffect) {
  Create();
  const model::Effect effect = FullEffect();
  ASSERT_TRUE(AppendAndWait(*Open(), {effect}).ok());
  std::vector<std::string> seen;
  const auto visited =
      Read()->VisitEffects([&](const model::Effect& e) { seen.push_back(Text(e)); });
  ASSERT_TRUE(visited.ok());
  EXPECT_EQ(seen, std::vector{Text(effect)});
}

TEST_F(SqliteJournal, KeepsEveryFieldOfAnOutcome) {
  Create();
  model::Outcome outcome;
  outcome.row = 9;
  outcome.line = 12;
  outcome.kind = model::OutcomeKind::kFailed;
  outcome.reason = model::Reason::kRoleUnknown;
  outcome.phase = model::Phase::kMemberships;
  outcome.column = "role_slugs";
  outcome.detail = "no role \"boss\"";
  outcome.target = {422, "role_not_found", "said so", "req_9"};
  outcome.attempts = 5;
  outcome.cause_key = "external_id:acme";
  outcome.user_id = "user_9";
  outcome.organization_id = "org_9";
  outcome.membership_id = "om_9";
  outcome.warnings = {{model::Reason::kWarnMetadataConverted, "metadata", "\"a\"\n, 1"},
                      {model::Reason::kWarnOrgNameDiffers, "", ""}};
  ASSERT_TRUE(AppendAndWait(*Open(), {outcome}).ok());
  std::vector<std::string> seen;
  const auto visited =
      Read()->VisitOutcomes([&](const model::Outcome& o) { seen.push_back(Text(o)); });
  ASSERT_TRUE(visited.ok());
  EXPECT_EQ(seen, std::vector{Text(outcome)});
}

TEST_F(SqliteJournal, KeepsEventsInOrderAndChunksWithTheirState) {
  Create(2);
  {
    auto journal = Open();
    const Event first{5, "pause", R"({"why":"503"})"};
    const Event second{4, "stop", "{}"};
    ASSERT_TRUE(AppendAndWait(*journal, {first, second}).ok());
    ASSERT_TRUE(AppendAndWait(*journal, {ChunkChange{1, Chunk::State::kCompleted}}).ok());
  }
  auto reader = Read();
  std::string events;
  const auto visited = reader->VisitEvents([&](const Event& event) {
    events += std::to_string(event.at_ms) + event.type + event.json + ";";
  });
  ASSERT_TRUE(visited.ok());
  EXPECT_EQ(events, R"(5pause{"why":"503"};4stop{};)");
  const auto chunks = reader->Chunks();
  ASSERT_TRUE(chunks.ok());
  ASSERT_EQ(chunks->size(), 2U);
  const Chunk& last = (*chunks)[1];
  EXPECT_EQ((std::vector{last.number, last.begin, last.end, last.first_row, last.first_line,
                         last.rows, last.epoch}),
            (std::vector<std::int64_t>{1, 100, 200, 6, 7, 5, 1}));
  EXPECT_EQ(NameOf(last.state), "completed");
  EXPECT_EQ(NameOf((*chunks)[0].state), "queued");
}

TEST_F(SqliteJournal, NeverForgetsThatARequestMayHaveLeft) {
  Create();
  model::Effect effect = FullEffect();
  auto journal = Open();
  ASSERT_TRUE(AppendAndWait(*journal, {effect}).ok());
  model::Effect later = EffectOf(effect.row);
  later.kind = effect.kind;
  later.state = model::EffectState::kFailed;
  ASSERT_TRUE(AppendAndWait(*journal, {later}).ok());
  const auto known = journal->Load(7, 7);
  ASSERT_TRUE(known.ok());
  ASSERT_EQ(known->effects.size(), 1U);
  const model::Effect& kept = known->effects[0];
  EXPECT_TRUE(kept.maybe_sent);
  EXPECT_EQ(kept.intent_ms, effect.intent_ms);
  EXPECT_EQ(kept.created_at, effect.created_at);
  EXPECT_EQ(kept.key, effect.key);
  EXPECT_EQ(kept.state, model::EffectState::kFailed);
  EXPECT_EQ(kept.request_id, "");
}

TEST_F(SqliteJournal, KeepsTheTimeOfTheFirstIntent) {
  Create();
  auto journal = Open();
  model::Effect effect = EffectOf(1);
  for (const std::int64_t intent : {1000, 2000}) {
    effect.intent_ms = intent;
    ASSERT_TRUE(AppendAndWait(*journal, {effect}).ok());
  }
  EXPECT_EQ(journal->Load(1, 1)->effects.at(0).intent_ms, 1000);
}

TEST_F(SqliteJournal, RefusesTheKeyOfAnotherRowAndHurtsNobodyElse) {
  Create();
  auto journal = Open();
  ASSERT_TRUE(AppendAndWait(*journal, {EffectOf(3, "external_id:acme")}).ok());
  std::vector<std::string> results(3);
  const auto into = [&](std::size_t i) {
    return [&results, i](const base::Status& s) { results[i] = s ? "ok" : s.error().message; };
  };
  journal->Append({EffectOf(4)}, into(0));
  journal->Append({EffectOf(5, "fresh"), EffectOf(6, "external_id:acme")}, into(1));
  journal->Append({EffectOf(7)}, into(2));
  const auto known = journal->Load(1, 9);
  ASSERT_TRUE(known.ok());
  std::vector<std::int64_t> rows;
  for (const auto& effect : known->effects) rows.push_back(effect.row);
  EXPECT_EQ(rows, (std::vector<std::int64_t>{3, 4, 7}));
  EXPECT_EQ(results, (std::vector<std::string>{
                         "ok",
                         path() + ": UNIQUE constraint failed: effect.key: the user of row 6 has "
                                  "the key \"external_id:acme\", which belongs to another row",
                         "ok"}));
  EXPECT_TRUE(journal->Health().ok());
}

TEST_F(SqliteJournal, FindsByKeyWhatWasAppendedJustBefore) {
  Create();
  auto journal = Open();
  journal->Append({EffectOf(3, "external_id:acme"), EffectOf(4), EffectOf(5)}, {});
  const auto found = FindAndWait(*journal, "external_id:acme");
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->row, 3);
  EXPECT_FALSE(FindAndWait(*journal, "external_id:other")->has_value());
  EXPECT_FALSE(FindAndWait(*journal, "")->has_value());
}

TEST_F(SqliteJournal, LoadsOnlyTheRowsAsked) {
  Create();
  auto journal = Open();
  std::vector<Record> records;
  for (const std::int64_t row : {9, 2, 5, 4, 3}) {
    records.emplace_back(EffectOf(row));
    model::Outcome outcome;
    outcome.row = row;
    records.emplace_back(outcome);
  }
  journal->Append(records, {});
  const auto known = journal->Load(3, 5);
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->rows_with_outcome, (std::vector<std::int64_t>{3, 4, 5}));
  EXPECT_EQ(known->effects.size(), 3U);
}

TEST_F(SqliteJournal, ClaimsEachChunkOnceInFileOrder) {
  Create(5);
  auto journal = Open();
  std::vector<std::int64_t> claimed;
  for (const int count : {0, 2, 2, 2, 2}) {
    const auto chunks = journal->Claim(count);
    ASSERT_TRUE(chunks.ok());
    for (const Chunk& chunk : *chunks) {
      claimed.push_back(chunk.number);
      EXPECT_EQ(chunk.state, Chunk::State::kProcessing);
      EXPECT_EQ(chunk.epoch, 1);
    }
  }
  EXPECT_EQ(claimed, (std::vector<std::int64_t>{0, 1, 2, 3, 4}));
}

TEST_F(SqliteJournal, CallsDoneInTheOrderOfTheCalls) {
  Create();
  auto journal = Open();
  std::vector<int> order;
  for (int i = 0; i < 3000; ++i) {
    journal->Append({EffectOf(i)}, [&order, i](const base::Status&) { order.push_back(i); });
  }
  ASSERT_TRUE(journal->Close().ok());
  ASSERT_EQ(order.size(), 3000U);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST_F(SqliteJournal, TakesCallsFromManyThreadsAndFromDone) {
  Create();
  auto journal = Open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 250; ++i) {
        const std::int64_t row = t * 1000 + i;
        journal->Append({EffectOf(row)}, [&, row](const base::Status& status) {
          EXPECT_TRUE(status.ok());
          journal->Append({EffectOf(row + 500)}, {});
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  // Waits for the first half, whose `done` has queued the second.
  EXPECT_TRUE(journal->Load(0, 0).ok());
  EXPECT_EQ(journal->Load(0, 4000)->effects.size(), 2000U);
}

TEST_F(SqliteJournal, FailsCallsAfterClose) {
  Create();
  auto journal = Open();
  ASSERT_TRUE(journal->Close().ok());
  const std::string closed = "the journal is closed: nothing more can be recorded";
  EXPECT_EQ(AppendAndWait(*journal, {EffectOf(1)}).error().message, closed);
  EXPECT_EQ(FindAndWait(*journal, "x").error().message, closed);
  EXPECT_EQ(journal->Claim(1).error().message, closed);
  EXPECT_EQ(journal->Load(1, 1).error().message, closed);
  EXPECT_TRUE(journal->Close().ok());
}

TEST_F(SqliteJournal, CountsEpochsAndQueuesUnfinishedChunksAgain) {
  Create(3);
  {
    auto journal = Open();
    EXPECT_EQ(journal->epoch(), 1);
    ASSERT_EQ(journal->Claim(2)->size(), 2U);
    ASSERT_TRUE(AppendAndWait(*journal, {ChunkChange{0, Chunk::State::kCompleted}}).ok());
  }
  auto journal = Open();
  EXPECT_EQ(journal->epoch(), 2);
  const auto chunks = journal->Claim(9);
  ASSERT_EQ(chunks->size(), 2U);
  EXPECT_EQ(chunks->at(0).number, 1);
}

TEST_F(SqliteJournal, NamesTheUsersThatARunCreatedAndNoOthers) {
  using model::EffectKind;
  using model::Provenance;
  struct Made {
    EffectKind kind;
    Provenance provenance;
    const char* id;
  };
  Create();
  {
    auto journal = Open();
    std::vector<Record> records;
    for (const Made& made : {Made{EffectKind::kUser, Provenance::kCreated, "user_1"},
                             Made{EffectKind::kUser, Provenance::kCreatedInDoubt, "user_2"},
                             Made{EffectKind::kUser, Provenance::kAdopted, "user_3"},
                             Made{EffectKind::kUser, Provenance::kUpdated, "user_4"},
                             Made{EffectKind::kUser, Provenance::kNone, ""},
                             Made{EffectKind::kOrganization, Provenance::kCreated, "org_1"},
                             Made{EffectKind::kMembership, Provenance::kCreated, "om_1"}}) {
      model::Effect effect = EffectOf(static_cast<std::int64_t>(records.size()) + 1);
      effect.kind = made.kind;
      effect.provenance = made.provenance;
      effect.target_id = made.id;
      records.emplace_back(effect);
    }
    ASSERT_TRUE(AppendAndWait(*journal, std::move(records)).ok());
  }
  std::vector<std::string> ids;
  const auto status = Read()->VisitCreatedUsers([&](std::string_view id) { ids.emplace_back(id); });
  ASSERT_TRUE(status.ok()) << status.error().message;
  EXPECT_EQ(ids, (std::vector<std::string>{"user_1", "user_2"}));
}

TEST_F(SqliteJournal, CountsWhatBelongsToRowsWithAnOutcomeAndTellsTheirTroubles) {
  using model::EffectKind;
  using model::OutcomeKind;
  Create();
  {
    auto journal = Open();
    std::vector<Record> records;
    for (const std::int64_t row : {1, 2, 3, 4}) {
      for (const EffectKind kind :
           {EffectKind::kOrganization, EffectKind::kUser, EffectKind::kMembership}) {
        model::Effect effect = EffectOf(row);
        effect.kind = kind;
        effect.outcome = row == 2 ? OutcomeKind::kAdopted : OutcomeKind::kCreated;
        records.emplace_back(effect);
      }
      model::Outcome outcome;
      outcome.row = row;
      outcome.kind = row == 2 ? OutcomeKind::kParked : OutcomeKind::kCreated;
      if (row == 3)
        outcome.warnings = {{model::Reason::kWarnRoleDiffers, "role_slugs", "it has x"}};
      if (row < 4) records.emplace_back(outcome);
    }
    ASSERT_TRUE(AppendAndWait(*journal, std::move(records)).ok());
  }
  const auto reader = Read();
  const auto ended = reader->CountEnded();
  ASSERT_TRUE(ended.ok()) << ended.error().message;
  const auto at = [](OutcomeKind kind) { return static_cast<std::size_t>(kind); };
  EXPECT_EQ(ended->rows[at(OutcomeKind::kCreated)], 2);
  EXPECT_EQ(ended->rows[at(OutcomeKind::kParked)], 1);
  for (const auto& counts : {ended->users, ended->memberships}) {
    EXPECT_EQ(counts[at(OutcomeKind::kCreated)], 2);
    EXPECT_EQ(counts[at(OutcomeKind::kAdopted)], 1);
  }
  std::vector<std::int64_t> rows;
  ASSERT_TRUE(
      reader->VisitTroubles([&](const model::Outcome& outcome) { rows.push_back(outcome.row); })
          .ok());
  EXPECT_EQ(rows, (std::vector<std::int64_t>{2, 3}));
}

TEST_F(SqliteJournal, IsPrivateAndLeavesNoLogWhenClosed) {
  Create();
  {
    auto journal = Open();
    ASSERT_TRUE(AppendAndWait(*journal, {EffectOf(1)}).ok());
    for (const char* name : {"journal.db", "journal.db-wal"}) {
      EXPECT_EQ(base::Stat(InFolder(name))->mode, 0600U) << name;
    }
  }
  EXPECT_EQ(*base::ListDirectory(InFolder("")), std::vector<std::string>{"journal.db"});
}

}  // namespace
}  // namespace rehome::journal

#include "pipeline/row_source.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "source_file.h"

namespace rehome::pipeline {
namespace {

class Seen final : public RowSource::Observer {
 public:
  void OnChunk(std::int64_t chunk, bool whole) override {
    log += "[" + std::to_string(chunk) + (whole ? "" : " in part");
  }
  void OnRow(std::int64_t) override { log += "."; }
  void OnChunkEnd(std::int64_t) override { log += "]"; }
  void OnSettledEarlier(std::int64_t rows) override { settled += rows; }
  std::string log;
  std::int64_t settled = 0;
};

std::vector<SourceRow> ReadAll(RowSource& source) {
  std::vector<SourceRow> rows;
  while (true) {
    auto row = source.Next();
    EXPECT_TRUE(row.ok()) << (row ? "" : row.error().message);
    if (!row || !*row) return rows;
    rows.push_back(**std::move(row));
  }
}

std::vector<std::int64_t> NumbersOf(const std::vector<SourceRow>& rows) {
  std::vector<std::int64_t> numbers;
  for (const SourceRow& row : rows) numbers.push_back(NumberOf(row));
  return numbers;
}

TEST(RowSource, GivesEveryRowInFileOrderChunkByChunk) {
  SourceFile file(ManyRows(10), 4);
  Seen seen;
  RowSource source = file.Open(seen, file.All());
  EXPECT_EQ(NumbersOf(ReadAll(source)), (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(seen.log, "[0....][1....][2..]");
}

struct PartCase {
  const char* name;
  RowSource::Part part;
  std::vector<std::int64_t> rows;
  std::string log;
};

TEST(RowSource, APartIsReadAndTheRestIsLeftForLater) {
  const std::vector<PartCase> cases = {
      {"first rows", {.first_row = 1, .last_row = 4}, {1, 2, 3, 4}, "[0....]"},
      {"across a border",
       {.first_row = 3, .last_row = 6},
       {3, 4, 5, 6},
       "[0 in part..][1 in part..]"},
      {"one row", {.first_row = 9, .last_row = 9}, {9}, "[2 in part.]"},
      {"beyond the end", {.first_row = 11, .last_row = 20}, {}, ""},
  };
  for (const PartCase& one : cases) {
    SCOPED_TRACE(one.name);
    SourceFile file(ManyRows(10), 4);
    Seen seen;
    RowSource source = file.Open(seen, one.part);
    EXPECT_EQ(NumbersOf(ReadAll(source)), one.rows);
    EXPECT_EQ(seen.log, one.log);
  }
}

TEST(RowSource, AResumeLeavesOutWhatIsSettledAndBringsWhatIsKnown) {
  SourceFile file(ManyRows(6), 3);
  for (const std::int64_t row : {1, 2, 5}) {
    model::Outcome outcome;
    outcome.row = row;
    file.journal.Plant(outcome);
  }
  model::Effect user;
  user.row = 3;
  user.kind = model::EffectKind::kUser;
  user.target_id = "user_3";
  file.journal.Plant(user);
  model::Effect membership;
  membership.row = 4;
  membership.kind = model::EffectKind::kMembership;
  membership.target_id = "om_4";
  file.journal.Plant(membership);
  file.journal.Reopen();
  Seen seen;
  RowSource source = file.Open(seen, file.All());
  const std::vector<SourceRow> rows = ReadAll(source);
  EXPECT_EQ(NumbersOf(rows), (std::vector<std::int64_t>{3, 4, 6}));
  EXPECT_EQ(seen.settled, 3);
  ASSERT_TRUE(rows[0].known_user.has_value());
  EXPECT_EQ(rows[0].known_user->target_id, "user_3");
  EXPECT_FALSE(rows[0].known_membership.has_value());
  ASSERT_TRUE(rows[1].known_membership.has_value());
  EXPECT_EQ(rows[1].known_membership->target_id, "om_4");
}

TEST(RowSource, ARowOfAUserWithSeveralRowsComesWithItsFirstOne) {
  SourceFile file(
      "email,first_name\n"
      "Ann@x.example,Ann\n"
      "bob@x.example,Bob\n"
      "ann@X.example,Annie\n");
  Seen seen;
  RowSource source = file.Open(seen, file.All());
  const std::vector<SourceRow> rows = ReadAll(source);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_TRUE(rows[0].repeated_user);
  EXPECT_FALSE(rows[0].lead.has_value());
  EXPECT_FALSE(rows[1].repeated_user);
  EXPECT_TRUE(rows[2].repeated_user);
  EXPECT_EQ(rows[2].lead_row, 1);
  ASSERT_TRUE(rows[2].lead.has_value());
  EXPECT_EQ(std::get<model::Row>(*rows[2].lead)[model::Column::kFirstName], "Ann");
}

TEST(RowSource, AMalformedRecordIsARowLikeAnyOther) {
  SourceFile file("email,first_name\nann@x.example,Ann\nbob@x.example\n");
  Seen seen;
  RowSource source = file.Open(seen, file.All());
  const std::vector<SourceRow> rows = ReadAll(source);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<model::MalformedRow>(rows[1].record));
}

TEST(RowSource, AFileThatIsGoneIsAnErrorThatNamesIt) {
  SourceFile file(ManyRows(3));
  ASSERT_EQ(std::remove(file.path.c_str()), 0);
  Seen seen;
  RowSource source = file.Open(seen, file.All());
  const auto row = source.Next();
  ASSERT_FALSE(row.ok());
  EXPECT_NE(row.error().message.find(file.path), std::string::npos);
}

}  // namespace
}  // namespace rehome::pipeline

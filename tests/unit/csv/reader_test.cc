#include "csv/reader.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "unit/csv/scratch_file.h"

namespace rehome::csv {
namespace {

using model::Column;

Header HeaderOf(const test::ScratchFile& file) {
  auto header = ReadHeader(file.path(), {});
  EXPECT_TRUE(header.ok()) << header.error().message;
  return *header;
}

Range WholeBody(const test::ScratchFile& file, const Header& header) {
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file.path()));
  return {header.body_offset, size, 1, header.body_line};
}

std::vector<model::Record> ReadAll(const test::ScratchFile& file, const Header& header,
                                   const Range& range) {
  std::vector<model::Record> records;
  auto reader = OpenReader(file.path(), header, range);
  EXPECT_TRUE(reader.ok()) << reader.error().message;
  if (!reader) return records;
  while (true) {
    auto record = (*reader)->Next();
    EXPECT_TRUE(record.ok()) << record.error().message;
    if (!record || !record->has_value()) return records;
    records.push_back(std::move(**record));
  }
}

std::vector<model::Record> ReadAll(const test::ScratchFile& file) {
  const Header header = HeaderOf(file);
  return ReadAll(file, header, WholeBody(file, header));
}

struct CellCase {
  const char* name;
  std::string field;
  std::string cell;
};

TEST(Reader, KeepsTheBytesOfAField) {
  const CellCase cases[] = {
      {"plain", "Alice", "Alice"},
      {"empty", "", ""},
      {"quoted", "\"Smith, Alice\"", "Smith, Alice"},
      {"empty quoted", "\"\"", ""},
      {"one quotation mark", "\"\"\"\"", "\""},
      {"doubled quotation marks", "\"{\"\"a\"\":\"\"b\"\"}\"", "{\"a\":\"b\"}"},
      {"newline", "\"a\nb\"", "a\nb"},
      {"CRLF inside", "\"a\r\nb\"", "a\r\nb"},
      {"blanks around", "  a\t", "  a\t"},
      {"quoted blanks", "\" a \"", " a "},
      {"CR alone", "a\rb", "a\rb"},
      {"UTF-8", "Zoë 😀", "Zoë 😀"},
      {"long", std::string(200000, 'x'), std::string(200000, 'x')},
  };
  for (const CellCase& c : cases) {
    for (const std::string end : {"\n", "\r\n", ""}) {
      SCOPED_TRACE(std::string(c.name) + " before " + (end.empty() ? "the end" : "a line end"));
      const test::ScratchFile file("first_name,email,last_name" + std::string("\n") + c.field +
                                   ",a@x.com," + c.field + end);
      const auto records = ReadAll(file);
      ASSERT_EQ(records.size(), 1U);
      const auto& row = std::get<model::Row>(records[0]);
      EXPECT_EQ(row[Column::kFirstName], c.cell);
      EXPECT_EQ(row[Column::kLastName], c.cell);
      EXPECT_EQ(row[Column::kEmail], "a@x.com");
      EXPECT_EQ(row[Column::kMetadata], "");
    }
  }
}

TEST(Reader, KeepsACarriageReturnInFrontOfTheLineEnd) {
  const test::ScratchFile file("email,last_name\na@x.com,x\r\r\nb@x.com,y\n");
  const auto records = ReadAll(file);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(std::get<model::Row>(records[0])[Column::kLastName], "x\r");
  EXPECT_EQ(std::get<model::Row>(records[1])[Column::kLastName], "y");
}

TEST(Reader, DoesNotCarryCellsIntoTheNextRow) {
  const test::ScratchFile file("email,metadata\na@x.com,1\nb@x.com,\n");
  const auto records = ReadAll(file);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(std::get<model::Row>(records[1])[Column::kMetadata], "");
}

TEST(Reader, TakesNoByteOrderMarkForPartOfTheFirstRow) {
  const test::ScratchFile file(
      "\xef\xbb\xbf"
      "email\n\xef\xbb\xbf"
      "a@x.com\n");
  const auto records = ReadAll(file);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(std::get<model::Row>(records[0])[Column::kEmail],
            "\xef\xbb\xbf"
            "a@x.com");
}

struct MalformedCase {
  const char* name;
  std::string record;
  model::Reason reason;
  std::string detail;
};

// The one in whose field a stray quotation mark stands.
std::string ColumnNamedIn(const std::string& detail) {
  const std::string columns[] = {"email", "first_name", "last_name"};
  for (int i = 0; i < 3; ++i) {
    if (detail.starts_with("a quotation mark in field " + std::to_string(i + 1))) return columns[i];
  }
  return "";
}

TEST(Reader, RejectsOneRowForOneMalformedRecord) {
  using model::Reason;
  const std::string stray = " does not enclose the whole field";
  const MalformedCase cases[] = {
      {"too few", "a@x.com,A", Reason::kCsvFieldCount, "2 fields where the header has 3"},
      {"one", "a@x.com", Reason::kCsvFieldCount, "1 field where the header has 3"},
      {"too many", "a@x.com,A,B,C", Reason::kCsvFieldCount, "4 fields where the header has 3"},
      {"marks in the middle", "a@x.com,5\" to 6\",B", Reason::kCsvStrayQuote,
       "a quotation mark in field 2" + stray},
      {"text behind", "a@x.com,A,\"B\"x", Reason::kCsvStrayQuote,
       "a quotation mark in field 3" + stray},
      {"blank in front", "a@x.com, \"A\",B", Reason::kCsvStrayQuote,
       "a quotation mark in field 2" + stray},
      {"CR behind", "\"a@x.com\"\r,A,B", Reason::kCsvStrayQuote,
       "a quotation mark in field 1" + stray},
      {"marks that swallow lines", "a@x.com,5\",B\nb@x.com,B,B\nc@x.com,6\",C",
       Reason::kCsvStrayQuote,
       "a quotation mark in field 2" + stray +
           "; quotation marks make lines 4 to 6 one record: what else is on them is not imported"},
      {"ragged over lines", "a@x.com,\"5\nb\"", Reason::kCsvFieldCount,
       "2 fields where the header has 3; quotation marks make lines 4 to 5 one record: what else "
       "is "
       "on them is not imported"},
      {"stray and ragged", "a\"\"@x.com,A", Reason::kCsvStrayQuote,
       "a quotation mark in field 1" + stray},
  };
  for (const MalformedCase& c : cases) {
    SCOPED_TRACE(c.name);
    const test::ScratchFile file("email,first_name,last_name\nx@x.com,X,X\n\n" + c.record +
                                 "\ny@x.com,Y,Y\n");
    const auto records = ReadAll(file);
    ASSERT_EQ(records.size(), 3U);
    const auto& malformed = std::get<model::MalformedRow>(records[1]);
    EXPECT_EQ(malformed.position.row, 2);
    EXPECT_EQ(malformed.position.line, 4);
    EXPECT_EQ(malformed.position.offset, 40);
    EXPECT_EQ(malformed.reason, c.reason);
    EXPECT_EQ(malformed.detail, c.detail);
    EXPECT_EQ(malformed.column, ColumnNamedIn(c.detail));
    EXPECT_EQ(std::get<model::Row>(records[2])[Column::kEmail], "y@x.com");
    EXPECT_EQ(std::get<model::Row>(records[2]).position.row, 3);
  }
}

TEST(Reader, ReadsOneRecordByItsPosition) {
  const test::ScratchFile file("email;metadata\na@x.com;\"x\ny\"\nb@x.com;z");
  const Header header = HeaderOf(file);
  for (const model::Record& expected : ReadAll(file, header, WholeBody(file, header))) {
    const auto& row = std::get<model::Row>(expected);
    const auto record = ReadRecordAt(file.path(), header, row.position);
    ASSERT_TRUE(record.ok()) << record.error().message;
    EXPECT_EQ(std::get<model::Row>(*record).cells, row.cells);
    EXPECT_EQ(std::get<model::Row>(*record).position.line, row.position.line);
  }
}

TEST(Reader, ReadsARecordLargerThanAnyBuffer) {
  const std::string large(1000000, 'm');
  const test::ScratchFile file("email,metadata,first_name,last_name\na@x.com," + large + "," +
                               large + "," + large + "\n");
  const Header header = HeaderOf(file);
  const auto record = ReadRecordAt(file.path(), header, {1, 2, header.body_offset});
  ASSERT_TRUE(record.ok()) << record.error().message;
  EXPECT_EQ(std::get<model::Row>(*record)[Column::kLastName], large);
}

TEST(Reader, SaysWhenTheFileIsNotWhatTheSurveySaw) {
  const test::ScratchFile file("email\na@x.com\nb@x.com\n");
  const Header header = HeaderOf(file);
  const std::string changed =
      ": the file changed since it was surveyed; put the old file back or start a new run";
  const auto shorter = OpenReader(file.path(), header, {6, 100, 1, 2});
  ASSERT_FALSE(shorter.ok());
  EXPECT_EQ(file.Shorten(shorter.error().message),
            "users.csv: ends at byte 22 and not behind byte 100" + changed);
  EXPECT_EQ(shorter.error().code, base::ErrorCode::kInput);
  const auto no_border = OpenReader(file.path(), header, {6, 10, 1, 2});
  EXPECT_EQ(file.Shorten(no_border.error().message),
            "users.csv: no record ends at byte 10" + changed);
  const auto gone = ReadRecordAt(file.path(), header, {9, 9, 100});
  EXPECT_EQ(file.Shorten(gone.error().message), "users.csv: has no record at byte 100" + changed);
  file.Write(std::string("email\na@x\0com\n", 14));
  const auto damaged = OpenReader(file.path(), header, {6, 14, 1, 2});
  EXPECT_EQ(file.Shorten(damaged.error().message),
            "users.csv:2: byte 9 is NUL, which no text file holds: save the file as UTF-8 CSV");
}

}  // namespace
}  // namespace rehome::csv

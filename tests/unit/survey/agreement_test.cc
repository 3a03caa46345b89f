#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"
#include "csv/field_reader.h"
#include "csv/reader.h"
#include "survey/survey.h"
#include "unit/csv/scratch_file.h"
#include "unit/csv/simple_parser.h"

namespace rehome::survey {
namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define REHOME_SLOW_MAPPINGS
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(REHOME_SLOW_MAPPINGS)
constexpr int kFiles = 300;  // a mapping costs the sanitizer some 20 ms
#else
constexpr int kFiles = 3000;
#endif
constexpr std::uint64_t kSeed = 4180;

std::string RandomField(base::Random& random, char delimiter, bool wild) {
  static constexpr std::string_view kPlain[] = {"a", "bc@x.com", " ", "", "é", "\t x", "\r", "'"};
  std::string text;
  for (std::uint64_t n = random.Below(4); n > 0; --n) text += kPlain[random.Below(8)];
  const std::uint64_t shape = random.Below(wild ? 12 : 8);
  if (shape < 5) return text;
  std::string quoted = "\"" + text;
  for (std::uint64_t n = random.Below(4); n > 0; --n) {
    const std::string_view parts[] = {"\"\"", "\n", "\r\n", "long long long long long long long"};
    quoted += parts[random.Below(4)];
    if (random.Below(3) == 0) quoted += delimiter;
  }
  quoted += '"';
  if (shape < 8) return quoted;
  if (shape == 8) return text + quoted;
  if (shape == 9) return quoted + text;
  if (shape == 10) return text + "\"" + text + "\"";
  return quoted + quoted;
}

// A file with quotes, newlines, CRLF, stray quotes, ragged records and blank lines; its quotes are
// closed at its end.
std::string RandomBody(base::Random& random, char delimiter, std::size_t columns) {
  std::string body;
  const bool crlf = random.Below(2) == 0;
  const bool wild = random.Below(2) == 0;
  for (std::uint64_t rows = random.Below(30); rows > 0; --rows) {
    if (random.Below(8) == 0)
      body += random.Below(2) == 0 ? "" : "  ";
    else {
      std::size_t fields = columns;
      if (wild && random.Below(8) == 0) fields = 1 + random.Below(columns + 2);
      for (std::size_t i = 0; i < fields; ++i) {
        if (i > 0) body += delimiter;
        body += RandomField(random, delimiter, wild);
      }
    }
    body += crlf || random.Below(10) == 0 ? "\r\n" : "\n";
  }
  if (!body.empty() && random.Below(2) == 0) body.pop_back();
  if (random.Below(8) == 0 && body.ends_with('\r')) body.pop_back();
  return body;
}

model::Position PositionOf(const model::Record& record) {
  return std::visit([](const auto& either) { return either.position; }, record);
}

std::vector<model::Record> ReadChunks(const std::string& path, const csv::Header& header,
                                      const Survey& survey) {
  std::vector<model::Record> records;
  for (const csv::Range& chunk : survey.chunks) {
    auto reader = csv::OpenReader(path, header, chunk);
    EXPECT_TRUE(reader.ok()) << reader.error().message;
    if (!reader) return records;
    while (true) {
      auto record = (*reader)->Next();
      EXPECT_TRUE(record.ok()) << record.error().message;
      if (!record || !record->has_value()) break;
      records.push_back(std::move(**record));
    }
  }
  return records;
}

// Every field, as the report reads them.
void ExpectSameFields(const std::string& path, const csv::Header& header, const Survey& survey,
                      const std::vector<test::SimpleRecord>& simple) {
  std::size_t at = 0;
  for (const csv::Range& chunk : survey.chunks) {
    auto reader = csv::FieldReader::Open(path, header, chunk);
    ASSERT_TRUE(reader.ok()) << reader.error().message;
    while (const auto record = reader->Next()) {
      ASSERT_LT(at, simple.size());
      const test::SimpleRecord& expected = simple[at++];
      EXPECT_EQ(record->position.row, static_cast<std::int64_t>(at));
      EXPECT_EQ(record->position.line, expected.line);
      EXPECT_EQ(record->position.offset, expected.offset);
      const bool ragged = expected.cells.size() != header.columns.size();
      EXPECT_EQ(record->fields,
                expected.stray_quote || ragged ? std::vector<std::string>() : expected.cells);
    }
  }
  EXPECT_EQ(at, simple.size());
}

void ExpectSame(const model::Record& record, const test::SimpleRecord& simple, std::int64_t row,
                const csv::Header& header) {
  EXPECT_EQ(PositionOf(record).row, row);
  EXPECT_EQ(PositionOf(record).line, simple.line);
  EXPECT_EQ(PositionOf(record).offset, simple.offset);
  const bool ragged = simple.cells.size() != header.columns.size();
  const auto* malformed = std::get_if<model::MalformedRow>(&record);
  ASSERT_EQ(malformed != nullptr, simple.stray_quote || ragged) << "row " << row;
  if (malformed != nullptr) {
    EXPECT_EQ(malformed->reason,
              simple.stray_quote ? model::Reason::kCsvStrayQuote : model::Reason::kCsvFieldCount);
    return;
  }
  for (std::size_t i = 0; i < simple.cells.size(); ++i) {
    if (!header.columns[i]) continue;
    EXPECT_EQ(std::get<model::Row>(record)[*header.columns[i]], simple.cells[i]) << "row " << row;
  }
}

void ExpectWholeCover(const Survey& survey, const csv::Header& header, std::int64_t size) {
  std::int64_t begin = header.body_offset;
  std::int64_t row = 1;
  for (std::size_t i = 0; i < survey.chunks.size(); ++i) {
    EXPECT_EQ(survey.chunks[i].begin, begin);
    EXPECT_EQ(survey.chunks[i].first_row, row);
    begin = survey.chunks[i].end;
    row += survey.chunk_rows[i];
  }
  if (!survey.chunks.empty()) {
    EXPECT_EQ(begin, size);
  }
  EXPECT_EQ(row, survey.rows + 1);
}

TEST(Agreement, SurveyReaderAndASimpleParserSeeTheSameRecords) {
  base::Random random(kSeed);
  int malformed_rows = 0;
  for (int n = 0; n < kFiles && !::testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", file " + std::to_string(n));
    const char delimiter = ",;\t|"[random.Below(4)];
    std::string head = "email";
    for (const std::string_view name : {"x", "org_external_id", "metadata", "y"}) {
      if (random.Below(2) == 0) (head += delimiter) += name;
    }
    const auto columns =
        static_cast<std::size_t>(std::count(head.begin(), head.end(), delimiter)) + 1;
    const std::string body = RandomBody(random, delimiter, columns);
    const std::string bytes = head + "\n" + body;
    const test::ScratchFile file(bytes);
    const auto header = csv::ReadHeader(file.path(), {});
    ASSERT_TRUE(header.ok()) << header.error().message;
    // A header of one column shows no delimiter; the comma is taken.
    const auto simple = test::ParseSimply(body, header->delimiter, header->body_offset, 2);
    // Each reader costs a mapping of 48 MiB, so small chunks are for some files only.
    std::vector<std::int64_t> chunk_sizes = {0};
    if (n % 4 == 0) chunk_sizes.push_back(static_cast<std::int64_t>(1 + random.Below(9)));
    for (const std::int64_t chunk_rows : chunk_sizes) {
      SurveyOptions options;
      options.chunk_rows = chunk_rows;
      const auto survey = SurveyFile(file.path(), *header, options);
      ASSERT_TRUE(survey.ok()) << survey.error().message;
      ExpectWholeCover(*survey, *header, static_cast<std::int64_t>(bytes.size()));
      const auto records = ReadChunks(file.path(), *header, *survey);
      ASSERT_EQ(survey->rows, static_cast<std::int64_t>(simple.size()));
      ASSERT_EQ(records.size(), simple.size());
      ExpectSameFields(file.path(), *header, *survey, simple);
      std::int64_t malformed = 0;
      for (std::size_t i = 0; i < records.size(); ++i) {
        ExpectSame(records[i], simple[i], static_cast<std::int64_t>(i) + 1, *header);
        if (std::holds_alternative<model::MalformedRow>(records[i])) ++malformed;
      }
      EXPECT_EQ(survey->malformed_rows, malformed);
      malformed_rows += static_cast<int>(malformed);
    }
  }
  EXPECT_GT(malformed_rows, kFiles / 2) << "the random files are too tame";
}

}  // namespace
}  // namespace rehome::survey

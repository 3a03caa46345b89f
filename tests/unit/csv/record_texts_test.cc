#include "csv/record_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "unit/csv/scratch_file.h"

namespace rehome::csv {
namespace {

using ::testing::ElementsAre;

struct Seen {
  std::int64_t row = 0;
  std::string bytes;
  std::vector<std::string> fields;  // `line:column-end_line:end_column bytes` of each
};

// `line:column-line:column` and the bytes of the file from `begin` to `end`.
std::string Told(const model::Place& place, const std::string& file) {
  const auto begin = static_cast<std::size_t>(place.begin);
  return std::to_string(place.line) + ":" + std::to_string(place.column) + "-" +
         std::to_string(place.end_line) + ":" + std::to_string(place.end_column) + " " +
         file.substr(begin, static_cast<std::size_t>(place.end) - begin);
}

std::vector<Seen> ReadAll(const std::string& bytes) {
  const test::ScratchFile file(bytes);
  const auto header = ReadHeader(file.path(), {});
  EXPECT_TRUE(header.ok());
  const auto size = static_cast<std::int64_t>(bytes.size());
  auto texts =
      RecordTexts::Open(file.path(), *header, {header->body_offset, size, 1, header->body_line});
  EXPECT_TRUE(texts.ok());
  std::vector<Seen> seen;
  while (const auto text = texts->Next()) {
    Seen record{text->position.row, std::string(text->bytes), {}};
    for (const model::Place& place : PlacesOf(*text, header->delimiter)) {
      record.fields.push_back(Told(place, bytes));
    }
    seen.push_back(record);
  }
  return seen;
}

TEST(RecordTexts, SayWhereEachFieldLiesInCharacters) {
  const auto seen = ReadAll(
      "\xef\xbb\xbf"
      "email,first_name,last_name\r\n"
      "a@x.com,Zo\xc3\xab,M\xc3\xbcller\r\n"
      "\r\n"
      "b@x.com,\"two\r\nlines, \"\"so\"\"\",\xf0\x9f\x8e\x89\n"
      ",,");
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_THAT(seen[0].fields,
              ElementsAre("2:1-2:8 a@x.com", "2:9-2:12 Zo\xc3\xab", "2:13-2:19 M\xc3\xbcller"));
  EXPECT_THAT(seen[1].fields,
              ElementsAre("4:1-4:8 b@x.com", "4:9-5:15 \"two\r\nlines, \"\"so\"\"\"",
                          "5:16-5:17 \xf0\x9f\x8e\x89"));
  EXPECT_THAT(seen[2].fields, ElementsAre("6:1-6:1 ", "6:2-6:2 ", "6:3-6:3 "));
}

TEST(RecordTexts, GiveMalformedRecordsToo) {
  const test::ScratchFile file("email,first_name\na@x.com\nb@x.com,B \"b\" b\nc@x.com,C\n");
  const auto header = ReadHeader(file.path(), {});
  ASSERT_TRUE(header.ok());
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file.path()));
  auto texts = RecordTexts::Open(file.path(), *header, {header->body_offset, size, 5, 2});
  ASSERT_TRUE(texts.ok());
  auto text = texts->Next();
  EXPECT_EQ(text->fields, 1U);
  EXPECT_EQ(text->next, 25);
  text = texts->Next();
  EXPECT_EQ(text->position.row, 6);
  EXPECT_EQ(text->stray_field, 2U);
  EXPECT_EQ(PlaceOf(*text), (model::Place{3, 1, 3, 16, 25, 40}));
  text = texts->Next();
  EXPECT_EQ(text->bytes, "c@x.com,C");
  EXPECT_EQ(text->next, size);
  EXPECT_FALSE(texts->Next().has_value());
}

TEST(RecordTexts, TellWhereTheHeaderLies) {
  const test::ScratchFile file("\xef\xbb\xbf\n\"email\",first_name\na@x.com,A\n");
  const auto header = ReadHeader(file.path(), {});
  ASSERT_TRUE(header.ok());
  EXPECT_EQ(header->line, 2);
  auto texts = RecordTexts::Open(file.path(), *header, {header->offset, header->body_offset, 0, 2});
  ASSERT_TRUE(texts.ok());
  const auto text = texts->Next();
  ASSERT_TRUE(text.has_value());
  EXPECT_THAT(PlacesOf(*text, ','),
              ElementsAre(model::Place{2, 1, 2, 8, 4, 11}, model::Place{2, 9, 2, 19, 12, 22}));
}

}  // namespace
}  // namespace rehome::csv

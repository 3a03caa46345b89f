#include "csv/field_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "unit/csv/scratch_file.h"

namespace rehome::csv {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<FieldRecord> ReadAll(const test::ScratchFile& file) {
  std::vector<FieldRecord> records;
  const auto header = ReadHeader(file.path(), {});
  EXPECT_TRUE(header.ok());
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(file.path()));
  auto reader =
      FieldReader::Open(file.path(), *header, {header->body_offset, size, 7, header->body_line});
  EXPECT_TRUE(reader.ok());
  while (auto record = reader->Next()) records.push_back(*std::move(record));
  return records;
}

TEST(FieldReader, GivesEveryFieldOfTheFileUnquoted) {
  const test::ScratchFile file(
      "email,shoe size,org_name,\r\n"
      "a@x.com,\"4\"\"2\",\"two\nlines\", blank \r\n"
      "\r\n"
      "b@x.com,,\"a,b\",");
  const auto records = ReadAll(file);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(records[0].fields, ElementsAre("a@x.com", "4\"2", "two\nlines", " blank "));
  EXPECT_EQ(records[0].position.row, 7);
  EXPECT_EQ(records[0].position.line, 2);
  EXPECT_THAT(records[1].fields, ElementsAre("b@x.com", "", "a,b", ""));
  EXPECT_EQ(records[1].position.row, 8);
  EXPECT_EQ(records[1].position.line, 5);
}

TEST(FieldReader, CountsMalformedRecordsAndGivesNothingOfThem) {
  const test::ScratchFile file("email,x\na@x.com\nb@x.com,a\"b\"\nc@x.com,1\n");
  const auto records = ReadAll(file);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_THAT(records[0].fields, IsEmpty());
  EXPECT_THAT(records[1].fields, IsEmpty());
  EXPECT_THAT(records[2].fields, ElementsAre("c@x.com", "1"));
  EXPECT_EQ(records[2].position.row, 9);
}

TEST(FieldReader, SaysThatTheFileChanged) {
  const test::ScratchFile file("email\na@x.com\n");
  const auto header = ReadHeader(file.path(), {});
  ASSERT_TRUE(header.ok());
  const auto reader = FieldReader::Open(file.path(), *header, {6, 100, 1, 2});
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().message,
            file.path() +
                ": ends at byte 14 and not behind byte 100: the file changed since it was "
                "surveyed; put the old file back or start a new run");
}

}  // namespace
}  // namespace rehome::csv

#include <gtest/gtest.h>

#include "survey/survey.h"
#include "unit/csv/scratch_file.h"

namespace rehome::survey {
namespace {

constexpr std::size_t kMiB = 1 << 20;

struct RefusalCase {
  const char* name;
  std::string body;  // behind the header "email,metadata\n" of 15 bytes
  std::string message;
};

TEST(SurveyRefusals, NameTheLineAndTheByte) {
  const std::string too_large =
      " is larger than 1 MiB: close its quotation mark if one is missing, or shorten it";
  const std::string unclosed = " is never closed: add the closing one";
  const RefusalCase cases[] = {
      {"NUL", "a@x.com,1\nb@x.com," + std::string("\0", 1) + "\n",
       "users.csv:3: byte 33 is NUL, which no text file holds: save the file as UTF-8 CSV"},
      {"invalid UTF-8", "a@x.com,\"\n\xc3\x28\"\n",
       "users.csv:3: byte 25 is not valid UTF-8: save the file as UTF-8 CSV"},
      {"cut-off UTF-8 at the end", "a@x.com,\xe2\x82",
       "users.csv:2: byte 23 is not valid UTF-8: save the file as UTF-8 CSV"},
      {"unclosed quotation mark", "a@x.com,1\nb@x.com,\"2\nc@x.com,3\n",
       "users.csv:3: a quotation mark in the field that begins at byte 33" + unclosed},
      {"unclosed behind a record with a stray one",
       "a@x.com,5\" disk\nb@x.com,\"2\n2\"\nc@x.com,3\n",
       "users.csv:4: a quotation mark in the field that begins at byte 42" + unclosed +
           " (the likely cause is the stray quotation mark in the record of line 2)"},
      {"unclosed behind a stray one in the same record",
       "a@x.com,5\" disk\nb@x.com,\"2,2\"\nc@x.com,3\n",
       "users.csv:3: a quotation mark in the field that begins at byte 42" + unclosed +
           " (the likely cause is the stray quotation mark in the record of line 2)"},
      {"never closed, the rest of the file in its record",
       "a@x.com,\"1\nb@x.com,\"2\"\nc@x.com,\"3\"\n",
       "users.csv:2: a quotation mark in the field that begins at byte 23" + unclosed},
      {"unclosed in the last byte", "a@x.com,1\nb@x.com,\"",
       "users.csv:3: a quotation mark in the field that begins at byte 33" + unclosed},
      {"field over 1 MiB", "a@x.com,1\nb@x.com," + std::string(kMiB + 1, 'x') + "\n",
       "users.csv:3: the field that begins at byte 33" + too_large},
      {"quotation mark that 1 MiB does not close",
       "a@x.com,\"1\n" + std::string(kMiB, '\n') + "b@x.com,2\n",
       "users.csv:2: the field that begins at byte 23" + too_large},
      {"record over 4 MiB",
       "a@x.com,1\n" +
           [] {
             std::string record;
             for (int i = 0; i < 5; ++i) record += std::string(kMiB - 1, 'x') + ",";
             return record;
           }(),
       "users.csv:3: the record that begins at byte 25 is larger than 4 MiB: close its quotation "
       "mark if one is missing, or shorten it"},
  };
  for (const RefusalCase& c : cases) {
    SCOPED_TRACE(c.name);
    const test::ScratchFile file("email,metadata\n" + c.body);
    const auto header = csv::ReadHeader(file.path(), {});
    ASSERT_TRUE(header.ok()) << header.error().message;
    const auto survey = SurveyFile(file.path(), *header, {});
    ASSERT_FALSE(survey.ok());
    EXPECT_EQ(file.Shorten(survey.error().message), c.message);
    EXPECT_EQ(survey.error().code, base::ErrorCode::kInput);
  }
}

TEST(SurveyRefusals, AFieldOfExactlyOneMebibyteIsTaken) {
  const test::ScratchFile file("email,metadata\na@x.com," + std::string(kMiB, 'x') + "\n");
  const auto header = csv::ReadHeader(file.path(), {});
  const auto survey = SurveyFile(file.path(), *header, {});
  ASSERT_TRUE(survey.ok()) << survey.error().message;
  EXPECT_EQ(survey->rows, 1);
}

TEST(SurveyRefusals, AFileThatWentAwayIsSaid) {
  const auto survey = SurveyFile("/absent/users.csv", {}, {});
  ASSERT_FALSE(survey.ok());
  EXPECT_EQ(survey.error().code, base::ErrorCode::kNotFound);
  EXPECT_FALSE(HashFile("/absent/users.csv").ok());
}

}  // namespace
}  // namespace rehome::survey

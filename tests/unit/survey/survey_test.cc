#include "survey/survey.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "unit/csv/scratch_file.h"

namespace rehome::survey {
namespace {

Survey SurveyOf(const test::ScratchFile& file, const SurveyOptions& options = {}) {
  const auto header = csv::ReadHeader(file.path(), {});
  EXPECT_TRUE(header.ok()) << header.error().message;
  auto survey = SurveyFile(file.path(), *header, options);
  EXPECT_TRUE(survey.ok()) << survey.error().message;
  return survey ? std::move(*survey) : Survey{};
}

TEST(Survey, CountsRowsUsersAndBytesAndHashesTheFile) {
  const std::string bytes =
      "email,first_name\n"
      "a@x.com,A\n\n"
      "b@x.com\n"
      " A@X.com ,\"A\nB\"\r\n"
      ",nobody\n"
      "c@x.com,C";
  const test::ScratchFile file(bytes);
  const Survey survey = SurveyOf(file);
  EXPECT_EQ(survey.bytes, static_cast<std::int64_t>(bytes.size()));
  EXPECT_EQ(survey.hash, base::HashBytes(bytes));
  EXPECT_EQ(survey.hash, *HashFile(file.path()));
  EXPECT_EQ(survey.rows, 5);
  EXPECT_EQ(survey.selected_rows, 5);
  EXPECT_EQ(survey.malformed_rows, 1);
  EXPECT_EQ(survey.distinct_users, 2);
  EXPECT_EQ(survey.repeated_users->count(), 1);
  EXPECT_EQ(survey.rows_with_organization, 0);
  EXPECT_TRUE(survey.organizations.empty());
  ASSERT_EQ(survey.chunks.size(), 1U);
  EXPECT_EQ(survey.chunks[0].begin, 17);
  EXPECT_EQ(survey.chunks[0].end, survey.bytes);
  EXPECT_EQ(survey.chunk_rows, (std::vector<std::int64_t>{5}));
}

TEST(Survey, AFileWithoutRowsHasNoChunks) {
  for (const std::string bytes : {"email", "email\n", "email\r\n\r\n \n"}) {
    const test::ScratchFile file(bytes);
    const Survey survey = SurveyOf(file);
    EXPECT_EQ(survey.rows, 0);
    EXPECT_TRUE(survey.chunks.empty());
    EXPECT_EQ(survey.repeated_users->count(), 0);
    EXPECT_EQ(survey.bytes, static_cast<std::int64_t>(bytes.size()));
    EXPECT_EQ(survey.hash, base::HashBytes(bytes));
  }
}

TEST(Survey, SelectsAPartForCountsAndOrganizationsButNotForUsersAndChunks) {
  const test::ScratchFile file(
      "email,org_external_id,org_name\n"
      "a@x.com,one,One\n"
      "b@x.com,two,Two\n"
      "a@x.com\n"
      "a@x.com,two,Two\n"
      "c@x.com,three,Three\n");
  SurveyOptions options;
  options.first_row = 2;
  options.last_row = 4;
  const Survey survey = SurveyOf(file, options);
  EXPECT_EQ(survey.rows, 5);
  EXPECT_EQ(survey.selected_rows, 3);
  EXPECT_EQ(survey.malformed_rows, 1);
  EXPECT_EQ(survey.distinct_users, 2);
  ASSERT_EQ(survey.organizations.size(), 1U);
  EXPECT_EQ(survey.organizations[0].ref.value, "two");
  EXPECT_EQ(survey.organizations[0].first_row, 2);
  EXPECT_EQ(survey.organizations[0].rows, 2);
  EXPECT_EQ(survey.repeated_users->FirstRow("a@x.com")->value().row, 1);
  EXPECT_EQ(survey.chunk_rows, (std::vector<std::int64_t>{5}));
}

TEST(Survey, CutsChunksAtRecordsAndAtOneMebibyte) {
  std::string bytes = "email,metadata\n";
  for (int i = 0; i < 3000; ++i) {
    bytes += "user" + std::to_string(i) + "@x.com,\"" + std::string(997, '\n') + "\"\n";
  }
  const std::string large(1000000, 'x');
  bytes += "a@x.com," + large + "\nb@x.com," + std::string(1 << 20, 'y') + "\n";
  bytes += std::string(3 << 20, '\n') + "c@x.com,1\n";
  const test::ScratchFile file(bytes);
  const Survey survey = SurveyOf(file);
  EXPECT_EQ(survey.rows, 3003);
  std::int64_t begin = 15;
  std::int64_t row = 1;
  for (std::size_t i = 0; i < survey.chunks.size(); ++i) {
    const csv::Range& chunk = survey.chunks[i];
    EXPECT_EQ(chunk.begin, begin);
    EXPECT_EQ(chunk.first_row, row);
    const auto lines = std::count(bytes.begin(), bytes.begin() + chunk.begin, '\n');
    EXPECT_EQ(chunk.first_line, lines + 1);
    EXPECT_TRUE(chunk.end - chunk.begin <= 1 << 20 || survey.chunk_rows[i] == 1);
    EXPECT_LE(chunk.end - chunk.begin, (1 << 20) + 100);
    begin = chunk.end;
    row += survey.chunk_rows[i];
  }
  EXPECT_EQ(begin, survey.bytes);
  EXPECT_EQ(row, 3004);
}

TEST(Survey, TwoSurveysOfOneFileAreEqual) {
  std::string bytes = "email,org_id,org_external_id,org_name\n";
  for (int i = 0; i < 2000; ++i) {
    const std::string name = std::to_string(i % 97);
    bytes += "u" + std::to_string(i % 700) + "@x.com,,ext-" + name + ",Name " + name + "\n";
  }
  const test::ScratchFile file(bytes);
  const Survey first = SurveyOf(file);
  const Survey second = SurveyOf(file);
  ASSERT_EQ(first.organizations.size(), 97U);
  EXPECT_EQ(first.rows_with_organization, 2000);
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < first.organizations.size(); ++i) {
    EXPECT_EQ(first.organizations[i].ref, second.organizations[i].ref);
    EXPECT_EQ(first.organizations[i].rows, second.organizations[i].rows);
    rows += first.organizations[i].rows;
  }
  EXPECT_EQ(rows, 2000);
  EXPECT_EQ(first.hash, second.hash);
  EXPECT_EQ(first.distinct_users, 700);
  EXPECT_EQ(first.repeated_users->count(), 700);
}

}  // namespace
}  // namespace rehome::survey

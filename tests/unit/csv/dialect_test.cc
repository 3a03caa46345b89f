#include "csv/dialect.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "unit/csv/scratch_file.h"

namespace rehome::csv {
namespace {

using model::Column;
using Columns = std::vector<std::optional<Column>>;

Header Read(const std::string& bytes, const ColumnOptions& options = {}) {
  const test::ScratchFile file(bytes);
  auto header = ReadHeader(file.path(), options);
  EXPECT_TRUE(header.ok()) << header.error().message;
  if (!header) return {};
  for (std::string& warning : header->warnings) warning = file.Shorten(warning);
  return *header;
}

TEST(Dialect, MatchesNamesWithoutCaseAndBlanksAndReadsQuotedOnes) {
  const Header header = Read(" EMAIL ,\"First_Name\",\"org_name\"\r\nrow");
  EXPECT_EQ(header.delimiter, ',');
  EXPECT_EQ(header.names, (std::vector<std::string>{"EMAIL", "First_Name", "org_name"}));
  EXPECT_EQ(header.columns, (Columns{Column::kEmail, Column::kFirstName, Column::kOrgName}));
  EXPECT_EQ(header.body_offset, 33);
  EXPECT_EQ(header.body_line, 2);
  EXPECT_TRUE(header.Has(Column::kOrgName));
  EXPECT_FALSE(header.Has(Column::kOrgId));
  EXPECT_TRUE(header.warnings.empty());
}

struct DelimiterCase {
  const char* name;
  std::string bytes;
  char delimiter;
  std::size_t fields;
};

TEST(Dialect, TakesTheDelimiterThatTheHeaderUses) {
  const DelimiterCase cases[] = {
      {"comma", "email,first_name\n", ',', 2},
      {"semicolon", "email;first_name\n", ';', 2},
      {"tab", "email\tfirst_name\n", '\t', 2},
      {"bar", "first_name|email\n", '|', 2},
      {"one column", "email\n", ',', 1},
      {"most columns of ours", "email;first_name,last_name,org_name;metadata\n", ';', 3},
      {"quoted names", "\"email\";\"first_name\"\n", ';', 2},
      {"delimiter in a quoted name", "\"a;b;c;d\",email\n", ',', 2},
  };
  for (const DelimiterCase& c : cases) {
    SCOPED_TRACE(c.name);
    ColumnOptions options;
    options.plain_input = true;
    const Header header = Read(c.bytes, options);
    EXPECT_EQ(header.delimiter, c.delimiter);
    EXPECT_EQ(header.columns.size(), c.fields);
  }
}

struct PlaceCase {
  const char* name;
  std::string bytes;
  std::int64_t offset;
  std::int64_t line;
};

TEST(Dialect, KnowsWhereTheDataBegin) {
  const PlaceCase cases[] = {
      {"byte-order mark",
       "\xef\xbb\xbf"
       "email\nx",
       9, 2},
      {"CRLF", "email\r\nx", 7, 2},
      {"no final newline", "email", 5, 1},
      {"blank lines in front", "\n \r\nemail\nx", 10, 4},
      {"newline in a name", "email,\"a\nb\"\nx", 12, 3},
  };
  for (const PlaceCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Header header = Read(c.bytes);
    EXPECT_EQ(header.body_offset, c.offset);
    EXPECT_EQ(header.body_line, c.line);
  }
}

TEST(Dialect, WarnsOfColumnsItDoesNotKnow) {
  const Header header = Read("email,phone,,locale\n");
  EXPECT_EQ(header.columns, (Columns{Column::kEmail, {}, {}, {}}));
  EXPECT_EQ(header.warnings,
            (std::vector<std::string>{
                "users.csv:1: the column \"phone\" is unknown: it is not imported",
                "users.csv:1: field 3 of the header has no name: it is not imported",
                "users.csv:1: the column \"locale\" is unknown: it is not imported"}));
}

TEST(Dialect, AppliesRenamesAndIgnoredColumnsFirst) {
  ColumnOptions options;
  options.renames = {{"e-mail", "Email"}};
  options.ignored = {"ORGNAME"};
  const Header header = Read("E-mail,orgname,org_name\n", options);
  EXPECT_EQ(header.columns, (Columns{Column::kEmail, {}, Column::kOrgName}));
  EXPECT_TRUE(header.warnings.empty());
}

TEST(Dialect, TakesARowFileOfOurOwnAsPlainInputWithoutAWord) {
  ColumnOptions options;
  options.plain_input = true;
  const Header header = Read("_row,_outcome,email\n", options);
  EXPECT_EQ(header.columns, (Columns{{}, {}, Column::kEmail}));
  EXPECT_TRUE(header.warnings.empty());
}

// `code field` of each finding.
std::vector<std::string> FindingsOf(const std::string& bytes) {
  const test::ScratchFile file(bytes);
  const auto header = InspectHeader(file.path(), {});
  EXPECT_TRUE(header.ok()) << (header ? "" : header.error().message);
  std::vector<std::string> told;
  for (const HeaderFinding& finding : header->findings) {
    told.push_back(std::string(model::CodeOf(finding.reason)) + " " +
                   std::to_string(finding.field));
  }
  return told;
}

TEST(Dialect, InspectsAHeaderToItsEnd) {
  EXPECT_EQ(FindingsOf("phone,orgname,password,Password,e_mail\n"),
            (std::vector<std::string>{"header_lookalike 2", "header_lookalike 5",
                                      "header_column_twice 4", "header_column_unknown 1"}));
  EXPECT_EQ(FindingsOf("first_name\n"), (std::vector<std::string>{"header_email_missing 0"}));
  EXPECT_EQ(FindingsOf("email,_row,_code,phone\n"),
            (std::vector<std::string>{"header_row_file 2", "header_column_unknown 4"}));
}

}  // namespace
}  // namespace rehome::csv

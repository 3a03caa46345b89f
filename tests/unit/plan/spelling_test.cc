#include "plan/spelling.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/plan/rows.h"

namespace rehome::plan {
namespace {

using model::Column;

std::string Remarks(const model::Row& row) {
  Planned planned;
  planned.plan.warnings = CheckSpelling(row).warnings;
  return Warnings(planned);
}

TEST(Spelling, TellsBlanksAroundWhatIsTrimmedAndNothingElse) {
  EXPECT_EQ(Remarks(RowOf({{Column::kEmail, " ann@example.com"},
                           {Column::kFirstName, " Ann "},
                           {Column::kPassword, " secret "},
                           {Column::kExternalId, "  "},
                           {Column::kOrgExternalId, "acme\t"}})),
            "email: blanks_around_value: \"ann@example.com\" has blanks around it\n"
            "org_external_id: blanks_around_value: \"acme\" has blanks around it\n");
}

TEST(Spelling, ShowsNoHashThatStandsInTheColumnOfItsType) {
  const std::string hash = "$2a$10$zQuUUvw3b8TDWmAIezZvcONiD/JAVJNrx8SL70xk4T2rNC5RS/Ddq";
  EXPECT_EQ(Remarks(RowOf({{Column::kPasswordHashType, " " + hash}})),
            "password_hash_type: blanks_around_value: [masked] has blanks around it\n");
}

TEST(Spelling, TellsOtherWordsForTrueAndFalse) {
  EXPECT_EQ(Remarks(RowOf({{Column::kEmailVerified, "Yes"}})),
            "email_verified: boolean_spelling: \"Yes\" means true\n");
  EXPECT_EQ(Remarks(RowOf({{Column::kEmailVerified, " 0 "}})),
            "email_verified: blanks_around_value: \"0\" has blanks around it\n"
            "email_verified: boolean_spelling: \"0\" means false\n");
  for (const char* word : {"true", "FALSE", "", "perhaps"}) {
    EXPECT_EQ(Remarks(RowOf({{Column::kEmailVerified, word}})), "") << word;
  }
}

struct CellCase {
  const char* name;
  Column column;
  const char* cell;
  const char* clean;  // nullptr: right as it is
};

TEST(Spelling, CleansACellWithoutChangingWhatItMeans) {
  const CellCase cases[] = {
      {"blanks", Column::kEmail, "\ta@x.com ", "a@x.com"},
      {"a clean one", Column::kEmail, "a@x.com", nullptr},
      {"nothing but blanks", Column::kEmail, "  ", nullptr},
      {"a name is sent as it is", Column::kLastName, " Li ", nullptr},
      {"a password is sent as it is", Column::kPassword, " p ", nullptr},
      {"a hash is sent as it is", Column::kPasswordHash, " p ", nullptr},
      {"a word and blanks", Column::kEmailVerified, " n ", "false"},
      {"blanks alone", Column::kEmailVerified, " True ", "True"},
      {"no word", Column::kEmailVerified, "perhaps", nullptr},
      {"metadata of strings", Column::kMetadata, R"( {"a":"b"} )", nullptr},
      {"other metadata", Column::kMetadata, R"({"n":1.50,"z":null,"l":[1,"x"],"s":"\u00e9"})",
       "{\"n\":\"1.50\",\"l\":\"[1,\\\"x\\\"]\",\"s\":\"\xc3\xa9\"}"},
      {"only null", Column::kMetadata, R"({"z":null})", "{}"},
      {"no JSON", Column::kMetadata, "{x}", nullptr},
      {"an empty key is rejected", Column::kMetadata, R"({"":1})", nullptr},
  };
  for (const CellCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto clean = CleanCell(c.column, c.cell);
    ASSERT_EQ(clean.has_value(), c.clean != nullptr);
    if (!clean) continue;
    EXPECT_EQ(*clean, c.clean);
    EXPECT_EQ(CleanCell(c.column, *clean), std::nullopt);
    const model::Row before = RowOf({{c.column, c.cell}});
    const model::Row after = RowOf({{c.column, *clean}});
    EXPECT_EQ(Remarks(after), "");
    EXPECT_EQ(Plan(before).plan.user.metadata, Plan(after).plan.user.metadata);
    EXPECT_EQ(Plan(before).plan.user.email_verified, Plan(after).plan.user.email_verified);
    EXPECT_EQ(Plan(before).plan.user.email, Plan(after).plan.user.email);
  }
}

}  // namespace
}  // namespace rehome::plan

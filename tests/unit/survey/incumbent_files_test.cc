#include <gtest/gtest.h>

#include "csv/reader.h"
#include "survey/survey.h"
#include "unit/csv/scratch_file.h"

namespace rehome::survey {
namespace {

struct FileCase {
  const char* name;
  std::string bytes;
  std::int64_t rows;
  std::int64_t users;
  std::vector<std::string> organizations;
};

// In the form of the files that the tools before this one ship as examples.
TEST(IncumbentFiles, AreTakenUnchanged) {
  const FileCase cases[] = {
      {"users without organizations, no final newline",
       "email,first_name,last_name,email_verified,password,password_hash,password_hash_type,"
       "external_id,metadata\n"
       "just-email@test.com,,,,,,,,\n"
       "name-verified@test.com,Alex,Example,yes,,,,,\"{\"\"plan\"\":\"\"starter\"\"}\"\n"
       "with-hash@test.com,,,,,$2a$10$h8wZPR,bcrypt,ext-123,\"{\"\"plan\"\":\"\"starter\"\"}\"",
       3,
       3,
       {}},
      {"several memberships",
       "email,first_name,last_name,email_verified,external_id,metadata,org_external_id,org_name\n"
       "alice@example.com,Alice,Smith,true,user-001,\"{\"\"department\"\":\"\"Sales\"\"}\",acme-"
       "corp,"
       "Acme Corporation\n"
       "alice@example.com,Alice,Smith,true,user-001,\"{\"\"department\"\":\"\"Sales\"\"}\",beta-"
       "inc,"
       "Beta Inc\n"
       "dana@example.com,Dana,White,false,user-004,,delta-co,Delta Company\n\n",
       3,
       2,
       {"acme-corp", "beta-inc", "delta-co"}},
      {"rows with errors of their own",
       "email,first_name,last_name,email_verified,external_id,metadata,org_id,org_external_id,"
       "org_name,password_hash\n"
       ",Alice,Smith,true,user-001,,,,Acme Corp,\n"
       "charlie@example.com,Charlie,Brown,invalid,user-003,{invalid json},,,Gamma LLC,\n"
       "dana@example.com,Dana,White,true,user-004,,org_001,dana-org,Delta Co,\n"
       "eve@example.com,Eve,Green,true,user-005,,,eve-org,Eve Inc,hash123\n",
       4,
       3,
       {"eve-org"}},
  };
  for (const FileCase& c : cases) {
    SCOPED_TRACE(c.name);
    const test::ScratchFile file(c.bytes);
    const auto header = csv::ReadHeader(file.path(), {});
    ASSERT_TRUE(header.ok()) << header.error().message;
    EXPECT_TRUE(header->warnings.empty());
    const auto survey = SurveyFile(file.path(), *header, {});
    ASSERT_TRUE(survey.ok()) << survey.error().message;
    EXPECT_EQ(survey->rows, c.rows);
    EXPECT_EQ(survey->malformed_rows, 0);
    EXPECT_EQ(survey->distinct_users, c.users);
    std::vector<std::string> organizations;
    for (const auto& organization : survey->organizations) {
      organizations.push_back(organization.ref.value);
    }
    EXPECT_EQ(organizations, c.organizations);
  }
}

}  // namespace
}  // namespace rehome::survey

#include "plan/role_slugs.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rehome::plan {
namespace {

struct RolesCase {
  const char* name;
  std::string cell;
  std::vector<std::string> slugs;
  std::string fault;
};

TEST(RoleSlugs, AreReadInThreeForms) {
  const std::string longest(48, 'a');
  const std::vector<RolesCase> cases = {
      {"none", "", {}, ""},
      {"blank", "  ", {}, ""},
      {"one", "admin", {"admin"}, ""},
      {"several", "admin, org-member_2", {"admin", "org-member_2"}, ""},
      {"JSON", R"(["admin","member"])", {"admin", "member"}, ""},
      {"JSON with blanks", R"( [ "admin" ] )", {"admin"}, ""},
      {"empty JSON array", "[]", {}, ""},
      {"doubled", "a,b,a", {"a", "b"}, ""},
      {"longest", longest, {longest}, ""},
      {"too long",
       longest + "a",
       {},
       "\"" + longest + "a\" is not 1 to 48 lower-case letters, digits, hyphens and underscores"},
      {"upper case",
       "Admin",
       {},
       "\"Admin\" is not 1 to 48 lower-case letters, digits, hyphens and underscores"},
      {"second one is bad",
       "admin,a b",
       {},
       "\"a b\" is not 1 to 48 lower-case letters, digits, hyphens and underscores"},
      {"trailing comma", "admin,", {}, "\"admin,\" has an empty entry"},
      {"empty entry in JSON", R"([""])", {}, "\"[\"\"]\" has an empty entry"},
      {"broken JSON", R"(["admin")", {}, "\"[\"admin\"\" is not a JSON array of strings"},
      {"numbers", "[1]", {}, "\"[1]\" is not a JSON array of strings"},
  };
  for (const RolesCase& c : cases) {
    SCOPED_TRACE(c.name);
    const CheckedRoles checked = CheckRoleSlugs(c.cell);
    EXPECT_EQ(checked.findings.rejections.empty(), c.fault.empty());
    EXPECT_EQ(checked.slugs, c.slugs);
    if (checked.findings.rejections.empty()) continue;
    EXPECT_EQ(checked.findings.rejections.front().detail, c.fault);
    EXPECT_EQ(checked.findings.rejections.front().reason, model::Reason::kRoleSlugsInvalid);
  }
}

}  // namespace
}  // namespace rehome::plan

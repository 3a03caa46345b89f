#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer.h"
#include "base/file.h"
#include "base/text.h"
#include "json/value.h"

namespace rehome::directory {
namespace {

using model::Reason;

// The examples of every error answer that the vendor's OpenAPI document (github.com/workos/
// openapi-spec, commit 7fd8359, MIT licence) gives for the paths that are asked here.
constexpr const char* kFile = REHOME_SOURCE_DIR "/tests/unit/directory/published_errors.jsonl";

struct Published {
  std::string name;
  std::string path;
  int status = 0;
  std::string code;
  std::string message;
  std::string body;
};

std::vector<Published> Load() {
  const auto text = base::ReadWholeFile(kFile);
  EXPECT_TRUE(text.ok());
  std::vector<Published> all;
  if (!text.ok()) return all;
  for (const std::string& line : base::Split(*text, '\n')) {
    if (line.empty()) continue;
    const auto value = json::Parse(line);
    EXPECT_TRUE(value.ok()) << line;
    const json::Value* body = value->Find("body");
    all.push_back({.name = line,
                   .path = std::string(value->StringAt("path")),
                   .status = static_cast<int>(value->Find("status")->AsInt().value_or(0)),
                   .code = std::string(body->StringAt("code")),
                   .message = std::string(body->StringAt("message")),
                   .body = json::Serialize(*body)});
  }
  return all;
}

Subject SubjectOf(std::string_view path) {
  if (path.starts_with("/user_management/organization_memberships")) return Subject::kMembership;
  return path.starts_with("/organizations") ? Subject::kOrganization : Subject::kUser;
}

struct Expected {
  Meaning meaning = Meaning::kRefused;
  Reason reason = Reason::kNone;
};

// By hand, from what the document says each code is for.
const std::map<std::string, Expected>& ByCode() {
  static const std::map<std::string, Expected> expected = {
      {"external_id_already_used", {Meaning::kExists}},
      {"email_not_available", {Meaning::kExists}},
      {"password_strength_error", {Meaning::kRefused, Reason::kPasswordRefused}},
      {"invalid_password_hash", {Meaning::kRefused, Reason::kPasswordHashRefused}},
      {"password_and_password_hash_provided", {Meaning::kRefused, Reason::kPasswordHashRefused}},
      {"password_and_password_hash_type_provided",
       {Meaning::kRefused, Reason::kPasswordHashRefused}},
      {"password_salt_position_requires_password_hash",
       {Meaning::kRefused, Reason::kPasswordHashRefused}},
      {"cannot_reactivate_pending_organization_membership",
       {Meaning::kRefused, Reason::kMembershipPending}},
      {"invalid_role", {Meaning::kRefused, Reason::kRoleUnknown}},
      {"multiple_roles_not_enabled", {Meaning::kRefused, Reason::kMultipleRolesDisabled}}};
  return expected;
}

Reason Plain(Subject subject) {
  switch (subject) {
    case Subject::kOrganization:
      return Reason::kOrganizationRefused;
    case Subject::kUser:
      return Reason::kUserRefused;
    case Subject::kMembership:
      return Reason::kMembershipRefused;
  }
  return Reason::kNone;
}

Expected ExpectedOf(const Published& published) {
  const Subject subject = SubjectOf(published.path);
  const auto by_code = ByCode().find(published.code);
  if (by_code != ByCode().end()) return by_code->second;
  if (published.code == "invalid_metadata" && subject == Subject::kUser) {
    return {Meaning::kRefused, Reason::kMetadataRefused};
  }
  if (published.code.empty() && published.status == 403) return {Meaning::kForbidden};
  if (published.code.empty() && published.status == 404) return {Meaning::kNotFound};
  if (published.code.empty() && published.status == 409) return {Meaning::kExists};
  return {Meaning::kRefused, Plain(subject)};
}

TEST(PublishedErrors, EachMeansWhatItsCodeOrStatusSays) {
  const std::vector<Published> all = Load();
  ASSERT_EQ(all.size(), 53U);
  for (const Published& published : all) {
    SCOPED_TRACE(published.name);
    const Reply reply =
        Understand(SubjectOf(published.path), Answer(published.status, published.body));
    const Expected expected = ExpectedOf(published);
    EXPECT_EQ(static_cast<int>(reply.meaning), static_cast<int>(expected.meaning));
    EXPECT_EQ(model::CodeOf(reply.reason), model::CodeOf(expected.reason));
    EXPECT_TRUE(reply.words.provider_code.starts_with(published.code));
    std::string_view words = published.message;
    while (words.ends_with('.')) words.remove_suffix(1);
    EXPECT_NE(reply.words.message.find(words), std::string::npos) << reply.words.message;
  }
}

// Without their codes, as an older server or a proxy may send them.
TEST(PublishedErrors, TheWordsOfAMembershipsErrorsDoWithoutTheirCodes) {
  int seen = 0;
  for (const Published& published : Load()) {
    if (SubjectOf(published.path) != Subject::kMembership || published.status == 404) continue;
    if (ByCode().find(published.code) == ByCode().end()) continue;
    ++seen;
    const Reply reply =
        Understand(Subject::kMembership,
                   Answer(published.status, R"({"message":")" + published.message + R"("})"));
    EXPECT_EQ(model::CodeOf(reply.reason), model::CodeOf(ExpectedOf(published).reason))
        << published.name;
  }
  EXPECT_EQ(seen, 5);
}

}  // namespace
}  // namespace rehome::directory

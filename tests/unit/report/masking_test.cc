#include "report/masking.h"

#include <gtest/gtest.h>

#include "report/render.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

Summary PersonalSummary() {
  Summary summary;
  summary.run = FinishedRun(3, 1);
  summary.run.file = "/home/zed.secret/zed-users.csv";
  summary.run.command = "rehome import /home/zed.secret/zed-users.csv";
  summary.run.options = {{"org-name", "zed-company"}, {"on-existing", "adopt"}};
  summary.run.key_origin = "/home/zed.secret/key";
  ErrorGroup group;
  group.reason = model::Reason::kEmailInvalid;
  group.count = 1;
  group.sample_rows = {2};
  group.sample_detail = "\"zed at example.com\" holds a blank";
  group.words = "400 zed@example.com is taken";
  group.columns = {{"metadata.zed-key", 3}};
  summary.errors = {group};
  summary.stop_reason = "zed@example.com";
  summary.counters.verification.why_incomplete = "zed";
  return summary;
}

TEST(Masking, LeavesNothingPersonalInASummary) {
  const Masking masking = Masking::WithSalt("salt");
  const std::string json = RenderJson(masking.Of(PersonalSummary()));
  EXPECT_EQ(json.find("zed"), std::string::npos) << json;
  EXPECT_NE(json.find("\"on-existing\":\"adopt\""), std::string::npos);
  EXPECT_NE(json.find("email_invalid"), std::string::npos);
}

TEST(Masking, KeepsEqualValuesEqualWithinOneReportOnly) {
  const Masking one = Masking::Random();
  EXPECT_EQ(one.Of("ext-1"), one.Of(" ext-1 "));
  EXPECT_NE(one.Of("ext-1"), one.Of("ext-2"));
  EXPECT_NE(one.Of("ext-1"), Masking::Random().Of("ext-1"));
  EXPECT_EQ(one.OfEmail("Zed@Example.com"), one.OfEmail("zed@example.com"));
  EXPECT_EQ(one.Of("").size(), 0U);
  EXPECT_EQ(one.Of("ext-1").size(), 13U);
}

TEST(Masking, KeepsIdsOfTheTargetAndWhatKindOfKeyItIs) {
  const Masking masking = Masking::WithSalt("salt");
  EXPECT_EQ(masking.OfOrganizationKey("id:org_01ABC"), "id:org_01ABC");
  // What is no id may be anybody's name.
  EXPECT_EQ(masking.OfOrganizationKey("id:Zed Works"), "id:" + masking.Of("Zed Works"));
  EXPECT_EQ(masking.OfOrganizationKey("external_id:acme"), "external_id:" + masking.Of("acme"));
  EXPECT_EQ(masking.OfOrganizationKey("name:Acme"), "name:" + masking.Of("Acme"));
}

TEST(Masking, WithoutASaltEverythingStays) {
  const Masking masking;
  EXPECT_EQ(masking.Of(" a "), " a ");
  EXPECT_EQ(RenderJson(masking.Of(PersonalSummary())), RenderJson(PersonalSummary()));
}

}  // namespace
}  // namespace rehome::report

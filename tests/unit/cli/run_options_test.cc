#include "cli/run_options.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "cli/session.h"

namespace rehome::cli {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

RunOptions Unusual() {
  RunOptions options;
  options.input.maps = {"E-mail=email", "Org=org_name"};
  options.input.ignored = {"notes"};
  options.input.as_plain_input = true;
  options.input.org_by_name = true;
  options.input.first_role_only = true;
  options.input.org_external_id = "acme";
  options.input.org_name = "Acme";
  options.on_existing = "update";
  options.adopt_unverified = true;
  options.full_success = true;
  options.ca_file = "/etc/proxy/ca.pem";
  options.pace.concurrency = "7";
  options.pace.workers = 3;
  options.pace.rate = "12.5";
  options.pace.reserve = 20;
  options.pace.min_delay_ms = 15;
  options.pace.warm_concurrency = 4;
  options.pace.max_failures = "25";
  return options;
}

TEST(RunOptions, SurviveTheRunsFile) {
  for (const RunOptions& options : {RunOptions(), Unusual()}) {
    const auto text = EncodeRunOptions(options);
    const RunOptions read = DecodeRunOptions(text);
    EXPECT_EQ(EncodeRunOptions(read), text);
    EXPECT_EQ(read.input.maps, options.input.maps);
    EXPECT_EQ(read.input.org_name, options.input.org_name);
    EXPECT_EQ(read.adopt_unverified, options.adopt_unverified);
    EXPECT_EQ(read.full_success, options.full_success);
    EXPECT_EQ(read.ca_file, options.ca_file);
    EXPECT_EQ(read.pace.min_delay_ms, options.pace.min_delay_ms);
    EXPECT_EQ(read.pace.max_failures, options.pace.max_failures);
  }
}

base::Result<survey::OrganizationOptions> OrganizationOf(const std::string& id,
                                                         const std::string& external_id,
                                                         const std::string& name) {
  InputOptions input;
  input.org_id = id;
  input.org_external_id = external_id;
  input.org_name = name;
  return OrganizationOptionsOf(input);
}

std::string RefusalOf(const std::string& id, const std::string& external_id,
                      const std::string& name) {
  const auto options = OrganizationOf(id, external_id, name);
  return options ? "" : options.error().message;
}

TEST(RunOptions, RefuseAnOrganizationForAllRowsThatNoRowCouldName) {
  for (const std::string& id :
       std::vector<std::string>{"org", "org_", "org_bad!", "org_01ABC DEF", "org_a/b", " "}) {
    EXPECT_TRUE(RefusalOf(id, "", "")
                    .starts_with("--org-id wants org_ with letters and digits behind it, not \""))
        << id;
  }
  for (const std::string& id : {std::string("ac\nme"), std::string("\xc3\xbcni"),
                                std::string(129, 'x'), std::string(" ")}) {
    EXPECT_TRUE(
        RefusalOf("", id, "Acme")
            .starts_with("--org-external-id wants 1 to 128 characters of printable ASCII, not \""))
        << id;
  }
  EXPECT_EQ(RefusalOf("", "acme", " "), "--org-name is blank");
}

TEST(RunOptions, TakeAnOrganizationForAllRowsAsACellIsTaken) {
  EXPECT_EQ(OrganizationOf(" org_01_a ", "", "")->all_rows->value, "org_01_a");
  const auto options = OrganizationOf("", " ac me ", " Acme ");
  EXPECT_EQ(options->all_rows->value, "ac me");
  EXPECT_EQ(options->all_rows_name, "Acme");
}

TEST(RunOptions, OnlyWhatChangesTheTargetMakesTwoRunsDifferent) {
  const auto base = EncodeRunOptions({});
  const std::vector<std::pair<std::function<void(RunOptions&)>, bool>> changes = {
      {[](RunOptions& o) { o.pace.rate = "5"; }, true},
      {[](RunOptions& o) { o.pace.workers = 8; }, true},
      {[](RunOptions& o) { o.full_success = true; }, true},
      {[](RunOptions& o) { o.ca_file = "/etc/proxy/ca.pem"; }, true},
      {[](RunOptions& o) { o.on_existing = "skip"; }, false},
      {[](RunOptions& o) { o.adopt_unverified = true; }, false},
      {[](RunOptions& o) { o.input.maps = {"a=email"}; }, false},
      {[](RunOptions& o) { o.input.org_id = "org_1"; }, false},
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    RunOptions options;
    changes[i].first(options);
    EXPECT_EQ(HaveSameEffects(base, EncodeRunOptions(options)), changes[i].second) << i;
  }
}

TEST(RunOptions, AreNamedWhereTheirEffectsDiffer) {
  RunOptions before;
  before.pace.rate = "5";
  before.input.maps = {"a=email", "b=first_name"};
  RunOptions now = before;
  now.pace.rate = "none";
  EXPECT_EQ(DifferentEffects(EncodeRunOptions(before), EncodeRunOptions(now)),
            std::vector<std::string>());
  now.input.maps = {"a=email"};
  now.input.org_id = "org_1";
  now.adopt_unverified = true;
  const std::vector<std::string> lines = {"--adopt-unverified no, now yes",
                                          "--map a=email and b=first_name, now a=email",
                                          "--org-id not given, now org_1"};
  EXPECT_EQ(DifferentEffects(EncodeRunOptions(before), EncodeRunOptions(now)), lines);
}

TEST(RunOptions, BecomeThePaceOfTheDispatcher) {
  const auto pace = [](const std::string& rate, int reserve) {
    RunOptions options;
    options.pace.rate = rate;
    options.pace.reserve = reserve;
    options.pace.min_delay_ms = 30;
    const auto import = ImportOptionsOf(options);
    EXPECT_TRUE(import.ok());
    return import ? import->dispatch.pace : dispatch::PaceSettings{};
  };
  EXPECT_EQ(pace("", 10).user_writes_per_10s, 450);
  EXPECT_EQ(pace("", 10).user_reads_per_10s, 900);
  EXPECT_EQ(pace("", 10).all_per_60s, 5400);
  EXPECT_EQ(pace("", 0).user_writes_per_10s, 500);
  EXPECT_EQ(pace("5", 10).user_writes_per_10s, 50);
  EXPECT_EQ(pace("5", 10).all_per_60s, 600);
  EXPECT_EQ(pace("none", 10).all_per_60s, 0);
  EXPECT_EQ(pace("none", 10).min_delay, milliseconds(30));
}

TEST(RunOptions, RefuseWhatMakesNoSense) {
  const auto refused = [](const std::function<void(RunOptions&)>& change) {
    RunOptions options;
    change(options);
    const auto import = ImportOptionsOf(options);
    return import ? std::string("accepted") : import.error().message;
  };
  EXPECT_EQ(refused([](RunOptions& o) { o.pace.rate = "fast"; }),
            "--rate wants writes per second or none, not \"fast\"");
  EXPECT_EQ(refused([](RunOptions& o) { o.pace.rate = "0"; }),
            "--rate wants writes per second or none, not \"0\"");
  EXPECT_EQ(refused([](RunOptions& o) { o.pace.rate = "nan"; }),
            "--rate wants writes per second or none, not \"nan\"");
  EXPECT_EQ(refused([](RunOptions& o) { o.pace.rate = "0.05"; }),
            "--rate wants at least 0.1 writes per second, not \"0.05\"; for less, use --min-delay "
            "with the milliseconds between two requests");
  EXPECT_EQ(refused([](RunOptions& o) { o.pace.rate = "0.1"; }), "accepted");
  EXPECT_EQ(refused([](RunOptions& o) { o.pace.rate = "1e300"; }),
            "--rate wants at most 10,000 writes per second or none, not \"1e300\"");
  EXPECT_EQ(refused([](RunOptions& o) { o.pace.concurrency = "0"; }),
            "--concurrency wants auto or a number from 1 to 10000, not \"0\"");
  EXPECT_EQ(refused([](RunOptions& o) { o.input.org_name = "Acme"; }),
            "--org-name alone is not unique: add --org-external-id, or --org-by-name");
  EXPECT_EQ(refused([](RunOptions& o) {
              o.input.org_id = "org_1";
              o.input.org_external_id = "acme";
            }),
            "--org-id and --org-external-id exclude each other");
  EXPECT_EQ(refused([](RunOptions& o) { o.input.org_id = "acme"; }),
            "--org-id wants org_ with letters and digits behind it, not \"acme\"");
  EXPECT_EQ(refused([](RunOptions&) {}), "accepted");
}

TEST(ColumnOptions, AMapSplitsAtItsLastEqualsSign) {
  InputOptions input;
  input.maps = {"a=b=email"};
  const auto columns = ColumnOptionsOf(input);
  ASSERT_TRUE(columns.ok());
  EXPECT_EQ(columns->renames.at("a=b"), "email");
  for (const std::string map : {"email", "=email", "E-mail="}) {
    input.maps = {map};
    const auto refused = ColumnOptionsOf(input);
    ASSERT_FALSE(refused.ok()) << map;
    EXPECT_EQ(refused.error().message, "--map wants 'header name=column', not \"" + map + "\"");
  }
}

TEST(ParseDuration, ReadsNumbersWithAUnit) {
  const std::vector<std::pair<std::string, base::Duration>> good = {
      {"0", seconds(0)},    {"45", seconds(45)},  {"500ms", milliseconds(500)},
      {"30s", seconds(30)}, {"10m", minutes(10)}, {"2h", hours(2)}};
  for (const auto& [text, duration] : good) {
    const auto parsed = ParseDuration(text, "--wait");
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(*parsed, duration) << text;
  }
  for (const std::string text : {"", "m", "-5s", "5 s", "5d", "1.5h", "s5"}) {
    const auto parsed = ParseDuration(text, "--wait");
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().message,
              "--wait wants a time such as 30s, 10m or 2h, not \"" + text + "\"");
  }
}

// A deadline beyond what the clocks hold would lie in the past.
TEST(ParseDuration, RefusesWhatNoClockHolds) {
  EXPECT_EQ(*ParseDuration("87600h", "--deadline"), hours(87600));
  for (const std::string text : {"87601h", "99999999999h", "9223372036854775807s"}) {
    const auto parsed = ParseDuration(text, "--deadline");
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().message,
              "--deadline wants at most ten years (87600h), not \"" + text + "\"");
  }
}

TEST(ParsePart, ReadsARangeOrALimit) {
  struct Case {
    std::string rows;
    std::int64_t limit;
    std::int64_t first;
    std::int64_t last;  // 0 = to the end
  };
  const std::vector<Case> good = {
      {"", 0, 1, 0}, {"", 20, 1, 20}, {"5-9", 0, 5, 9}, {"7", 0, 7, 7}, {"1-1", 0, 1, 1}};
  for (const Case& one : good) {
    const auto part = ParsePart(one.rows, one.limit);
    ASSERT_TRUE(part.ok()) << one.rows;
    EXPECT_EQ(part->first_row, one.first) << one.rows;
    EXPECT_EQ(part->last_row, one.last) << one.rows;
  }
  for (const std::string rows : {"0-4", "9-5", "a-b", "5-", "-5", "1-2-3"}) {
    const auto part = ParsePart(rows, 0);
    ASSERT_FALSE(part.ok()) << rows;
    EXPECT_EQ(part.error().message,
              "--rows wants two row numbers such as 1-100, not \"" + rows + "\"");
  }
  const auto both = ParsePart("1-5", 5);
  ASSERT_FALSE(both.ok());
  EXPECT_EQ(both.error().message, "--rows and --limit exclude each other");
}

TEST(ExitCode, IsWhatTheManualSaysForEachError) {
  using base::ErrorCode;
  const std::vector<std::pair<ErrorCode, int>> codes = {
      {ErrorCode::kUsage, 2},  {ErrorCode::kInput, 2},       {ErrorCode::kNotFound, 2},
      {ErrorCode::kLimit, 3},  {ErrorCode::kAuth, 4},        {ErrorCode::kTls, 4},
      {ErrorCode::kIo, 4},     {ErrorCode::kUnreachable, 4}, {ErrorCode::kDiskFull, 4},
      {ErrorCode::kFormat, 4}, {ErrorCode::kInternal, 4},    {ErrorCode::kLocked, 75}};
  for (const auto& [error, code] : codes) EXPECT_EQ(ToInt(ExitCodeOf(error)), code);
}

}  // namespace
}  // namespace rehome::cli

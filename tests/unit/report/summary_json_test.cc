#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "json/value.h"
#include "report/render.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

std::int64_t AnyNumber(base::Random& random) {
  return static_cast<std::int64_t>(random.Next() >> (1 + random.Below(62)));
}

std::string AnyText(base::Random& random) {
  static const std::vector<std::string> kTexts = {"",      "plain",   "\"quoted\"\n\t",
                                                  "Zoë ✓", "\x1b[2J", "</script>"};
  return kTexts[random.Below(kTexts.size())];
}

ErrorGroup AnyGroup(base::Random& random) {
  ErrorGroup group;
  group.phase = static_cast<model::Phase>(random.Below(kPhaseCount));
  group.reason = static_cast<model::Reason>(1 + random.Below(model::kReasonCount - 1));
  group.count = AnyNumber(random);
  group.derived = AnyNumber(random);
  for (std::uint64_t i = random.Below(6); i > 0; --i) {
    group.sample_rows.push_back(AnyNumber(random));
  }
  group.sample_detail = AnyText(random);
  for (std::uint64_t i = random.Below(3); i > 0; --i) {
    group.columns.emplace_back("metadata.key " + std::to_string(i), AnyNumber(random));
  }
  group.words = AnyText(random);
  return group;
}

PhaseLine AnyLine(base::Random& random) {
  PhaseLine line;
  line.phase = static_cast<model::Phase>(random.Below(kPhaseCount));
  line.read = AnyNumber(random);
  for (std::int64_t& count : line.counts) count = AnyNumber(random);
  line.in_doubt = AnyNumber(random);
  line.time = base::Duration(AnyNumber(random));
  line.requests = AnyNumber(random);
  line.rate_limited = AnyNumber(random);
  return line;
}

model::Timeline AnyTimeline(base::Random& random) {
  model::Timeline timeline = model::Timeline::OfWidth(AnyNumber(random) % 100'000);
  timeline.limits.all_per_60s = AnyNumber(random);
  for (std::uint64_t i = random.Below(300); i > 0; --i) {
    const std::chrono::seconds since(random.Below(10'000));
    model::TimelineBucket& bucket = timeline.At(base::WallTime(since));
    ++bucket.writes;
    bucket.rate_limited += static_cast<std::int64_t>(random.Below(3));
    bucket.waits[random.Below(model::kWaitCount)] += base::Duration(random.Below(1'000'000));
    ++bucket.latency[random.Below(model::kLatencyClasses)];
  }
  return timeline;
}

model::Verification AnyVerification(base::Random& random) {
  model::Verification verification;
  verification.state = static_cast<model::VerificationState>(random.Below(4));
  verification.why_incomplete = AnyText(random);
  verification.organizations = AnyNumber(random);
  verification.users = AnyNumber(random);
  verification.memberships = AnyNumber(random);
  for (std::int64_t& count : verification.findings) count = AnyNumber(random);
  verification.requests = AnyNumber(random);
  verification.rate_limited = AnyNumber(random);
  verification.mismatched_answers = AnyNumber(random);
  verification.time = base::Duration(AnyNumber(random));
  return verification;
}

RunCounters AnyCounters(base::Random& random) {
  RunCounters counters;
  for (base::Duration& time : counters.time) time = base::Duration(AnyNumber(random));
  for (std::int64_t& count : counters.requests) count = AnyNumber(random);
  for (std::int64_t& count : counters.rate_limited) count = AnyNumber(random);
  counters.cache_entries = AnyNumber(random);
  counters.cache_hits = AnyNumber(random);
  counters.cache_misses = AnyNumber(random);
  counters.mismatched_answers = AnyNumber(random);
  counters.connections = AnyNumber(random);
  counters.lock_wait = base::Duration(AnyNumber(random));
  counters.machine = base::Duration(AnyNumber(random));
  counters.forecast_min = base::Duration(AnyNumber(random));
  counters.forecast_likely = base::Duration(AnyNumber(random));
  counters.verification = AnyVerification(random);
  counters.timeline = AnyTimeline(random);
  for (std::uint64_t i = random.Below(4); i > 0; --i) counters.findings.push_back(AnyGroup(random));
  return counters;
}

Summary AnySummary(base::Random& random) {
  Summary summary;
  summary.run = FinishedRun(AnyNumber(random), static_cast<int>(random.Below(6)));
  summary.run.target_name = AnyText(random);
  summary.run.options = {{"on-existing", AnyText(random)}};
  if (random.Below(2) == 0) summary.run.exit_code.reset();
  summary.counters = AnyCounters(random);
  for (std::int64_t& count : summary.rows) count = AnyNumber(random);
  summary.rows_read = AnyNumber(random);
  for (std::uint64_t i = random.Below(5); i > 0; --i) summary.phases.push_back(AnyLine(random));
  for (std::uint64_t i = random.Below(4); i > 0; --i) summary.errors.push_back(AnyGroup(random));
  for (std::uint64_t i = random.Below(4); i > 0; --i) summary.warnings.push_back(AnyGroup(random));
  summary.adopted_with_password = AnyNumber(random);
  summary.stop_reason = AnyText(random);
  return summary;
}

TEST(SummaryJson, ReadsBackExactlyWhatItWrote) {
  const std::uint64_t seed = 20261123;
  base::Random random(seed);
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round));
    const Summary wrote = AnySummary(random);
    const auto read = ParseSummaryJson(RenderJson(wrote));
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(read->counters, wrote.counters);
    EXPECT_EQ(read->rows, wrote.rows);
    EXPECT_EQ(read->rows_read, wrote.rows_read);
    EXPECT_EQ(read->phases, wrote.phases);
    EXPECT_EQ(read->errors, wrote.errors);
    EXPECT_EQ(read->warnings, wrote.warnings);
    EXPECT_EQ(read->adopted_with_password, wrote.adopted_with_password);
    EXPECT_EQ(read->stop_reason, wrote.stop_reason);
    EXPECT_EQ(read->run.last_row, wrote.run.last_row);
    EXPECT_EQ(read->run.exit_code, wrote.run.exit_code);
    EXPECT_EQ(read->run.options, wrote.run.options);
    EXPECT_EQ(RenderJson(*read), RenderJson(wrote));
  }
}

TEST(SummaryJson, OfARehomeThatDidNotVerifyIsRead) {
  std::string json = RenderJson(Summary{});
  const std::size_t at = json.find(",\"verification\":{");
  ASSERT_NE(at, std::string::npos);
  json.erase(at, json.find('}', at) + 1 - at);
  const auto read = ParseSummaryJson(json);
  ASSERT_TRUE(read.ok()) << json;
  EXPECT_EQ(read->counters.verification, model::Verification{});
}

TEST(SummaryJson, IsOneLineSoThatEventsCanCarryIt) {
  Summary summary;
  summary.stop_reason = "two\nlines";
  EXPECT_THAT(RenderJson(summary), ::testing::Not(::testing::HasSubstr("\n")));
}

TEST(SummaryJson, SaysCauseAndFixOfEachGroup) {
  Summary summary;
  summary.errors.push_back({model::Phase::kUsers, model::Reason::kEmailMissing, 1, 0, {7}, "", ""});
  const std::string json = RenderJson(summary);
  EXPECT_THAT(
      json, ::testing::HasSubstr(
                R"("errors":[{"phase":"users","code":"email_missing","count":1,"derived":0,)"
                R"("rows":[7],"detail":"","words":"","columns":{},"cause":"the row has no e-mail",)"
                R"("fix":"fill in the column email","retryable":false}])"));
}

TEST(SummaryJson, RefusesWhatItCannotUnderstand) {
  const std::string sound = RenderJson(Summary{});
  ASSERT_TRUE(ParseSummaryJson(sound).ok());
  struct Case {
    const char* name;
    std::string json;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"newer version", R"({"version":2})",
       "the summary cannot be read: it has version 2 and this rehome knows version 1"},
      {"no version", R"({})",
       "the summary cannot be read: it has version 0 and this rehome knows version 1"},
      {"no run", R"({"version":1})", "the summary cannot be read: its run: it has no version"},
      {"unknown phase", R"({"version":1,"run":{"version":1},"phases":[{"phase":"party"}]})",
       "the summary cannot be read: it has a phase that this rehome does not know"},
      {"unknown state of the verification",
       R"({"version":1,"run":{"version":1},"counters":{"verification":{"state":"tired"}}})",
       "the summary cannot be read: its verification has a state that this rehome does not know"},
      {"unknown code",
       R"({"version":1,"run":{"version":1},"errors":[{"phase":"users","code":"new_one"}]})",
       "the summary cannot be read: it has a code or phase that this rehome does not know"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    const auto summary = ParseSummaryJson(each.json);
    ASSERT_FALSE(summary.ok());
    EXPECT_EQ(summary.error().code, base::ErrorCode::kFormat);
    EXPECT_EQ(summary.error().message, each.message);
  }
  EXPECT_FALSE(ParseSummaryJson("{\"version\":1").ok());
}

}  // namespace
}  // namespace rehome::report

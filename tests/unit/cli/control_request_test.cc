#include "cli/control_request.h"

#include <gtest/gtest.h>

#include <string>

namespace rehome::cli {
namespace {

using Kind = ControlRequest::Kind;

TEST(ControlRequest, IsReadAndWrittenAsItIsTyped) {
  const std::pair<const char*, ControlRequest> typed[] = {
      {"pause", {.kind = Kind::kPause}},
      {"resume", {.kind = Kind::kResume}},
      {"stop", {.kind = Kind::kStop}},
      {"status", {.kind = Kind::kStatus}},
      {"rate=25", {.kind = Kind::kRate, .value = "25"}},
      {"rate=0.5", {.kind = Kind::kRate, .value = "0.5"}},
      {"rate=none", {.kind = Kind::kRate, .value = "none"}},
      {"rate=default", {.kind = Kind::kRate, .value = "default"}},
      {"concurrency=1", {.kind = Kind::kConcurrency, .value = "1"}},
      {"concurrency=1024", {.kind = Kind::kConcurrency, .value = "1024"}},
      {"concurrency=auto", {.kind = Kind::kConcurrency, .value = "auto"}}};
  for (const auto& [text, wanted] : typed) {
    const auto request = ParseControl(text);
    ASSERT_TRUE(request.ok()) << text << ": " << request.error().message;
    EXPECT_EQ(*request, wanted) << text;
    EXPECT_EQ(request->Text(), text);
  }
  EXPECT_EQ(ParseControl("concurrency=8")->Rows(), 8);
  EXPECT_EQ(ParseControl("concurrency=auto")->Rows(), std::nullopt);
}

TEST(ControlRequest, SaysWhatIsWrongWithIt) {
  const std::string rate = "rate= wants writes per second, from 0.1 to 10,000, or none, or default";
  const std::string rows = "concurrency= wants auto, or rows in flight from 1 to 1,024";
  const std::string all = "t takes pause, resume, rate=N, concurrency=N, stop or status";
  const std::pair<const char*, std::string> typed[] = {
      {"paus", "ctl knows no \"paus\"; did you mean pause? I" + all},
      {"rat=5", "ctl knows no \"rat\"; did you mean rate? I" + all},
      {"", "ctl knows no \"\"; i" + all},
      {"x\x1b[2J", "ctl knows no \"x\\x1b[2J\"; i" + all},
      {"pause=1", "pause takes no value"},
      {"status=", "status takes no value"},
      {"rate", rate + "; not \"\""},
      {"rate=", rate + "; not \"\""},
      {"rate=0", rate + "; not \"0\""},
      {"rate=-1", rate + "; not \"-1\""},
      {"rate=nan", rate + "; not \"nan\""},
      {"rate=inf", rate + "; not \"inf\""},
      {"rate=1e9", rate + "; not \"1e9\""},
      {"rate=5=6", rate + "; not \"5=6\""},
      {"concurrency=0", rows + "; not \"0\""},
      {"concurrency=1025", rows + "; not \"1025\""},
      {"concurrency=8.5", rows + "; not \"8.5\""},
      {"concurrency=99999999999999999999", rows + "; not \"99999999999999999999\""}};
  for (const auto& [text, wanted] : typed) {
    const auto request = ParseControl(text);
    ASSERT_FALSE(request.ok()) << text;
    EXPECT_EQ(request.error().code, base::ErrorCode::kUsage);
    EXPECT_EQ(request.error().message, wanted) << text;
  }
}

}  // namespace
}  // namespace rehome::cli

#include "cli/event_log.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rehome::cli {
namespace {

using dispatch::QuotaChange;
using dispatch::QuotaKind;
using std::chrono::seconds;

TEST(QuotaChangeText, CallsOnlyWhatIsDocumentedDocumented) {
  const QuotaChange documented{.kind = QuotaKind::kUserWrites,
                               .from = 500,
                               .to = 170,
                               .expected = 500,
                               .by_rate = false,
                               .window = seconds(10)};
  EXPECT_EQ(QuotaChangeText(documented),
            "the target refuses user writes below the 500 in 10 s that are documented: going "
            "slower, and trying for more now and then");
  const QuotaChange by_rate{.kind = QuotaKind::kAll,
                            .from = 12000,
                            .to = 6000,
                            .expected = 12000,
                            .by_rate = true,
                            .window = seconds(60)};
  EXPECT_EQ(QuotaChangeText(by_rate),
            "the target refuses requests below the 12,000 in 60 s of --rate: going slower, and "
            "trying for more now and then");
}

TEST(QuotaChangeText, SaysThatAllIsAllowedAgain) {
  const QuotaChange raised{.kind = QuotaKind::kUserReads,
                           .from = 300,
                           .to = 1000,
                           .expected = 1000,
                           .by_rate = false,
                           .window = seconds(10)};
  EXPECT_EQ(QuotaChangeText(raised), "the target allows 1,000 user reads in 10 s again");
}

}  // namespace
}  // namespace rehome::cli

#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include <string>

namespace rehome::cli {
namespace {

using base::ErrorCode;

struct Failure {
  const char* name;
  ErrorCode code;
  int exit;
  int exit_while_preparing;
};

class ExitCodes : public ::testing::TestWithParam<Failure> {};

TEST_P(ExitCodes, SayWhetherSomethingWasRefusedOrIsFatal) {
  EXPECT_EQ(ToInt(ExitCodeOf(GetParam().code)), GetParam().exit);
}

TEST_P(ExitCodes, OfARunThatIsPreparedNeverSayThatItsTargetIsLocked) {
  EXPECT_EQ(ToInt(ExitCodeOfPreparing(GetParam().code)), GetParam().exit_while_preparing);
}

INSTANTIATE_TEST_SUITE_P(All, ExitCodes,
                         ::testing::Values(Failure{"NoLocalDisk", ErrorCode::kUsage, 2, 2},
                                           Failure{"ChangedInput", ErrorCode::kInput, 2, 2},
                                           Failure{"NotFound", ErrorCode::kNotFound, 2, 2},
                                           Failure{"Locked", ErrorCode::kLocked, 75, 2},
                                           Failure{"Limit", ErrorCode::kLimit, 3, 3},
                                           Failure{"Key", ErrorCode::kAuth, 4, 4},
                                           Failure{"Tls", ErrorCode::kTls, 4, 4},
                                           Failure{"Unreachable", ErrorCode::kUnreachable, 4, 4},
                                           Failure{"Io", ErrorCode::kIo, 4, 4},
                                           Failure{"DiskFull", ErrorCode::kDiskFull, 4, 4},
                                           Failure{"Format", ErrorCode::kFormat, 4, 4},
                                           Failure{"Internal", ErrorCode::kInternal, 4, 4}),
                         [](const auto& suite) { return std::string(suite.param.name); });

}  // namespace
}  // namespace rehome::cli

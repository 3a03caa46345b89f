#include "cli/exit_code.h"

namespace rehome::cli {

ExitCode ExitCodeOf(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::kUsage:
    case base::ErrorCode::kInput:
    case base::ErrorCode::kNotFound:
      return ExitCode::kRefused;
    case base::ErrorCode::kLimit:
      return ExitCode::kStopped;
    case base::ErrorCode::kLocked:
      return ExitCode::kLocked;
    case base::ErrorCode::kAuth:
    case base::ErrorCode::kTls:
    case base::ErrorCode::kUnreachable:
    case base::ErrorCode::kIo:
    case base::ErrorCode::kDiskFull:
    case base::ErrorCode::kFormat:
    case base::ErrorCode::kInternal:
      return ExitCode::kFatal;
  }
  return ExitCode::kFatal;
}

ExitCode ExitCodeOfPreparing(base::ErrorCode code) {
  return code == base::ErrorCode::kLocked ? ExitCode::kRefused : ExitCodeOf(code);
}

}  // namespace rehome::cli

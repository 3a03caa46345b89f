#include "cli/metrics_file.h"

#include <optional>
#include <utility>

#include "base/file.h"
#include "base/shared_file.h"
#include "report/metrics_text.h"

namespace rehome::cli {
namespace {

// Who collects the file does so every 15 s or less often. Less would only write more.
constexpr std::chrono::seconds kEvery(10);
// Far more than such a file has; somebody may have named another one by mistake.
constexpr std::int64_t kMostBytes = 1 << 20;

// What is there must be one of ours, or empty: somebody may have typed the name of the input.
base::Result<std::optional<double>> LastSuccessIn(const std::string& path) {
  const auto facts = base::Stat(path);
  if (!facts) return std::optional<double>();
  const auto before = base::ReadWholeFile(path, kMostBytes);
  if (!before) return before.error();
  if (!before->empty() && !report::IsMetrics(*before)) {
    return base::Error{base::ErrorCode::kUsage, path + " is there and is no file of metrics"};
  }
  return report::LastSuccessIn(*before);
}

}  // namespace

base::Result<MetricsFile> MetricsFile::Create(const std::string& path) {
  // Absolute, and where links lead to: they stay what they are.
  const std::string named = base::AbsolutePath(path);
  const auto real = base::ReplaceablePath(named);
  const auto refuse = [](const base::Error& error) {
    return base::Error{base::ErrorCode::kUsage,
                       "--metrics: " + error.message + "; nothing was written"};
  };
  if (!real) {
    return refuse({base::ErrorCode::kUsage, named + " is no regular file, or a link to nothing"});
  }
  if (const auto can = base::CheckReplaceable(*real); !can) return refuse(can.error());
  const auto last_success = LastSuccessIn(*real);
  if (!last_success) return refuse(last_success.error());
  return MetricsFile(*real, *last_success);
}

base::Status MetricsFile::Update(const report::Summary& summary, const base::Clock& clock) {
  summary_ = summary;
  const auto now = std::chrono::steady_clock::now();
  if (written_ && now - *written_ < kEvery) return {};
  written_ = now;
  const bool failed_before = !last_;
  last_ = Write(std::nullopt, clock);
  return failed_before ? base::Status() : last_;
}

void MetricsFile::End(const report::Summary* summary, ExitCode code, const base::Clock& clock) {
  if (summary != nullptr) summary_ = *summary;
  ended_ = true;
  last_ = Write(ToInt(code), clock);
}

base::Status MetricsFile::Write(std::optional<int> exit_code, const base::Clock& clock) const {
  return base::ReplaceSharedFile(path_,
                                 report::RenderMetrics(summary_, {.as_of = clock.WallNow(),
                                                                  .exit_code = exit_code,
                                                                  .last_success = last_success_}));
}

}  // namespace rehome::cli

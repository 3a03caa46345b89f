// How fast the survey reads a file, beside plain 64 KiB reads of it: bench_survey FILE...
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/file.h"
#include "csv/dialect.h"
#include "survey/survey.h"
#include "usage.h"

namespace {

constexpr int kRounds = 5;

double Timed(const std::function<void()>& work) {
  const double start = rehome::bench::CpuSeconds();
  work();
  return rehome::bench::CpuSeconds() - start;
}

void ReadPlainly(const std::string& path) {
  const auto file = rehome::base::OpenForReading(path);
  std::vector<char> block(64 << 10);
  std::int64_t offset = 0;
  while (true) {
    const auto got = file->ReadAt(offset, block);
    if (!got || *got == 0) return;
    offset += static_cast<std::int64_t>(*got);
  }
}

int Measure(const std::string& path) {
  const auto header = rehome::csv::ReadHeader(path, {});
  if (!header) {
    std::fprintf(stderr, "%s\n", header.error().message.c_str());
    return 2;
  }
  double best_read = std::numeric_limits<double>::max();
  double best_survey = std::numeric_limits<double>::max();
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
  for (int round = 0; round < kRounds; ++round) {
    best_read = std::min(best_read, Timed([&path] { ReadPlainly(path); }));
    std::string refusal;
    best_survey = std::min(best_survey, Timed([&] {
                             const auto survey = rehome::survey::SurveyFile(path, *header, {});
                             if (!survey) {
                               refusal = survey.error().message;
                               return;
                             }
                             bytes = survey->bytes;
                             rows = survey->rows;
                           }));
    if (refusal.empty()) continue;
    std::fprintf(stderr, "%s\n", refusal.c_str());
    return 2;
  }
  const double megabytes = static_cast<double>(bytes) / 1e6;
  std::printf(
      "%.1f MB, %lld rows: read %.0f MB/s, survey %.0f MB/s of CPU (%.1f ms), ratio %.1f %%, "
      "peak memory %.1f MB\n",
      megabytes, static_cast<long long>(rows), megabytes / best_read, megabytes / best_survey,
      best_survey * 1e3, 100 * best_read / best_survey, rehome::bench::PeakMegabytes());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  int worst = argc < 2 ? 2 : 0;
  for (int i = 1; i < argc; ++i) worst = std::max(worst, Measure(argv[i]));
  return worst;
}

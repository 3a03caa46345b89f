#include "cli/progress_line.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <numeric>

#include "base/text.h"
#include "report/text_table.h"

namespace rehome::cli {
namespace {

constexpr std::string_view kBetween = " · ";

// In the order in which they are shown.
enum Part : std::size_t { kHead, kRate, kTime, kLimit, kErrors, kPartCount };
using Parts = std::array<std::string, kPartCount>;

std::string Joined(const Parts& parts) {
  std::string line;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (!line.empty()) line += kBetween;
    line += part;
  }
  return line;
}

std::int64_t ErrorsOf(const PhaseCounts& counts) {
  return std::accumulate(counts.errors.begin(), counts.errors.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& error) { return sum + error.second; });
}

std::string EachError(const PhaseCounts& counts) {
  std::string text;
  for (const auto& [kind, count] : counts.errors) {
    if (!text.empty()) text += kBetween;
    text += base::WithThousands(count) + " " + kind;
  }
  return text;
}

std::string Percent(const PhaseCounts& counts) {
  return std::to_string(counts.done * 100 / counts.all) + " %";
}

std::string Share(const PhaseCounts& counts) {
  const std::string text = base::WithThousands(counts.done) + "/" + base::WithThousands(counts.all);
  return counts.all > 0 ? text + " (" + Percent(counts) + ")" : text;
}

std::string TimeText(const PhaseProgress& progress) {
  if (progress.ended) {
    const bool whole = progress.counts.done >= progress.counts.all;
    return (whole ? "in " : "stopped after ") + base::FormatDuration(progress.counts.time);
  }
  return progress.left ? TimeLeftText(*progress.left) + " left" : std::string();
}

}  // namespace

std::string TimeLeftText(base::Duration left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left);
  std::string text = base::FormatDuration(seconds);
  // Tenths of a second are no forecast.
  if (const std::size_t dot = text.find('.'); dot != std::string::npos) text.resize(dot);
  return text;
}

std::string RateText(double per_second) {
  if (per_second >= 9.95 || per_second == 0) {
    return base::WithThousands(std::llround(per_second)) + "/s";
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f/s", per_second);
  return text.data();
}

std::string ProgressLine(const PhaseProgress& progress, int columns) {
  const PhaseCounts& counts = progress.counts;
  Parts parts;
  // The shortest that says anything; then whatever else there is room for, what matters most first.
  parts[kHead] = counts.all > 0 ? Percent(counts) : std::string();
  if (report::DisplayWidth(Joined(parts)) > columns) return {};
  const auto put = [&](Part part, std::string text) {
    if (text.empty()) return;
    std::swap(parts[part], text);
    if (report::DisplayWidth(Joined(parts)) > columns) std::swap(parts[part], text);
  };
  const LimitText& limit = progress.limit;
  const std::int64_t errors = ErrorsOf(counts);
  put(kHead, counts.name + (counts.all > 0 ? " " + Percent(counts) : std::string()));
  if (errors > 0) put(kErrors, base::Count(errors, "error", "errors"));
  if (limit.waiting) put(kLimit, limit.brief);
  put(kTime, TimeText(progress));
  put(kHead, counts.name + " " + Share(counts));
  if (progress.per_second) put(kRate, RateText(*progress.per_second));
  if (limit.waiting) put(kLimit, limit.words);
  if (!limit.waiting) put(kLimit, limit.brief);
  put(kErrors, EachError(counts));
  if (!limit.waiting && !limit.words.empty()) {
    put(kLimit, limit.words);
    put(kLimit, "limit: " + limit.words);
  }
  return Joined(parts);
}

}  // namespace rehome::cli

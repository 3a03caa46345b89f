#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rehome::dispatch {

/// `--max-failures N|P%`: when a run has failed often enough that going on helps nobody. Counts
/// rows that were sent; one thread.
class FailureLimit {
 public:
  /// "25" or "10%"; kUsage otherwise.
  static base::Result<FailureLimit> Parse(std::string_view text);
  /// 10 %.
  FailureLimit() = default;

  enum class Row { kFailed, kWell };
  /// Counts a row that was sent; gives the sentence that stops the run when the limit is passed.
  std::optional<std::string> Count(Row row);

 private:
  // The window over which a percentage is taken besides the whole run: smaller would trip on a
  // short burst, larger would see a new fault late.
  static constexpr std::size_t kWindow = 200;
  // Rows before a percentage means anything.
  static constexpr std::int64_t kFirstRows = 50;

  std::optional<std::int64_t> absolute_;
  double percent_ = 10;
  std::int64_t sent_ = 0;
  std::int64_t failed_ = 0;
  std::bitset<kWindow> recent_;
};

}  // namespace rehome::dispatch

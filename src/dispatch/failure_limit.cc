#include "dispatch/failure_limit.h"

#include <algorithm>

#include "base/text.h"

namespace rehome::dispatch {

base::Result<FailureLimit> FailureLimit::Parse(std::string_view text) {
  const base::Error error{base::ErrorCode::kUsage,
                          "--max-failures wants a number of rows (25) or a share (10%), not \"" +
                              base::EscapeForTerminal(text) + "\""};
  FailureLimit limit;
  if (text.ends_with('%')) {
    const auto percent = base::ParseDouble(text.substr(0, text.size() - 1));
    if (!percent || *percent < 0 || *percent > 100) return error;
    limit.percent_ = *percent;
    return limit;
  }
  const auto rows = base::ParseInt(text);
  if (!rows || *rows < 0) return error;
  limit.absolute_ = *rows;
  return limit;
}

std::optional<std::string> FailureLimit::Count(Row row) {
  const std::size_t slot = static_cast<std::size_t>(sent_) % kWindow;
  recent_[slot] = row == Row::kFailed;
  ++sent_;
  if (row == Row::kWell) return std::nullopt;
  ++failed_;
  if (absolute_) {
    if (failed_ <= *absolute_) return std::nullopt;
    return base::Count(failed_, "row", "rows") + " failed, more than the limit of " +
           base::WithThousands(*absolute_) + " (--max-failures)";
  }
  if (sent_ < kFirstRows) return std::nullopt;
  const auto over = [&](std::int64_t failed, std::int64_t of) {
    return static_cast<double>(failed) * 100 > percent_ * static_cast<double>(of);
  };
  const auto recent = static_cast<std::int64_t>(recent_.count());
  const std::int64_t window = std::min(sent_, static_cast<std::int64_t>(kWindow));
  const bool overall = over(failed_, sent_);
  if (!overall && !over(recent, window)) return std::nullopt;
  const std::int64_t failed = overall ? failed_ : recent;
  const std::int64_t of = overall ? sent_ : window;
  return base::WithThousands(failed) + " of the " + (overall ? "" : "last ") +
         base::Count(of, "row", "rows") + " sent failed, more than " +
         std::to_string(static_cast<int>(percent_)) + " % (--max-failures)";
}

}  // namespace rehome::dispatch

#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "http/request.h"

namespace rehome::pace {

/// What an answer says of a quota of the target: what is left of it, and when it is whole again.
struct QuotaState {
  std::int64_t remaining = 0;
  base::Duration reset{0};  ///< from now
};

/// Reads `RateLimit-Remaining` and `RateLimit-Reset`, the same with `X-`, or `RateLimit` in the
/// forms `"default";r=0;t=30` and `limit=100, remaining=0, reset=30` of the drafts of
/// draft-ietf-httpapi-ratelimit-headers. A reset is in seconds from now, or a time of day in
/// seconds or milliseconds since 1970, told apart by its size. Nothing when either number is
/// missing or is none.
std::optional<QuotaState> ParseQuotaLines(const http::QuotaLines& lines, base::WallTime now);

/// Whether such lines are to be heeded. The target uses them as it likes: many count something
/// else, and of a window that slides the reset is always a window away, which heeded would be a
/// crawl. So only a reset counts that answers have named for a while, and that is near. One thread;
/// times must not go back.
class QuotaHeaders {
 public:
  /// Of one answer: until when nothing should leave, if something is used up.
  std::optional<base::Instant> Note(const http::QuotaLines& lines, base::Instant now,
                                    base::WallTime wall);

 private:
  base::Instant reset_at_{};
  base::Instant named_since_{};
};

}  // namespace rehome::pace

#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/value.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// How the target counts against its quotas, and what it says to who is over them.
struct QuotaRules {
  enum class Shape {
    kNone,
    kFixed,    ///< windows that begin at multiples of their length, plus `phase`
    kSliding,  ///< never more than the limit in any time of the window's length
    kBucket,   ///< a token bucket that fills at the quota's rate
  };
  enum class RetryAfter { kNone, kZero, kSeconds, kDate, kAbsurd };

  Shape shape = Shape::kNone;
  double scale = 1;  ///< of the documented limits
  base::Duration phase{0};
  std::int64_t burst = 0;  ///< what a full bucket holds; 0 = the limit
  RetryAfter retry_after = RetryAfter::kZero;
};

/// One quota: so many requests in a window. Not thread-safe.
class QuotaMeter {
 public:
  QuotaMeter(const QuotaRules& rules, std::int64_t limit, base::Duration window);

  /// How long until a request is within the quota; 0 = now.
  base::Duration Wait(base::Instant now);
  /// Counts a request that Wait let through.
  void Count(base::Instant now);

 private:
  std::int64_t WindowOf(base::Instant now) const;

  QuotaRules rules_;
  std::int64_t limit_;
  base::Duration window_;
  std::int64_t counted_window_ = 0;  // fixed: the window that `count_` is of
  std::int64_t count_ = 0;
  std::deque<base::Instant> counted_;  // sliding: within the last window
  double tokens_ = 0;                  // bucket, as of `filled_at_`
  std::optional<base::Instant> filled_at_;
};

/// The documented quotas: 500 writes and 1,000 reads below /user_management in 10 s, 50 deleted
/// organizations and 6,000 requests of all kinds in 60 s. A refused request counts for none. Not
/// thread-safe.
class Quota {
 public:
  struct Refusal {
    std::string_view name;    ///< of the quota that is used up
    std::string retry_after;  ///< the header's value; empty = none
  };

  explicit Quota(const QuotaRules& rules = {});

  const QuotaRules& rules() const { return rules_; }
  bool empty() const { return rules_.shape == QuotaRules::Shape::kNone; }
  /// Counts the request, or says why it is refused. `path` may have a query; `wall` is for dates.
  std::optional<Refusal> Refuse(std::string_view method, std::string_view path, base::Instant now,
                                base::WallTime wall);

 private:
  struct Pool {
    std::string_view name;
    bool (*counts)(std::string_view method, std::string_view path);
    QuotaMeter meter;
  };

  QuotaRules rules_;
  std::array<Pool, 4> pools_;
};

/// Reads `{"shape":"fixed","scale":1,"phase_ms":0,"burst":0,"retry_after":"zero"}`; members that
/// are not given have their defaults. 422 for an unknown member or a value out of range.
Checked<QuotaRules> ParseQuotaRules(const json::Value& body);
/// By their names in scripts and flags; nothing for an unknown one.
std::optional<QuotaRules::Shape> ParseQuotaShape(std::string_view name);
std::optional<QuotaRules::RetryAfter> ParseRetryAfterKind(std::string_view name);

}  // namespace rehome::sandbox

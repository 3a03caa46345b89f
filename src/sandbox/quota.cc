#include "sandbox/quota.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "sandbox/problem.h"
#include "sandbox/wire.h"

namespace rehome::sandbox {
namespace {

using RetryAfter = QuotaRules::RetryAfter;
using Shape = QuotaRules::Shape;
using std::chrono::seconds;

constexpr base::Duration kShortWindow = seconds(10);
constexpr base::Duration kLongWindow = seconds(60);
constexpr std::string_view kUserPath = "/user_management/";
constexpr double kMostScale = 1000;
constexpr std::int64_t kMostMilliseconds = 60'000;
constexpr std::int64_t kMostBurst = 1'000'000;

bool IsUserWrite(std::string_view method, std::string_view path) {
  return method != "GET" && path.starts_with(kUserPath);
}
bool IsUserRead(std::string_view method, std::string_view path) {
  return method == "GET" && path.starts_with(kUserPath);
}
bool IsOrganizationDelete(std::string_view method, std::string_view path) {
  return method == "DELETE" && path.starts_with("/organizations/");
}
bool IsAny(std::string_view /*method*/, std::string_view /*path*/) { return true; }

std::string RenderRetryAfter(RetryAfter kind, base::Duration wait, base::WallTime wall) {
  const seconds whole = std::chrono::ceil<seconds>(wait);
  switch (kind) {
    case RetryAfter::kNone:
      return "";
    case RetryAfter::kZero:
      return "0";
    case RetryAfter::kSeconds:
      return std::to_string(whole.count());
    case RetryAfter::kDate:
      // The header has no fractions: the second after.
      return FormatHttpDate(wall + whole + seconds(1));
    case RetryAfter::kAbsurd:
      return "99999999999";
  }
  return "";
}

}  // namespace

QuotaMeter::QuotaMeter(const QuotaRules& rules, std::int64_t limit, base::Duration window)
    : rules_(rules),
      limit_(std::max<std::int64_t>(
          1, static_cast<std::int64_t>(std::llround(static_cast<double>(limit) * rules.scale)))),
      window_(window) {}

std::int64_t QuotaMeter::WindowOf(base::Instant now) const {
  // Division rounds towards zero: the windows on both sides of it would be one.
  const base::Duration since = now.time_since_epoch() - rules_.phase;
  return since / window_ - (since % window_ < base::Duration(0) ? 1 : 0);
}

base::Duration QuotaMeter::Wait(base::Instant now) {
  switch (rules_.shape) {
    case Shape::kNone:
      return base::Duration(0);
    case Shape::kFixed: {
      const std::int64_t window = WindowOf(now);
      if (window != counted_window_) count_ = 0;
      counted_window_ = window;
      if (count_ < limit_) return base::Duration(0);
      return (window + 1) * window_ + rules_.phase - now.time_since_epoch();
    }
    case Shape::kSliding:
      while (!counted_.empty() && counted_.front() <= now - window_) counted_.pop_front();
      if (static_cast<std::int64_t>(counted_.size()) < limit_) return base::Duration(0);
      return counted_.front() + window_ - now;
    case Shape::kBucket: {
      const auto full = static_cast<double>(rules_.burst > 0 ? rules_.burst : limit_);
      const double per_ns = static_cast<double>(limit_) / static_cast<double>(window_.count());
      if (!filled_at_) tokens_ = full;
      const base::Duration since = now - filled_at_.value_or(now);
      tokens_ = std::min(full, tokens_ + per_ns * static_cast<double>(since.count()));
      filled_at_ = now;
      if (tokens_ >= 1) return base::Duration(0);
      return base::Duration(static_cast<std::int64_t>(std::ceil((1 - tokens_) / per_ns)));
    }
  }
  return base::Duration(0);
}

void QuotaMeter::Count(base::Instant now) {
  ++count_;
  tokens_ -= 1;
  if (rules_.shape == Shape::kSliding) counted_.push_back(now);
}

Quota::Quota(const QuotaRules& rules)
    : rules_(rules),
      pools_{{{"user_writes", IsUserWrite, QuotaMeter(rules, 500, kShortWindow)},
              {"user_reads", IsUserRead, QuotaMeter(rules, 1000, kShortWindow)},
              {"organization_deletes", IsOrganizationDelete, QuotaMeter(rules, 50, kLongWindow)},
              {"all", IsAny, QuotaMeter(rules, 6000, kLongWindow)}}} {}

std::optional<Quota::Refusal> Quota::Refuse(std::string_view method, std::string_view path,
                                            base::Instant now, base::WallTime wall) {
  if (empty()) return std::nullopt;
  for (Pool& pool : pools_) {
    if (!pool.counts(method, path)) continue;
    const base::Duration wait = pool.meter.Wait(now);
    if (wait.count() > 0) {
      return Refusal{pool.name, RenderRetryAfter(rules_.retry_after, wait, wall)};
    }
  }
  for (Pool& pool : pools_) {
    if (pool.counts(method, path)) pool.meter.Count(now);
  }
  return std::nullopt;
}

std::optional<Shape> ParseQuotaShape(std::string_view name) {
  constexpr std::pair<std::string_view, Shape> kShapes[] = {{"none", Shape::kNone},
                                                            {"fixed", Shape::kFixed},
                                                            {"sliding", Shape::kSliding},
                                                            {"bucket", Shape::kBucket}};
  for (const auto& [known, shape] : kShapes) {
    if (known == name) return shape;
  }
  return std::nullopt;
}

std::optional<RetryAfter> ParseRetryAfterKind(std::string_view name) {
  constexpr std::pair<std::string_view, RetryAfter> kKinds[] = {{"none", RetryAfter::kNone},
                                                                {"zero", RetryAfter::kZero},
                                                                {"seconds", RetryAfter::kSeconds},
                                                                {"date", RetryAfter::kDate},
                                                                {"absurd", RetryAfter::kAbsurd}};
  for (const auto& [known, kind] : kKinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

Checked<QuotaRules> ParseQuotaRules(const json::Value& body) {
  QuotaRules rules;
  for (const json::Member& member : body.members()) {
    const std::string_view text = member.value.AsString().value_or("");
    const std::int64_t number = member.value.AsInt().value_or(-1);
    const double share = member.value.AsDouble().value_or(0);
    bool known = false;
    if (member.key == "shape" && ParseQuotaShape(text)) {
      rules.shape = *ParseQuotaShape(text);
      known = true;
    } else if (member.key == "retry_after" && ParseRetryAfterKind(text)) {
      rules.retry_after = *ParseRetryAfterKind(text);
      known = true;
    } else if (member.key == "scale" && share > 0 && share <= kMostScale) {
      rules.scale = share;
      known = true;
    } else if (member.key == "phase_ms" && number >= 0 && number <= kMostMilliseconds) {
      rules.phase = std::chrono::milliseconds(number);
      known = true;
    } else if (member.key == "burst" && number >= 0 && number <= kMostBurst) {
      rules.burst = number;
      known = true;
    }
    if (!known) {
      return InvalidParameter("quota_invalid",
                              "'" + member.key + "' is not known or its value is not legal.");
    }
  }
  return rules;
}

}  // namespace rehome::sandbox

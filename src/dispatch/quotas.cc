#include "dispatch/quotas.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace rehome::dispatch {
namespace {

using std::chrono::seconds;

constexpr base::Duration kShortWindow = seconds(10);
constexpr base::Duration kLongWindow = seconds(60);
// An answer that takes longer than others by more than this was worked on, and says nothing of when
// its request arrived. Longer: a few slow answers hold back a whole window.
constexpr base::Duration kLongestUncertain = seconds(1);
// Between two tries of a quota that was refused. Longer: a quota that is open again is found late.
constexpr base::Duration kLongestTry = seconds(2);

constexpr std::array<QuotaKind, kQuotaCount> kKinds = {QuotaKind::kUserWrites,
                                                       QuotaKind::kUserReads, QuotaKind::kAll};

std::int64_t LimitOf(const PaceSettings& pace, QuotaKind kind) {
  switch (kind) {
    case QuotaKind::kUserWrites:
      return pace.user_writes_per_10s;
    case QuotaKind::kUserReads:
      return pace.user_reads_per_10s;
    case QuotaKind::kAll:
      return pace.all_per_60s;
  }
  return 0;
}

double ShareOf(const PaceSettings& pace) { return (100 - pace.reserve_percent) / 100.0; }

// What the target allows, of which `pace` takes a share.
std::int64_t WholeOf(const PaceSettings& pace, QuotaKind kind) {
  return std::llround(static_cast<double>(LimitOf(pace, kind)) / ShareOf(pace));
}

}  // namespace

Quotas::Quotas(const PaceSettings& pace)
    : quotas_{{{.window = pace::QuotaWindow(pace.user_writes_per_10s, kShortWindow),
                .model = pace::QuotaModel(WholeOf(pace, QuotaKind::kUserWrites), kShortWindow),
                .share = ShareOf(pace)},
               {.window = pace::QuotaWindow(pace.user_reads_per_10s, kShortWindow),
                .model = pace::QuotaModel(WholeOf(pace, QuotaKind::kUserReads), kShortWindow),
                .share = ShareOf(pace)},
               {.window = pace::QuotaWindow(pace.all_per_60s, kLongWindow),
                .model = pace::QuotaModel(WholeOf(pace, QuotaKind::kAll), kLongWindow),
                .share = ShareOf(pace)}}},
      by_rate_(pace.by_rate) {}

bool Quotas::Counts(QuotaKind kind, Lane lane) {
  switch (kind) {
    case QuotaKind::kUserWrites:
      return lane == Lane::kUserWrite;
    case QuotaKind::kUserReads:
      return lane == Lane::kUserRead;
    case QuotaKind::kAll:
      return true;
  }
  return true;
}

// Without regard to a try that is out.
base::Instant Quotas::OpensAt(const Quota& quota, base::Instant now) {
  base::Instant at = quota.window.NextAdmission(now);
  if (!quota.on_trial) return at;
  if (const auto counted = quota.model.TryAt()) {
    const base::Instant drained = quota.window.WhenAtMost(*counted);
    at = std::max(at, std::min(drained, quota.refused_at + kLongestTry));
  }
  return at;
}

std::optional<base::Instant> Quotas::NextAdmission(Lane lane, base::Instant now) const {
  base::Instant at = now;
  for (const QuotaKind kind : kKinds) {
    const Quota& quota = QuotaOf(kind);
    if (!Counts(kind, lane)) continue;
    if (quota.trial_out) return std::nullopt;
    at = std::max(at, OpensAt(quota, now));
  }
  return at;
}

std::optional<Quotas::Hold> Quotas::HoldOf(Lane lane, base::Instant now) const {
  std::optional<Hold> longest;
  for (const QuotaKind kind : kKinds) {
    const Quota& quota = QuotaOf(kind);
    if (!Counts(kind, lane)) continue;
    const base::Instant until = OpensAt(quota, now);
    if (until <= now && !quota.trial_out) continue;
    if (longest && longest->until >= until) continue;
    longest = Hold{.kind = kind, .until = until, .tried = quota.on_trial};
  }
  return longest;
}

// The window's limit is as of the last request: a climb is slow, and each moment asks anew.
void Quotas::Follow(Quota& quota, base::Instant now) {
  if (quota.model.bound() <= 0) return;
  const double limit = static_cast<double>(quota.model.limit(now)) * quota.share;
  quota.window.SetLimit(std::max<std::int64_t>(static_cast<std::int64_t>(limit + 1e-6), 1));
}

Quotas::Pass Quotas::Admit(Lane lane, base::Instant now) {
  Pass pass{.lane = lane, .admitted = now};
  for (const QuotaKind kind : kKinds) {
    Quota& quota = QuotaOf(kind);
    if (!Counts(kind, lane)) continue;
    pass.tickets[static_cast<std::size_t>(kind)] = quota.window.Admit(now);
    quota.trial_out = quota.on_trial;
    if (quota.model.lowered()) Follow(quota, now);
  }
  return pass;
}

void Quotas::Served(const Pass& pass, base::Instant sent, base::Instant now) {
  least_delay_.Note(now - sent, now);
  const base::Instant answered = std::min(now, sent + least_delay_.Get() + kLongestUncertain);
  for (const QuotaKind kind : kKinds) {
    Quota& quota = QuotaOf(kind);
    if (!Counts(kind, pass.lane)) continue;
    quota.window.SetWay(least_delay_.Get());
    quota.window.Answered(pass.tickets[static_cast<std::size_t>(kind)], answered);
    if (quota.model.bound() <= 0 || pass.admitted < quota.refused_at) continue;
    quota.model.Served(now);
    quota.on_trial = quota.trial_out = false;
    Follow(quota, now);
  }
}

// The fuller one, unless it was blamed too often.
QuotaKind Quotas::GuiltyOf(const Pass& pass) const {
  QuotaKind guilty = QuotaKind::kAll;
  double fullest = -1;
  for (const QuotaKind kind : kKinds) {
    const Quota& quota = QuotaOf(kind);
    if (!Counts(kind, pass.lane) || quota.model.bound() <= 0) continue;
    const auto counted = static_cast<double>(quota.window.CountedBefore(pass.admitted));
    double full = std::min(counted / static_cast<double>(quota.window.limit()), 1.0);
    if (quota.model.implausible()) full = -0.5;
    if (full <= fullest) continue;
    guilty = kind;
    fullest = full;
  }
  return guilty;
}

std::optional<QuotaChange> Quotas::Refused(const Pass& pass, base::Instant now) {
  Quota& quota = QuotaOf(GuiltyOf(pass));
  const QuotaKind kind = kKinds[static_cast<std::size_t>(&quota - quotas_.data())];
  NotSent(pass);
  // Of a burst that was out together, the first tells all.
  if (quota.model.bound() <= 0 || pass.admitted < quota.refused_at) return std::nullopt;
  const std::int64_t before = quota.model.limit(now);
  quota.model.Refused(quota.window.CountedBefore(pass.admitted), now);
  for (const QuotaKind other : kKinds) {
    Quota& blamed = QuotaOf(other);
    if (other == kind || !blamed.on_trial || !Counts(other, pass.lane)) continue;
    blamed.model.Acquit();
    blamed.on_trial = blamed.trial_out = false;
    Follow(blamed, now);
  }
  quota.refused_at = now;
  quota.on_trial = true;
  quota.trial_out = false;
  Follow(quota, now);
  const std::int64_t after = quota.model.limit(now);
  // A few less are none: delays on the way may do that.
  if (after * 10 > quota.model.bound() * 9 || quota.told_lowered) return std::nullopt;
  quota.told_lowered = true;
  quota.lowered_to = after;
  return QuotaChange{.kind = kind,
                     .from = before,
                     .to = after,
                     .expected = quota.model.bound(),
                     .by_rate = by_rate_,
                     .window = kind == QuotaKind::kAll ? kLongWindow : kShortWindow};
}

void Quotas::EndTrial(const Pass& pass) {
  for (const QuotaKind kind : kKinds) {
    Quota& quota = QuotaOf(kind);
    if (Counts(kind, pass.lane) && pass.admitted >= quota.refused_at) quota.trial_out = false;
  }
}

void Quotas::NotSent(const Pass& pass) {
  for (const QuotaKind kind : kKinds) {
    if (!Counts(kind, pass.lane)) continue;
    QuotaOf(kind).window.Uncount(pass.tickets[static_cast<std::size_t>(kind)]);
  }
  EndTrial(pass);
}

// It may arrive until now.
void Quotas::Lost(const Pass& pass, base::Instant now) {
  for (const QuotaKind kind : kKinds) {
    if (!Counts(kind, pass.lane)) continue;
    const base::Instant latest =
        std::min(now, pass.admitted + least_delay_.Get() + kLongestUncertain);
    QuotaOf(kind).window.Answered(pass.tickets[static_cast<std::size_t>(kind)], latest);
  }
  EndTrial(pass);
}

void Quotas::SetPace(const PaceSettings& pace, base::Instant now) {
  by_rate_ = pace.by_rate;
  for (const QuotaKind kind : kKinds) {
    Quota& quota = QuotaOf(kind);
    quota.share = ShareOf(pace);
    quota.model.SetBound(WholeOf(pace, kind), now);
    quota.window.SetLimit(rehome::dispatch::LimitOf(pace, kind));
    if (quota.model.bound() <= 0) quota.on_trial = quota.trial_out = false;
    if (quota.model.lowered()) {
      Follow(quota, now);
    } else {
      quota.told_lowered = false;  // the pace itself is less than what was told, so nothing climbs
    }
  }
}

std::optional<QuotaChange> Quotas::TakeRaised(base::Instant now) {
  for (const QuotaKind kind : kKinds) {
    Quota& quota = QuotaOf(kind);
    if (!quota.told_lowered || quota.model.limit(now) < quota.model.bound()) continue;
    quota.told_lowered = false;
    return QuotaChange{.kind = kind,
                       .from = quota.lowered_to,
                       .to = quota.model.bound(),
                       .expected = quota.model.bound(),
                       .by_rate = by_rate_,
                       .window = kind == QuotaKind::kAll ? kLongWindow : kShortWindow};
  }
  return std::nullopt;
}

}  // namespace rehome::dispatch

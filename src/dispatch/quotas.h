#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "dispatch/brake.h"
#include "dispatch/lane.h"
#include "dispatch/settings.h"
#include "pace/least_delay.h"
#include "pace/quota_model.h"
#include "pace/quota_window.h"

namespace rehome::dispatch {

enum class QuotaKind { kUserWrites, kUserReads, kAll };
inline constexpr std::size_t kQuotaCount = 3;

/// That the target allows less of a quota than before, or as much as before again.
struct QuotaChange {
  QuotaKind kind = QuotaKind::kAll;
  std::int64_t from = 0;  ///< in its window
  std::int64_t to = 0;
  std::int64_t expected = 0;  ///< what is documented, or comes to the rate that was asked for
  bool by_rate = false;       ///< the latter
  base::Duration window{0};
};

/// The client's own limits, all at once, for everything that a process sends: how many requests may
/// leave when, and what the target's refusals say of it. Passive; the event loop's thread.
class Quotas {
 public:
  explicit Quotas(const PaceSettings& pace);

  /// A request that was let through.
  struct Pass {
    Lane lane = Lane::kOther;
    base::Instant admitted{};
    std::array<pace::QuotaWindow::Ticket, kQuotaCount> tickets{};
  };

  /// When the next request of a lane may leave; nothing while the answer to another one will tell
  /// whether the target lets anything through again.
  std::optional<base::Instant> NextAdmission(Lane lane, base::Instant now) const;
  /// Counts a request at `now`; call only when NextAdmission allows it.
  Pass Admit(Lane lane, base::Instant now);
  /// The target served the request, which left at `sent`.
  void Served(const Pass& pass, base::Instant sent, base::Instant now);
  /// It refused it for a quota (429). The change, when less is believed to be allowed now.
  std::optional<QuotaChange> Refused(const Pass& pass, base::Instant now);
  /// There was no answer, or one that tells nothing of quotas.
  void Lost(const Pass& pass, base::Instant now);
  /// It never left.
  void NotSent(const Pass& pass);

  /// From now on; what was sent still counts.
  void SetPace(const PaceSettings& pace, base::Instant now);
  /// What climbed since the last call as far as was expected. To be asked now and then.
  std::optional<QuotaChange> TakeRaised(base::Instant now);

  /// Of the quotas of a lane, the one that holds it back the longest; nothing when none does.
  struct Hold {
    QuotaKind kind = QuotaKind::kAll;
    base::Instant until{};
    bool tried = false;  ///< refused, and tried again at `until` or already
  };
  std::optional<Hold> HoldOf(Lane lane, base::Instant now) const;
  /// What is used of what the target is believed to allow, which is less the reserve; 0 = no limit.
  std::int64_t LimitOf(QuotaKind kind) const { return QuotaOf(kind).window.limit(); }

 private:
  struct Quota {
    pace::QuotaWindow window;
    pace::QuotaModel model;
    double share = 1;  // of the model's limit that is ours
    base::Instant refused_at{};
    bool on_trial = false;   // refused; nothing was served since
    bool trial_out = false;  // and one request is on its way to see
    bool told_lowered = false;
    std::int64_t lowered_to = 0;  // as told
  };

  const Quota& QuotaOf(QuotaKind kind) const { return quotas_[static_cast<std::size_t>(kind)]; }
  Quota& QuotaOf(QuotaKind kind) { return quotas_[static_cast<std::size_t>(kind)]; }
  static bool Counts(QuotaKind kind, Lane lane);
  static base::Instant OpensAt(const Quota& quota, base::Instant now);
  static void Follow(Quota& quota, base::Instant now);
  QuotaKind GuiltyOf(const Pass& pass) const;
  void EndTrial(const Pass& pass);

  std::array<Quota, kQuotaCount> quotas_;
  bool by_rate_;
  pace::LeastDelay least_delay_;
};

}  // namespace rehome::dispatch

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "dispatch/mismatch.h"

namespace rehome::dispatch {

/// The client's own limits. 0 = none. Defaults: the documented quotas less a reserve of 10 %.
struct PaceSettings {
  std::int64_t user_writes_per_10s = 450;  ///< POST and PUT below /user_management
  std::int64_t user_reads_per_10s = 900;   ///< GET below /user_management
  std::int64_t all_per_60s = 5400;         ///< every request
  base::Duration min_delay{0};             ///< between the starts of two requests
  base::Instant not_before{};              ///< the first may start then: one left before it
  int reserve_percent = 0;                 ///< of the quotas, that these limits leave to others
  bool by_rate = false;                    ///< asked for as a rate, whatever the documentation says
};

/// The documented quotas (contract §3), less `reserve_percent` for the customer's live traffic.
PaceSettings DocumentedPace(int reserve_percent);
/// `writes_per_second` instead of the documented 50; reads and total scale with it.
PaceSettings PaceForRate(double writes_per_second);
PaceSettings NoPace();

/// Begins the ids of objects that a dry run would make.
inline constexpr std::string_view kPlannedId = "planned_";

/// Type of the events that a dry run leaves in its journal: `row`, `kind`, `id`, and the values
/// that would be replaced (`from`) and put in their place (`to`).
inline constexpr std::string_view kPlannedChange = "planned_change";

/// What to do with users (and memberships) that are there already.
enum class OnExisting { kAdopt, kSkip, kUpdate, kFail };

struct QuotaChange;
class Quotas;

struct DispatchSettings {
  PaceSettings pace;
  /// The limits of who sent before this in the same process: they go on here, with what was sent
  /// lately and what the target was found to allow. Null = nobody did.
  std::shared_ptr<const Quotas> sent_before;
  /// A dry run: everything is looked up and judged as by an import, and where that would write the
  /// object counts as written, under an id that begins with kPlannedId. Nothing is sent then.
  bool plans_only = false;
  OnExisting on_existing = OnExisting::kAdopt;
  bool adopt_unverified = false;
  /// A user whose password or hash the target refuses is created without it.
  bool drop_refused_passwords = false;
  /// Whether an earlier run of this target created the user with this id: then the account is ours,
  /// though it never proved its address. Asked on the event loop's thread and only for unverified
  /// accounts that match by e-mail alone; must not block. Empty = no run was there before.
  std::function<bool(std::string_view user_id)> made_by_earlier_run;
  /// Asked on the event loop's thread right before the first byte of a write leaves: an error (the
  /// lock is lost) holds it back and ends the run. Must not block. Empty = nothing to ask.
  std::function<base::Status()> before_write;
  /// Asked on the event loop's thread: whether writes, and whatever shares their queue, must wait
  /// for now. Must not block. Empty = never.
  std::function<bool()> hold_writes;
  /// Told of each answer that was not about what was asked, on the event loop's thread; must not
  /// block. Empty = nobody wants to know.
  std::function<void(const Mismatch&)> on_mismatch;
  /// Told when the target is found to allow less of a quota, or all of it again, on the event
  /// loop's thread; must not block. Empty = nobody wants to know.
  std::function<void(const QuotaChange&)> on_quota_change;
  std::string run_id;      ///< part of every request id
  std::uint64_t seed = 1;  ///< for jitter and idempotency keys
  /// Waits between look-ups of something that must be there but does not show, 61.5 s in all. Less
  /// would give up inside the target's lag (3 s left 5 to 10 % unresolved); more only costs time in
  /// rare cases.
  std::vector<base::Duration> settle = {base::Duration(0),        std::chrono::milliseconds(500),
                                        std::chrono::seconds(1),  std::chrono::seconds(2),
                                        std::chrono::seconds(4),  std::chrono::seconds(8),
                                        std::chrono::seconds(16), std::chrono::seconds(30)};
  /// Wall time (ms) until which an earlier incarnation of the run may have sent; 0 = none has.
  std::int64_t earlier_alive_until_ms = 0;
  /// The run's journal was lost and made anew: what it does not know may have been sent since this
  /// wall time (ms), and whatever was must show by now. It is looked up before anything is sent. 0
  /// = the journal knows all.
  std::int64_t presumed_sent_since_ms = 0;
  /// Creates that the target refuses as "exists" before every further user is looked up first.
  int refusals_before_looking_first = 20;
};

}  // namespace rehome::dispatch

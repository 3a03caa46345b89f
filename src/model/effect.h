#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/outcome.h"

namespace rehome::model {

enum class EffectKind { kOrganization = 1, kUser = 2, kMembership = 3 };

/// Where an effect is: `intended → sent → done | failed | parked`, and `unknown` while a request
/// that left has no believable answer.
enum class EffectState { kIntended, kSent, kUnknown, kDone, kFailed, kParked };

/// Whose the object on the target is.
enum class Provenance {
  kNone,
  kCreated,         ///< a 201 of ours
  kCreatedInDoubt,  ///< found by look-up after we may have sent it, not older than our intent
  kAdopted,         ///< it was there before
  kUpdated,         ///< it was there before and we changed fields
  kReactivated,     ///< an inactive membership that our create made active
};

std::string_view NameOf(EffectKind kind);
std::string_view NameOf(EffectState state);
std::string_view NameOf(Provenance provenance);
std::optional<EffectKind> EffectKindNamed(std::string_view name);
std::optional<EffectState> EffectStateNamed(std::string_view name);
std::optional<Provenance> ProvenanceNamed(std::string_view name);

/// Effect::detail of a user that was adopted although its row had a password: the account keeps the
/// password it had.
inline constexpr std::string_view kPasswordNotApplied = "password not applied";
/// Effect::detail of a user whose password the target refused, from the create without it on.
inline constexpr std::string_view kPasswordDropped = "password dropped";

/// One thing made, found or changed on the target for a row. Keyed (row, kind).
struct Effect {
  std::int64_t row = 0;  ///< the lead row for users with several rows; the first row of an
                         ///< organization
  EffectKind kind = EffectKind::kUser;
  std::string key;  ///< unique text key: organizations and users with several rows; else empty
  EffectState state = EffectState::kIntended;
  bool maybe_sent = false;  ///< sticky: once true it stays true, whatever the state
  std::int64_t epoch = 0;   ///< which incarnation of the run wrote it
  OutcomeKind outcome = OutcomeKind::kUnprocessed;  ///< created, adopted, updated, unchanged,
                                                    ///< skipped, failed, parked
  Provenance provenance = Provenance::kNone;
  std::string idempotency_key;
  int attempts = 0;             ///< writes that left
  std::string request_id;       ///< of the last write
  std::string target_id;        ///< id of the object on the target
  std::string user_id;          ///< memberships: whose
  std::string organization_id;  ///< memberships: where
  std::int64_t intent_ms = 0;   ///< wall time of the first intent, ms since 1970
  std::string created_at;       ///< as the target answered
  std::string updated_at;
  Reason reason = Reason::kNone;
  std::string detail;
  TargetWords target;
  std::string replaced;    ///< JSON of the values an update replaced, never secret ones
  std::string role_slugs;  ///< memberships: as the row that made it wants them, joined by commas
  std::string differs;     ///< what an object that was there before has otherwise than the file, in
                           ///< words, a few hundred bytes at most; never a secret
};

/// Keys of what several rows share: a user with several rows, of which `lead_row` is the first, and
/// a membership of such a user.
std::string UserKeyOf(std::int64_t lead_row);
std::string MembershipKeyOf(std::int64_t lead_row, std::string_view organization_id);

}  // namespace rehome::model

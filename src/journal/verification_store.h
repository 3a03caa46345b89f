#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "journal/sqlite_database.h"
#include "model/effect.h"

namespace rehome::journal {

/// An object of a run, as the verification of the run remembers it.
struct ExpectedObject {
  enum class Depth {
    kExistence,  ///< it was there before: only that it still is
    kFields,     ///< every field that the run wrote
  };
  std::int64_t number = 0;  ///< given by the store, from 1, in the order of adding
  model::EffectKind kind = model::EffectKind::kUser;
  std::int64_t row = 0;  ///< of its effect
  std::string target_id;
  std::string organization_id;  ///< of a membership; else empty
  Depth depth = Depth::kFields;
  std::string fields;  ///< what the run wrote or knew; the caller's encoding
};

/// What a verification must remember about every object of a run: on disk, so that its memory does
/// not grow with their number. A scratch file that is worth nothing after a crash: nothing is
/// synced, there is no way back from a failed change, and its name is removed as soon as it is
/// open. One thread at a time. Every error is for good.
class VerificationStore {
 public:
  /// Makes the file, in the place of one that an earlier verification left there.
  static base::Result<std::unique_ptr<VerificationStore>> Create(const std::string& path);
  explicit VerificationStore(SqliteDatabase database) : database_(std::move(database)) {}
  VerificationStore(const VerificationStore&) = delete;
  VerificationStore& operator=(const VerificationStore&) = delete;
  ~VerificationStore() = default;

  /// From now on a change or an answer that takes longer fails once `stop` says yes; without one,
  /// none does.
  void StopWhen(std::function<bool()> stop) { database_.StopWhen(std::move(stop)); }

  /// Changes between the two cost one write together. Not nested.
  base::Status Begin();
  base::Status Commit();

  /// `keys` are what it is found by; its number is not used.
  base::Status Add(const ExpectedObject& object, std::span<const std::string> keys);
  /// Once, after the last Add and before anything below.
  base::Status Seal();
  base::Result<std::int64_t> Count(model::EffectKind kind);

  /// Objects added with this key; rarely others too (of equal hash), so the caller compares.
  base::Result<std::vector<ExpectedObject>> Find(std::string_view key);
  /// Whether it was not seen before.
  base::Result<bool> MarkSeen(std::int64_t number);

  struct Group {
    std::string organization_id;
    std::int64_t memberships = 0;
  };
  /// The memberships of the next organization after this one, by id.
  base::Result<std::optional<Group>> NextGroup(std::string_view after);

  /// The object is to be asked about again, since this was shown of it.
  base::Status Suspect(std::int64_t number, std::string_view shown);
  /// Another object seems to be the double of one that is suspected.
  base::Status AddDouble(std::int64_t number, std::string_view other_id);
  /// Which objects of one kind, and for memberships of one organization.
  enum class Which { kUnseen, kAll };
  base::Status SuspectObjects(model::EffectKind kind, std::string_view organization_id,
                              Which which);
  /// At most `limit` suspected objects with higher numbers than `after`, by number.
  base::Result<std::vector<ExpectedObject>> Suspected(std::int64_t after, int limit);
  base::Result<std::vector<std::string>> DoublesOf(std::int64_t number);
  /// What was shown first of a suspected object; empty when nothing was.
  base::Result<std::string> ShownOf(std::int64_t number);
  base::Status Clear(std::int64_t number);

 private:
  base::Status PrepareStatements();
  base::Result<std::vector<ExpectedObject>> ReadObjects(SqliteStatement& statement);

  SqliteDatabase database_;
  std::int64_t last_number_ = 0;
  std::optional<SqliteStatement> add_;
  std::optional<SqliteStatement> add_key_;
  std::optional<SqliteStatement> count_;
  std::optional<SqliteStatement> find_;
  std::optional<SqliteStatement> mark_;
  std::optional<SqliteStatement> group_;
  std::optional<SqliteStatement> suspect_;
  std::optional<SqliteStatement> add_double_;
  std::optional<SqliteStatement> suspect_all_;
  std::optional<SqliteStatement> suspected_;
  std::optional<SqliteStatement> doubles_;
  std::optional<SqliteStatement> shown_;
  std::optional<SqliteStatement> clear_;
};

}  // namespace rehome::journal

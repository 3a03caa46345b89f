#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "sandbox/object.h"

namespace rehome::sandbox {

/// The place of an object in its table; places grow in the order of creation and are never reused.
using Slot = std::uint32_t;

/// Objects of one kind with their recent past: `Current` is the truth, `At` shows what a reader
/// who lags behind sees. Old versions live until `Prune`. Not thread-safe.
template <class T>
class Table {
 public:
  Slot Add(T value, base::Instant now) {
    const Slot slot = size();
    by_id_.emplace(MakeKey(KeyKind::kId, value.id), slot);
    for (const Key key : value.Keys()) Enter(key, slot);
    entries_.push_back({.since = now, .value = std::move(value), .older = nullptr});
    ++live_;
    return slot;
  }

  void Replace(Slot slot, T value, base::Instant now) {
    for (const Key key : value.Keys()) Enter(key, slot);
    Push(slot, std::move(value), now);
  }

  void Erase(Slot slot, base::Instant now) {
    Push(slot, std::nullopt, now);
    --live_;
  }

  /// Since when the object is as its oldest remembered version says: of one that never changed,
  /// its creation.
  base::Instant Since(Slot slot) const {
    const Version* version = &entries_[slot];
    while (version->older != nullptr) version = version->older.get();
    return version->since;
  }

  /// Gives an existing object a value as if it had always had it.
  void Rewrite(Slot slot, T value) {
    for (const Key key : value.Keys()) Enter(key, slot);
    entries_[slot] = {.since = Since(slot), .value = std::move(value), .older = nullptr};
  }

  /// Takes an existing object out of the past too: nobody ever saw it.
  void Forget(Slot slot) {
    entries_[slot] = {.since = Since(slot), .value = std::nullopt, .older = nullptr};
    --live_;
  }

  /// The object now; nullptr when it was erased.
  const T* Current(Slot slot) const {
    const Version& newest = entries_[slot];
    return newest.value ? &*newest.value : nullptr;
  }

  /// The object as it stood at `moment`; nullptr when it was not there then.
  const T* At(Slot slot, base::Instant moment) const {
    const Version* version = &entries_[slot];
    while (version != nullptr && version->since > moment) version = version->older.get();
    return version != nullptr && version->value ? &*version->value : nullptr;
  }

  /// The place of an id that exists or existed: enough for a paging cursor, so a collision of
  /// hashes does no harm. Whoever needs the object compares its id.
  std::optional<Slot> PlaceOf(std::string_view id) const {
    const auto found = by_id_.find(MakeKey(KeyKind::kId, id));
    if (found == by_id_.end()) return std::nullopt;
    return found->second;
  }

  /// The existing object with this id.
  std::optional<Slot> FindCurrent(std::string_view id) const {
    const std::optional<Slot> slot = PlaceOf(id);
    if (!slot) return std::nullopt;
    const T* value = Current(*slot);
    if (value == nullptr || value->id != id) return std::nullopt;
    return slot;
  }

  const T* FindAt(std::string_view id, base::Instant moment) const {
    const std::optional<Slot> slot = PlaceOf(id);
    const T* value = slot ? At(*slot, moment) : nullptr;
    return value != nullptr && value->id == id ? value : nullptr;
  }

  /// Places, growing, of every object that has or recently had `key`: candidates to compare.
  std::span<const Slot> Candidates(Key key) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return {};
    return found->second;
  }

  /// Forgets versions that nobody who reads at `horizon` or later can see.
  void Prune(base::Instant horizon) {
    while (!aging_.empty() && aging_.front().since <= horizon) {
      DropOlder(aging_.front().slot, horizon);
      aging_.pop_front();
    }
  }

  /// All places ever used, erased ones included.
  Slot size() const { return static_cast<Slot>(entries_.size()); }
  /// Objects that exist now.
  std::size_t live() const { return live_; }

 private:
  struct Version {
    base::Instant since{};
    std::optional<T> value;
    std::unique_ptr<Version> older;
  };
  struct Aging {
    base::Instant since{};
    Slot slot = 0;
  };

  void Push(Slot slot, std::optional<T> value, base::Instant now) {
    Version& newest = entries_[slot];
    auto older = std::make_unique<Version>(std::move(newest));
    newest = {.since = now, .value = std::move(value), .older = std::move(older)};
    aging_.push_back({now, slot});
  }

  void Enter(Key key, Slot slot) {
    std::vector<Slot>& slots = by_key_[key];
    const auto place = std::lower_bound(slots.begin(), slots.end(), slot);
    if (place == slots.end() || *place != slot) slots.insert(place, slot);
  }

  void Leave(Key key, Slot slot) {
    const auto bucket = by_key_.find(key);
    if (bucket == by_key_.end()) return;
    std::vector<Slot>& slots = bucket->second;
    const auto place = std::lower_bound(slots.begin(), slots.end(), slot);
    if (place != slots.end() && *place == slot) slots.erase(place);
    if (slots.empty()) by_key_.erase(bucket);
  }

  void DropOlder(Slot slot, base::Instant horizon) {
    Version* oldest_seen = &entries_[slot];
    std::vector<Key> kept;
    const auto keep_keys = [&kept](const Version& version) {
      if (!version.value) return;
      for (const Key key : version.value->Keys()) kept.push_back(key);
    };
    keep_keys(*oldest_seen);
    while (oldest_seen->since > horizon && oldest_seen->older != nullptr) {
      oldest_seen = oldest_seen->older.get();
      keep_keys(*oldest_seen);
    }
    if (oldest_seen->older == nullptr) return;
    // What came before is forgotten: should the lag grow later, this version stands for it.
    oldest_seen->since = base::Instant::min();
    for (auto gone = std::move(oldest_seen->older); gone != nullptr;) {
      if (gone->value) {
        for (const Key key : gone->value->Keys()) {
          if (std::find(kept.begin(), kept.end(), key) == kept.end()) Leave(key, slot);
        }
      }
      gone = std::move(gone->older);
    }
  }

  std::deque<Version> entries_;
  std::unordered_map<Key, Slot> by_id_;
  std::unordered_map<Key, std::vector<Slot>> by_key_;
  std::deque<Aging> aging_;  // one for each old version, by time
  std::size_t live_ = 0;
};

}  // namespace rehome::sandbox

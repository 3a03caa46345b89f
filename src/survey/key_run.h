#pragma once

#include <cstdint>
#include <vector>

#include "base/digest.h"
#include "model/row.h"

namespace rehome::survey {

/// What is remembered of one key (the e-mail of a user, say): its first row and whether more came.
/// In half a cache line: 38 bits of row, 44 of line and of offset (16 TB), two flags. Kept in files
/// as it is in memory; they never outlive the process.
class KeyEntry {
 public:
  KeyEntry() = default;
  KeyEntry(base::Hash128 hash, const model::Position& position, bool selected);

  bool is_empty() const { return row_and_offset_ == 0; }
  const base::Hash128& hash() const { return hash_; }
  model::Position position() const;
  /// The key has several rows.
  bool repeated() const { return (line_and_flags_ & kRepeated) != 0; }
  /// One of the rows is in the part of the file that is imported.
  bool selected() const { return (line_and_flags_ & kSelected) != 0; }
  /// Takes in an entry of the same key whose rows all come later.
  void Absorb(const KeyEntry& later) {
    line_and_flags_ |= kRepeated | (later.line_and_flags_ & kSelected);
  }

 private:
  static constexpr std::uint64_t kRepeated = 1;
  static constexpr std::uint64_t kSelected = 2;
  base::Hash128 hash_;
  std::uint64_t row_and_offset_ = 0;  // the low 20 bits of the row, then the offset
  std::uint64_t line_and_flags_ = 0;  // flags, the high 18 bits of the row, then the line
};

/// Some entries in the order of their rows, to become a sorted run. One thread.
class KeyRun {
 public:
  void Add(const KeyEntry& entry) { entries_.push_back(entry); }
  bool is_full() const;
  /// Sorts by hash and merges the entries of each key into one.
  void Sort();
  const std::vector<KeyEntry>& entries() const { return entries_; }
  void Clear() { entries_.clear(); }

 private:
  std::vector<KeyEntry> entries_;
  std::vector<KeyEntry> scratch_;
};

}  // namespace rehome::survey

#pragma once

#include <cstdint>
#include <vector>

#include "base/digest.h"
#include "model/row.h"

namespace rehome::survey {

/// What the survey remembers of one e-mail: its first well-formed row and whether more came. In
/// half a cache line: 38 bits of row, 44 of line and of offset (16 TB), two flags. Kept in files as
/// it is in memory; they never outlive the process.
class UserEntry {
 public:
  UserEntry() = default;
  UserEntry(base::Hash128 hash, const model::Position& position, bool selected);

  bool is_empty() const { return row_and_offset_ == 0; }
  const base::Hash128& hash() const { return hash_; }
  model::Position position() const;
  /// The e-mail has several rows.
  bool repeated() const { return (line_and_flags_ & kRepeated) != 0; }
  /// One of the rows is in the part of the file that is imported.
  bool selected() const { return (line_and_flags_ & kSelected) != 0; }
  /// Takes in an entry of the same e-mail whose rows all come later.
  void Absorb(const UserEntry& later) {
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
class UserRun {
 public:
  void Add(const UserEntry& entry) { entries_.push_back(entry); }
  bool is_full() const;
  /// Sorts by hash and merges the entries of each e-mail into one.
  void Sort();
  const std::vector<UserEntry>& entries() const { return entries_; }
  void Clear() { entries_.clear(); }

 private:
  std::vector<UserEntry> entries_;
  std::vector<UserEntry> scratch_;
};

}  // namespace rehome::survey

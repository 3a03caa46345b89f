#include "survey/key_run.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace rehome::survey {
namespace {

// 2 MB of entries and as much to sort them. Half would double the number of runs of a large file,
// twice would fall out of the second-level cache while sorting.
constexpr std::size_t kFullRun = 64 << 10;

constexpr unsigned kLowRowBits = 20;
constexpr unsigned kFlagBits = 2;
constexpr std::uint64_t kLowRowMask = (std::uint64_t{1} << kLowRowBits) - 1;

// Sorting by the top three bytes leaves few e-mails of a full run side by side in wrong order.
constexpr unsigned kLowestSortedBit = 40;
constexpr unsigned kDigitBits = 8;

// One stable pass of a radix sort, by the digit of the hash that begins at bit `shift`.
void SortByDigit(std::span<const KeyEntry> from, std::span<KeyEntry> to, unsigned shift) {
  constexpr std::size_t kDigits = std::size_t{1} << kDigitBits;
  const auto digit = [shift](const KeyEntry& entry) {
    return entry.hash().high >> shift & (kDigits - 1);
  };
  std::array<std::size_t, kDigits> places{};
  for (const KeyEntry& entry : from) ++places[digit(entry)];
  std::size_t begin = 0;
  for (std::size_t& place : places) begin += std::exchange(place, begin);
  for (const KeyEntry& entry : from) to[places[digit(entry)]++] = entry;
}

bool ComesBefore(const KeyEntry& a, const KeyEntry& b) { return a.hash() < b.hash(); }

}  // namespace

KeyEntry::KeyEntry(base::Hash128 hash, const model::Position& position, bool selected)
    : hash_(hash) {
  const auto row = static_cast<std::uint64_t>(position.row);
  const std::uint64_t high_row = row >> kLowRowBits;
  row_and_offset_ =
      static_cast<std::uint64_t>(position.offset) << kLowRowBits | (row & kLowRowMask);
  line_and_flags_ = static_cast<std::uint64_t>(position.line) << kLowRowBits |
                    high_row << kFlagBits | (selected ? kSelected : 0);
}

model::Position KeyEntry::position() const {
  const std::uint64_t high_row = (line_and_flags_ & kLowRowMask) >> kFlagBits;
  const std::uint64_t row = high_row << kLowRowBits | (row_and_offset_ & kLowRowMask);
  return {static_cast<std::int64_t>(row), static_cast<std::int64_t>(line_and_flags_ >> kLowRowBits),
          static_cast<std::int64_t>(row_and_offset_ >> kLowRowBits)};
}

bool KeyRun::is_full() const { return entries_.size() >= kFullRun; }

void KeyRun::Sort() {
  scratch_.resize(entries_.size());
  for (unsigned shift = kLowestSortedBit; shift < 64; shift += kDigitBits) {
    SortByDigit(entries_, scratch_, shift);
    std::swap(entries_, scratch_);
  }
  const auto prefix = [](const KeyEntry& entry) { return entry.hash().high >> kLowestSortedBit; };
  for (auto first = entries_.begin(); first != entries_.end();) {
    const auto is_other = [&prefix, first](const KeyEntry& entry) {
      return prefix(entry) != prefix(*first);
    };
    const auto last = std::find_if(first + 1, entries_.end(), is_other);
    if (!std::is_sorted(first, last, ComesBefore)) std::stable_sort(first, last, ComesBefore);
    first = last;
  }
  std::size_t kept = 0;
  for (const KeyEntry& entry : entries_) {
    if (kept > 0 && entries_[kept - 1].hash() == entry.hash()) {
      entries_[kept - 1].Absorb(entry);
    } else {
      entries_[kept++] = entry;
    }
  }
  entries_.resize(kept);
}

}  // namespace rehome::survey

#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace rehome::csv {

/// Larger fields and records are taken for a missing quotation mark, not for data: memory stays
/// bounded, and no value of the target comes near.
inline constexpr std::int64_t kMaxFieldBytes = 1 << 20;
inline constexpr std::int64_t kMaxRecordBytes = 4 << 20;

/// Why a whole file is refused.
struct ScanFault {
  enum class Kind {
    kNul,
    kInvalidUtf8,
    kFieldTooLarge,
    kRecordTooLarge,
    kUnclosedQuote,
  };
  Kind kind = Kind::kNul;
  std::int64_t line = 0;    ///< of the byte, or on which the field or record begins
  std::int64_t offset = 0;  ///< byte in the file, from 0; where the field or record begins
  std::int64_t suspect_line =
      0;  ///< line of a record with a stray quote that may be the cause; 0 = none
};

/// The sentence for it: `users.csv:1042: …`.
base::Error ErrorOf(const ScanFault& fault, const std::string& path);

}  // namespace rehome::csv

#pragma once

#include <cstdint>

namespace rehome::model {

/// A part of a text file. Lines are physical ones, from 1: each LF ends one, also inside quotes. A
/// column is the number of a character (a code point) in its line, from 1; a byte-order mark is
/// none.
struct Place {
  std::int64_t line = 0;
  std::int64_t column = 0;
  std::int64_t end_line = 0;
  std::int64_t end_column = 0;  ///< of the character behind the part
  std::int64_t begin = 0;       ///< its bytes in the file
  std::int64_t end = 0;

  bool operator==(const Place&) const = default;
};

}  // namespace rehome::model

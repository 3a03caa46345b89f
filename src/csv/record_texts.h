#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "csv/range.h"
#include "model/place.h"
#include "model/row.h"

namespace rehome::csv {

/// A record as it stands in the file.
struct RecordText {
  model::Position position;
  std::string_view bytes;       ///< from its first byte to the last of its last field
  std::int64_t next = 0;        ///< byte behind its line end
  std::size_t fields = 0;       ///< number of fields
  std::size_t stray_field = 0;  ///< first field with a stray quotation mark, from 1; 0 = none
};

/// The records of one range as they stand in the file, in file order. One range is in memory, and
/// what `Next` gives is a part of it. One thread.
class RecordTexts {
 public:
  static base::Result<RecordTexts> Open(const Input& input, const Header& header,
                                        const Range& range);
  /// The next record; nothing at the end of the range.
  std::optional<RecordText> Next();

 private:
  struct Entry {
    model::Position position;
    std::int64_t end = 0;
    std::size_t fields = 0;
    std::size_t stray_field = 0;
  };
  class Entries;
  RecordTexts(std::string bytes, std::int64_t begin, std::vector<Entry> entries);

  std::string bytes_;
  std::int64_t begin_;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
};

/// Where each field of a record lies.
std::vector<model::Place> PlacesOf(const RecordText& record, char delimiter);
/// Where the record as a whole lies.
model::Place PlaceOf(const RecordText& record);

}  // namespace rehome::csv

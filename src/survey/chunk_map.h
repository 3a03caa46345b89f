#pragma once

#include <cstdint>
#include <vector>

#include "csv/reader.h"
#include "csv/record_scanner.h"

namespace rehome::survey {

/// Cuts the records of a file into ranges of at most 1 MiB (or one larger record) and, if wanted,
/// of at most so many records. One thread.
class ChunkMap {
 public:
  /// `max_rows`: 0 = by bytes alone.
  ChunkMap(std::int64_t begin, std::int64_t line, std::int64_t max_rows);
  /// The next record, number `row`.
  void AddRecord(const csv::ScannedRecord& record, std::int64_t row);
  /// A blank line: a place where a chunk may end. The next record is number `next_row`.
  void AddBlankLine(const csv::ScannedRecord& line, std::int64_t next_row);
  /// Nothing follows; the file ends at `end`. A file without records has no chunks.
  void Finish(std::int64_t end);

  const std::vector<csv::Range>& chunks() const { return chunks_; }
  const std::vector<std::int64_t>& rows() const { return rows_; }

 private:
  void CutBefore(const csv::ScannedRecord& record, std::int64_t next_row);

  const std::int64_t max_rows_;
  csv::Range current_;
  std::int64_t current_rows_ = 0;
  std::vector<csv::Range> chunks_;
  std::vector<std::int64_t> rows_;
};

}  // namespace rehome::survey

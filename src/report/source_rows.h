#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/field_reader.h"
#include "journal/record.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"

namespace rehome::report {

/// Why the bytes at `facts.file` are not those that the run imported, as one sentence; nothing when
/// they are (size and hash).
std::optional<std::string> SourceDifference(const journal::RunFacts& facts);

/// What retries of the run have corrected in its input.
base::Result<std::vector<csv::Splice>> ReadSplices(const journal::RunFacts& facts,
                                                   journal::JournalReader& journal);

/// The records of an input, read once from front to back along the run's chunks. One thread.
/// `header` must outlive it.
class SourceRows {
 public:
  SourceRows(csv::Input input, const csv::Header& header, std::vector<journal::Chunk> chunks);

  /// The record of `row`, valid until the next call; calls come with ascending rows. kInternal when
  /// the chunks do not hold it.
  base::Result<const csv::FieldRecord*> At(std::int64_t row);

 private:
  base::Result<bool> OpenChunkWith(std::int64_t row);

  csv::Input input_;
  const csv::Header& header_;
  std::vector<journal::Chunk> chunks_;
  std::size_t next_chunk_ = 0;
  std::optional<csv::FieldReader> reader_;
  std::int64_t reader_end_ = 0;  // row after the last one of the open chunk
  std::optional<csv::FieldRecord> current_;
};

}  // namespace rehome::report

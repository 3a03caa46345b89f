#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "csv/block_marks.h"
#include "csv/field_capture.h"
#include "csv/scan_fault.h"
#include "csv/utf8_check.h"
#include "model/row.h"

namespace rehome::csv {

/// What a scanner says of one record that is not a blank line.
struct ScannedRecord {
  std::int64_t offset = 0;      ///< byte at which it starts
  std::int64_t end = 0;         ///< byte after its last field, before the line end
  std::int64_t line = 0;        ///< physical line on which it starts
  std::int64_t last_line = 0;   ///< and on which it ends
  std::size_t fields = 0;       ///< number of fields
  std::size_t stray_field = 0;  ///< first field with a stray quotation mark, from 1; 0 = none
  /// Raw bytes (still quoted) of the wanted fields, in their order; valid during the call.
  std::span<const std::string_view> wanted;
};

/// Whether the record is well formed under a header of `columns` fields: kNone when it is.
model::Reason FaultOf(const ScannedRecord& record, std::size_t columns);
/// The malformed record of that fault, as row number `row`.
model::MalformedRow MakeMalformedRow(const ScannedRecord& record, std::int64_t row,
                                     std::size_t columns);

/// Takes the records that a scanner finds, in file order.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  virtual void Take(const ScannedRecord& record) = 0;
  /// A line without anything but blanks: no record, but a place where a range may begin.
  virtual void TakeBlankLine(const ScannedRecord& /*line*/) {}
};

/// Finds the records of a file in bytes that come in pieces. A record ends at the first LF before
/// which it has an even number of quotation marks; lines without anything but blanks are no
/// records. This is the one place that decides what a record is and whether its quotes are in
/// order, so the survey and the reader cannot disagree. The answers do not depend on how the bytes
/// are cut into pieces. `sink` must outlive it. One thread.
class RecordScanner {
 public:
  /// Where the first byte stands in the file.
  struct Start {
    std::int64_t offset = 0;
    std::int64_t line = 1;
  };
  /// `wanted`: numbers of the fields (from 0, ascending) whose bytes the sink gets.
  RecordScanner(char delimiter, std::span<const std::size_t> wanted, Start start, RecordSink& sink,
                MarkFinder finder = BestFinder());

  /// The next bytes, a multiple of kBlockBytes. Nothing more may come after a fault.
  std::optional<ScanFault> Feed(std::string_view bytes);
  /// The last bytes, any number: ends the last record.
  std::optional<ScanFault> Finish(std::string_view bytes);

 private:
  struct Block {
    BlockMarks marks;
    std::int64_t begin = 0;
    std::size_t size = kBlockBytes;  // bytes that belong to the file
  };

  std::optional<ScanFault> ScanPiece(std::string_view padded, std::size_t size);
  std::optional<ScanFault> ScanBlock(const Block& block);
  std::optional<ScanFault> CheckText(const Block& block);
  std::optional<ScanFault> CheckFieldSize(std::int64_t end) const;
  std::optional<ScanFault> CheckRecordSize(std::int64_t end) const;
  std::uint64_t FindStrayQuotes(const Block& block);
  bool IsLineEndAt(std::size_t index);
  void PassStray(std::uint64_t stray, std::uint64_t delimiters);
  void EndRecord(std::int64_t position, std::int64_t last_line);
  void StartRecord(std::int64_t position, std::int64_t line);
  ScanFault FaultAt(ScanFault::Kind kind, std::int64_t line, std::int64_t offset) const;

  const char delimiter_;
  const MarkFinder finder_;
  RecordSink& sink_;
  FieldCapture fields_;

  // The bytes being scanned.
  std::string_view piece_;
  std::int64_t piece_begin_ = 0;
  std::int64_t position_;
  std::int64_t line_;  // of the byte at the beginning of the block
  MarkState state_;
  bool return_pending_ = false;  // the piece before ends with a CR behind a closing quote
  char last_byte_ = '\n';
  Utf8Check utf8_;

  // The record being scanned.
  std::int64_t record_begin_ = 0;
  std::int64_t record_line_ = 0;
  std::int64_t field_begin_ = 0;
  std::int64_t field_line_ = 0;
  std::size_t stray_field_ = 0;

  std::int64_t first_stray_line_ = 0;
};

}  // namespace rehome::csv

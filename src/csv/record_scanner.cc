#include "csv/record_scanner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "base/check.h"
#include "base/text.h"

namespace rehome::csv {
namespace {

// Marks are found for so many blocks at once: 4 KiB of bytes and at most 3 KiB of marks stay in
// the first-level cache.
constexpr std::size_t kBatchBlocks = 64;

std::uint64_t BitsBelow(int bit) { return (std::uint64_t{1} << bit) - 1; }

std::uint64_t FirstBits(std::size_t count) {
  return count >= kBlockBytes ? ~std::uint64_t{0} : BitsBelow(static_cast<int>(count));
}

// On the x86-64 of 2003 std::popcount is a call of a library; this is not.
std::int64_t CountBits(std::uint64_t bits) {
  bits -= bits >> 1 & 0x5555555555555555;
  bits = (bits & 0x3333333333333333) + (bits >> 2 & 0x3333333333333333);
  bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return static_cast<std::int64_t>(bits * 0x0101010101010101 >> 56);
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t") == std::string_view::npos;
}

}  // namespace

model::Reason FaultOf(const ScannedRecord& record, std::size_t columns) {
  if (record.stray_field != 0) return model::Reason::kCsvStrayQuote;
  if (record.fields != columns) return model::Reason::kCsvFieldCount;
  return model::Reason::kNone;
}

model::MalformedRow MakeMalformedRow(const ScannedRecord& record, std::int64_t row,
                                     std::size_t columns) {
  model::MalformedRow malformed;
  malformed.position = {row, record.line, record.offset};
  malformed.reason = FaultOf(record, columns);
  if (malformed.reason == model::Reason::kCsvStrayQuote) {
    malformed.detail = "a quotation mark in field " + std::to_string(record.stray_field) +
                       " does not enclose the whole field";
  } else {
    malformed.detail = base::Count(static_cast<std::int64_t>(record.fields), "field", "fields") +
                       " where the header has " + std::to_string(columns);
  }
  if (record.last_line > record.line) {
    malformed.detail += "; quotation marks make lines " + std::to_string(record.line) + " to " +
                        std::to_string(record.last_line) +
                        " one record: what else is on them is not imported";
  }
  return malformed;
}

RecordScanner::RecordScanner(char delimiter, std::span<const std::size_t> wanted, Start start,
                             RecordSink& sink, MarkFinder finder)
    : delimiter_(delimiter),
      finder_(finder),
      sink_(sink),
      fields_(wanted),
      position_(start.offset),
      line_(start.line) {
  StartRecord(start.offset, start.line);
}

std::optional<ScanFault> RecordScanner::Feed(std::string_view bytes) {
  CHECK(bytes.size() % kBlockBytes == 0);
  if (bytes.empty()) return std::nullopt;
  return ScanPiece(bytes, bytes.size());
}

std::optional<ScanFault> RecordScanner::Finish(std::string_view bytes) {
  const std::size_t whole = bytes.size() - bytes.size() % kBlockBytes;
  if (auto fault = Feed(bytes.substr(0, whole))) return fault;
  const std::string_view rest = bytes.substr(whole);
  std::array<char, kBlockBytes> padded;
  padded.fill('.');
  std::copy(rest.begin(), rest.end(), padded.begin());
  if (!rest.empty()) {
    if (auto fault = ScanPiece({padded.data(), padded.size()}, rest.size())) return fault;
  }
  if (utf8_.open_bytes() > 0) {
    return FaultAt(ScanFault::Kind::kInvalidUtf8, line_, position_ - utf8_.open_bytes());
  }
  if (state_.inside != 0) {
    return FaultAt(ScanFault::Kind::kUnclosedQuote, field_line_, field_begin_);
  }
  if (position_ > record_begin_) {
    piece_ = {};
    piece_begin_ = position_;
    EndRecord(position_, line_);
  }
  return std::nullopt;
}

std::optional<ScanFault> RecordScanner::ScanPiece(std::string_view padded, std::size_t size) {
  piece_ = padded.substr(0, size);
  piece_begin_ = position_;
  fields_.BeginPiece(piece_, piece_begin_);
  if (return_pending_ && piece_.front() != '\n') PassStray(1, 0);
  return_pending_ = false;
  std::array<BlockMarks, kBatchBlocks> marks;
  for (std::size_t at = 0; at < padded.size();) {
    const std::size_t count = std::min(kBatchBlocks, (padded.size() - at) / kBlockBytes);
    const std::size_t noted =
        finder_(padded.data() + at, std::span(marks).first(count), delimiter_, state_);
    for (const BlockMarks& block : std::span(marks).first(noted)) {
      const std::size_t begin = at + block.block * kBlockBytes;
      const std::size_t bytes = std::min(kBlockBytes, size - begin);
      const std::int64_t position = piece_begin_ + static_cast<std::int64_t>(begin);
      if (auto fault = ScanBlock({block, position, bytes})) return fault;
    }
    at += count * kBlockBytes;
  }
  position_ += static_cast<std::int64_t>(size);
  last_byte_ = piece_.back();
  if (auto fault = CheckFieldSize(position_)) return fault;
  if (auto fault = CheckRecordSize(position_)) return fault;
  fields_.KeepPiece();
  return std::nullopt;
}

std::optional<ScanFault> RecordScanner::ScanBlock(const Block& block) {
  const BlockMarks& marks = block.marks;
  if (marks.check_text) {
    if (auto fault = CheckText(block)) return fault;
  }
  // Only the field and the record that reach into the block can be too large.
  const std::uint64_t borders = marks.delimiters | marks.ends;
  if (borders != 0) {
    if (auto fault = CheckFieldSize(block.begin + std::countr_zero(borders))) return fault;
  }
  if (marks.ends != 0) {
    if (auto fault = CheckRecordSize(block.begin + std::countr_zero(marks.ends))) return fault;
  }
  std::uint64_t delimiters = marks.delimiters;
  std::uint64_t stray = marks.suspects == 0 ? 0 : FindStrayQuotes(block);
  for (std::uint64_t ends = marks.ends; ends != 0; ends &= ends - 1) {
    const int bit = std::countr_zero(ends);
    const std::uint64_t below = BitsBelow(bit);
    PassStray(stray & below, delimiters & below);
    fields_.PassDelimiters(delimiters & below, block.begin);
    const std::int64_t line = line_ + CountBits(marks.newlines & below);
    EndRecord(block.begin + bit, line);
    StartRecord(block.begin + bit + 1, line + 1);
    stray &= ~below;
    delimiters &= ~below;
  }
  PassStray(stray, delimiters);
  fields_.PassDelimiters(delimiters, block.begin);
  if (borders != 0) {
    const int last = 63 - std::countl_zero(borders);
    const std::uint64_t before = marks.newlines & (BitsBelow(last) | std::uint64_t{1} << last);
    field_begin_ = block.begin + last + 1;
    field_line_ = before == 0 ? line_ : line_ + CountBits(before);
  }
  if (marks.newlines != 0) line_ += CountBits(marks.newlines);
  return std::nullopt;
}

std::optional<ScanFault> RecordScanner::CheckText(const Block& block) {
  const auto at = static_cast<std::size_t>(block.begin - piece_begin_);
  const std::string_view bytes = piece_.substr(at, block.size);
  const auto wrong = utf8_.FindFault(bytes);
  if (!wrong) return std::nullopt;
  // A sequence that began in the block before has no line end behind its first byte.
  const auto index = static_cast<std::size_t>(std::max<std::int64_t>(*wrong, 0));
  const bool is_nul = *wrong >= 0 && bytes[index] == '\0';
  const std::uint64_t lines = block.marks.newlines & FirstBits(index);
  return FaultAt(is_nul ? ScanFault::Kind::kNul : ScanFault::Kind::kInvalidUtf8,
                 line_ + CountBits(lines), block.begin + *wrong);
}

std::optional<ScanFault> RecordScanner::CheckFieldSize(std::int64_t end) const {
  if (end - field_begin_ <= kMaxFieldBytes) return std::nullopt;
  return FaultAt(ScanFault::Kind::kFieldTooLarge, field_line_, field_begin_);
}

std::optional<ScanFault> RecordScanner::CheckRecordSize(std::int64_t end) const {
  if (end - record_begin_ <= kMaxRecordBytes) return std::nullopt;
  return FaultAt(ScanFault::Kind::kRecordTooLarge, record_line_, record_begin_);
}

// Outside quotes an ordinary byte may neither follow a quotation mark nor stand before one: those
// of the suspects that are not the CR of a CRLF behind a closing quote.
std::uint64_t RecordScanner::FindStrayQuotes(const Block& block) {
  std::uint64_t stray = 0;
  const std::uint64_t suspects = block.marks.suspects & FirstBits(block.size);
  for (std::uint64_t bits = suspects; bits != 0; bits &= bits - 1) {
    const int bit = std::countr_zero(bits);
    const auto index = static_cast<std::size_t>(block.begin - piece_begin_ + bit);
    if (!IsLineEndAt(index)) stray |= std::uint64_t{1} << bit;
  }
  return stray;
}

// Whether the byte behind a closing quote is the CR of a CRLF (or of the end of the file).
bool RecordScanner::IsLineEndAt(std::size_t index) {
  if (piece_[index] != '\r') return false;
  if (index + 1 < piece_.size()) return piece_[index + 1] == '\n';
  return_pending_ = true;
  return true;
}

void RecordScanner::PassStray(std::uint64_t stray, std::uint64_t delimiters) {
  if (stray == 0 || stray_field_ != 0) return;
  const std::uint64_t before = delimiters & BitsBelow(std::countr_zero(stray));
  stray_field_ = fields_.delimiters() + static_cast<std::size_t>(CountBits(before)) + 1;
}

void RecordScanner::EndRecord(std::int64_t position, std::int64_t last_line) {
  fields_.EndRecord(position);
  std::int64_t end = position;
  const char before = position > piece_begin_
                          ? piece_[static_cast<std::size_t>(position - piece_begin_) - 1]
                          : last_byte_;
  if (position > record_begin_ && before == '\r') --end;
  const ScannedRecord record{
      record_begin_,   end, record_line_, last_line, fields_.delimiters() + 1, stray_field_,
      fields_.wanted()};
  if (record.fields == 1 && stray_field_ == 0 && IsBlank(fields_.first())) {
    sink_.TakeBlankLine(record);
    return;
  }
  if (stray_field_ != 0 && first_stray_line_ == 0) first_stray_line_ = record_line_;
  sink_.Take(record);
}

void RecordScanner::StartRecord(std::int64_t position, std::int64_t line) {
  record_begin_ = position;
  record_line_ = line;
  field_begin_ = position;
  field_line_ = line;
  stray_field_ = 0;
  fields_.StartRecord(position);
}

ScanFault RecordScanner::FaultAt(ScanFault::Kind kind, std::int64_t line,
                                 std::int64_t offset) const {
  ScanFault fault{kind, line, offset, 0};
  if (kind == ScanFault::Kind::kNul || kind == ScanFault::Kind::kInvalidUtf8) return fault;
  const std::int64_t this_record = stray_field_ == 0 ? 0 : record_line_;
  const std::int64_t suspect = first_stray_line_ == 0 ? this_record : first_stray_line_;
  if (suspect != line) fault.suspect_line = suspect;
  return fault;
}

}  // namespace rehome::csv

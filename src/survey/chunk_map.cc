#include "survey/chunk_map.h"

namespace rehome::survey {
namespace {

constexpr std::int64_t kMaxChunkBytes = 1 << 20;
constexpr std::int64_t kLineEndBytes = 2;  // CRLF

}  // namespace

ChunkMap::ChunkMap(std::int64_t begin, std::int64_t line, std::int64_t max_rows)
    : max_rows_(max_rows), current_{begin, begin, 1, line} {}

void ChunkMap::AddRecord(const csv::ScannedRecord& record, std::int64_t row) {
  const bool has_all_rows = max_rows_ > 0 && current_rows_ >= max_rows_;
  if (has_all_rows || record.end + kLineEndBytes - current_.begin > kMaxChunkBytes) {
    CutBefore(record, row);
  }
  ++current_rows_;
}

void ChunkMap::AddBlankLine(const csv::ScannedRecord& line, std::int64_t next_row) {
  if (line.end + kLineEndBytes - current_.begin > kMaxChunkBytes) CutBefore(line, next_row);
}

void ChunkMap::Finish(std::int64_t end) {
  current_.end = end;
  if (current_rows_ == 0 && chunks_.empty()) return;
  chunks_.push_back(current_);
  rows_.push_back(current_rows_);
}

void ChunkMap::CutBefore(const csv::ScannedRecord& record, std::int64_t next_row) {
  if (record.offset == current_.begin) return;
  current_.end = record.offset;
  chunks_.push_back(current_);
  rows_.push_back(current_rows_);
  current_ = {record.offset, record.offset, next_row, record.line};
  current_rows_ = 0;
}

}  // namespace rehome::survey

#include "report/source_rows.h"

#include <span>
#include <string_view>
#include <utility>

#include "base/digest.h"
#include "base/file.h"

namespace rehome::report {
namespace {

constexpr std::size_t kBlockBytes = 64 << 10;

base::Result<std::string> HashOf(const std::string& path) {
  auto file = base::OpenForReading(path);
  if (!file) return file.error();
  base::Hasher hasher;
  std::string block(kBlockBytes, '\0');
  for (std::int64_t offset = 0;;) {
    const auto got = file->ReadAt(offset, std::span<char>(block));
    if (!got) return got.error();
    hasher.Update(std::string_view(block).substr(0, *got));
    if (*got < block.size()) return base::ToHex(hasher.Finish());
    offset += static_cast<std::int64_t>(*got);
  }
}

base::Error Missing(const std::string& path, std::int64_t row) {
  return {base::ErrorCode::kInternal,
          path + ": row " + std::to_string(row) +
              " is not where the journal says it is. This is a bug in rehome: keep the run "
              "directory and report it"};
}

}  // namespace

std::optional<std::string> SourceDifference(const journal::RunFacts& facts) {
  const auto now = base::Stat(facts.file);
  if (!now) return facts.file + " cannot be read any more (" + now.error().message + ")";
  const std::string changed = facts.file + " has changed since it was imported";
  if (now->kind != base::FileFacts::Kind::kRegular || now->size != facts.file_bytes) return changed;
  const auto hash = HashOf(facts.file);
  if (!hash) return facts.file + " cannot be read any more (" + hash.error().message + ")";
  if (*hash != facts.file_hash) return changed;
  return std::nullopt;
}

base::Result<std::vector<csv::Splice>> ReadSplices(const journal::RunFacts& facts,
                                                   journal::JournalReader& journal) {
  std::vector<csv::Splice> splices;
  if (facts.corrected_rows == 0) return splices;
  auto corrections = journal.Corrections();
  if (!corrections) return corrections.error();
  for (journal::Correction& one : *corrections) {
    splices.push_back({.begin = one.begin, .end = one.end, .bytes = std::move(one.bytes)});
  }
  return splices;
}

SourceRows::SourceRows(csv::Input input, const csv::Header& header,
                       std::vector<journal::Chunk> chunks)
    : input_(std::move(input)), header_(header), chunks_(std::move(chunks)) {}

base::Result<const csv::FieldRecord*> SourceRows::At(std::int64_t row) {
  if (row >= reader_end_) {
    const auto opened = OpenChunkWith(row);
    if (!opened) return opened.error();
    if (!*opened) return Missing(input_.path(), row);
  }
  while (!current_ || current_->position.row < row) {
    current_ = reader_->Next();
    if (!current_) return Missing(input_.path(), row);
  }
  if (current_->position.row != row) return Missing(input_.path(), row);
  return &*current_;
}

base::Result<bool> SourceRows::OpenChunkWith(std::int64_t row) {
  while (next_chunk_ < chunks_.size()) {
    const journal::Chunk& chunk = chunks_[next_chunk_++];
    if (chunk.first_row + chunk.rows <= row) continue;
    auto reader = csv::FieldReader::Open(
        input_, header_, {chunk.begin, chunk.end, chunk.first_row, chunk.first_line});
    if (!reader) return reader.error();
    reader_ = *std::move(reader);
    reader_end_ = chunk.first_row + chunk.rows;
    current_.reset();
    return true;
  }
  return false;
}

}  // namespace rehome::report

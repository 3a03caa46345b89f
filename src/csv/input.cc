#include "csv/input.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace rehome::csv {
namespace {

std::int64_t SizeOf(std::string_view bytes) { return static_cast<std::int64_t>(bytes.size()); }

}  // namespace

Input::Input(std::string path, std::vector<Splice> splices) : path_(std::move(path)) {
  if (splices.empty()) return;
  std::sort(splices.begin(), splices.end(),
            [](const Splice& a, const Splice& b) { return a.begin < b.begin; });
  std::vector<Piece> pieces;
  std::int64_t shift = 0;
  for (Splice& splice : splices) {
    const std::int64_t begin = splice.begin + shift;
    shift += csv::SizeOf(splice.bytes) - (splice.end - splice.begin);
    pieces.push_back({.begin = begin, .splice = std::move(splice)});
  }
  pieces_ = std::make_shared<const std::vector<Piece>>(std::move(pieces));
}

std::size_t Input::PiecesUpTo(std::int64_t offset) const {
  if (!pieces_) return 0;
  const auto after =
      std::upper_bound(pieces_->begin(), pieces_->end(), offset,
                       [](std::int64_t at, const Piece& piece) { return at < piece.begin; });
  return static_cast<std::size_t>(after - pieces_->begin());
}

const Input::Piece* Input::PieceBefore(std::int64_t offset) const {
  const std::size_t count = PiecesUpTo(offset);
  return count == 0 ? nullptr : &(*pieces_)[count - 1];
}

std::size_t Input::BytesToPiece(std::int64_t offset) const {
  const std::size_t next = PiecesUpTo(offset);
  if (!pieces_ || next == pieces_->size()) return std::numeric_limits<std::size_t>::max();
  return static_cast<std::size_t>((*pieces_)[next].begin - offset);
}

std::int64_t Input::SizeOf(std::int64_t file_size) const {
  if (!pieces_) return file_size;
  const Piece& last = pieces_->back();
  return file_size + last.end() - last.splice.end;
}

const Splice* Input::SpliceAt(std::int64_t offset) const {
  const Piece* piece = PieceBefore(offset);
  if (piece == nullptr || (offset >= piece->end() && offset != piece->begin)) return nullptr;
  return &piece->splice;
}

std::optional<std::pair<std::int64_t, std::int64_t>> Input::InFile(std::int64_t begin,
                                                                   std::int64_t end) const {
  const Piece* piece = PieceBefore(begin);
  if (piece == nullptr) return std::pair(begin, end);
  if (piece->begin == begin && piece->end() == end) {
    return std::pair(piece->splice.begin, piece->splice.end);
  }
  if (begin < piece->end()) return std::nullopt;
  const std::int64_t shift = piece->splice.end - piece->end();
  return std::pair(begin + shift, end + shift);
}

base::Result<OpenInput> OpenInput::Open(const Input& input) {
  auto file = base::OpenForReading(input.path());
  if (!file) return file.error();
  return OpenInput(input, *std::move(file));
}

base::Result<std::size_t> OpenInput::ReadAt(std::int64_t offset, std::span<char> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const std::int64_t at = offset + static_cast<std::int64_t>(done);
    const std::span<char> rest = into.subspan(done);
    const Input::Piece* piece = input_.PieceBefore(at);
    if (piece != nullptr && at < piece->end()) {
      const std::string_view bytes = piece->splice.bytes;
      done +=
          bytes.substr(static_cast<std::size_t>(at - piece->begin)).copy(rest.data(), rest.size());
      continue;
    }
    const std::size_t count = std::min(rest.size(), input_.BytesToPiece(at));
    const std::int64_t shift = piece == nullptr ? 0 : piece->splice.end - piece->end();
    const auto got = file_.ReadAt(at + shift, rest.first(count));
    if (!got) return got.error();
    done += *got;
    if (*got < count) break;
  }
  return done;
}

}  // namespace rehome::csv

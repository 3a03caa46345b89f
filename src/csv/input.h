#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace rehome::csv {

/// Bytes of a file that are read as other ones.
struct Splice {
  std::int64_t begin = 0;  ///< byte of the file
  std::int64_t end = 0;    ///< byte of the file behind them
  std::string bytes;
  bool operator==(const Splice&) const = default;
};

/// What is imported: a file in which a retry may have corrected some cells. All offsets but those
/// of splices are those of the bytes as they are read. Cheap to copy; any thread.
class Input {
 public:
  // A path is the usual input, so it may stand for one.
  Input(std::string path) : path_(std::move(path)) {}  // NOLINT(google-explicit-constructor)
  Input(const char* path) : path_(path) {}             // NOLINT(google-explicit-constructor)
  /// `splices` do not overlap; no two begin at one byte.
  Input(std::string path, std::vector<Splice> splices);

  const std::string& path() const { return path_; }
  bool is_spliced() const { return pieces_ != nullptr; }
  /// How many bytes are read when the file has `file_size`.
  std::int64_t SizeOf(std::int64_t file_size) const;
  /// Where in the file the bytes from `begin` to `end` come from: of a whole splice what it
  /// replaces. Nothing when they are a part of a splice.
  std::optional<std::pair<std::int64_t, std::int64_t>> InFile(std::int64_t begin,
                                                              std::int64_t end) const;
  /// The splice that the byte at `offset` is a part of, or that begins there.
  const Splice* SpliceAt(std::int64_t offset) const;

 private:
  friend class OpenInput;
  /// A splice and where it is read.
  struct Piece {
    std::int64_t begin = 0;
    Splice splice;
    std::int64_t end() const { return begin + static_cast<std::int64_t>(splice.bytes.size()); }
  };
  /// How many pieces begin at or before `offset`.
  std::size_t PiecesUpTo(std::int64_t offset) const;
  /// From `offset`, which lies in none, to the next one.
  std::size_t BytesToPiece(std::int64_t offset) const;
  /// The last piece that begins at or before `offset`.
  const Piece* PieceBefore(std::int64_t offset) const;

  std::string path_;
  std::shared_ptr<const std::vector<Piece>> pieces_;  // by begin
};

/// An input that is open. Any thread may read.
class OpenInput {
 public:
  static base::Result<OpenInput> Open(const Input& input);
  /// Reads at `offset` until `into` is full or the input ends; gives the number of bytes.
  base::Result<std::size_t> ReadAt(std::int64_t offset, std::span<char> into) const;

 private:
  OpenInput(Input input, base::File file) : input_(std::move(input)), file_(std::move(file)) {}

  Input input_;
  base::File file_;
};

}  // namespace rehome::csv

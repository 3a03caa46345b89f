#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::csv {

/// Counts the fields of the record that a scanner is in and keeps the raw bytes of the wanted ones,
/// also when they came in several pieces. The first field is always kept. One thread.
class FieldCapture {
 public:
  /// `wanted`: numbers of fields, from 0, ascending.
  explicit FieldCapture(std::span<const std::size_t> wanted);

  /// The bytes from `begin` on are now these; they must live until KeepPiece.
  void BeginPiece(std::string_view piece, std::int64_t begin);
  /// The piece ends and goes; what it holds of wanted fields is copied.
  void KeepPiece();
  void StartRecord(std::int64_t position);
  /// Delimiters at `begin` + i for each set bit i, in order.
  void PassDelimiters(std::uint64_t delimiters, std::int64_t begin);
  /// The last field ends at `position`; a CR in front of it belongs to the line end.
  void EndRecord(std::int64_t position);

  /// Delimiters passed in this record.
  std::size_t delimiters() const { return delimiters_; }
  /// After EndRecord: the first field, and the wanted ones in their order (empty when absent).
  std::string_view first() const { return views_.front(); }
  std::span<const std::string_view> wanted() const {
    return std::span(views_).subspan(first_is_wanted_ ? 0 : 1);
  }

 private:
  struct Field {
    std::size_t number = 0;
    std::string kept;  // the part that lay in earlier pieces
  };

  void PassBorder(std::int64_t position);
  void Open(std::int64_t position);
  void Close(std::int64_t position);

  const bool first_is_wanted_;
  std::vector<Field> fields_;
  std::vector<std::string_view> views_;  // of the fields that are closed
  std::string_view piece_;
  std::int64_t piece_begin_ = 0;

  std::size_t delimiters_ = 0;
  std::size_t next_ = 0;         // in fields_
  std::size_t target_ = 0;       // delimiters after which a wanted field begins or ends
  bool open_ = false;            // the next field has begun
  std::int64_t open_begin_ = 0;  // where its part in this piece begins
  bool any_kept_ = false;
};

}  // namespace rehome::csv

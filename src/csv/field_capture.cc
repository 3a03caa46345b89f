#include "csv/field_capture.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace rehome::csv {
namespace {

constexpr std::size_t kNever = std::numeric_limits<std::size_t>::max();

}  // namespace

FieldCapture::FieldCapture(std::span<const std::size_t> wanted)
    : first_is_wanted_(!wanted.empty() && wanted.front() == 0) {
  if (!first_is_wanted_) fields_.push_back({});
  for (const std::size_t number : wanted) fields_.push_back({number, {}});
  views_.resize(fields_.size());
}

void FieldCapture::BeginPiece(std::string_view piece, std::int64_t begin) {
  piece_ = piece;
  piece_begin_ = begin;
}

void FieldCapture::KeepPiece() {
  for (std::size_t i = 0; i < next_; ++i) {
    Field& field = fields_[i];
    if (!field.kept.empty() || views_[i].empty()) continue;
    field.kept = views_[i];
    views_[i] = field.kept;
    any_kept_ = true;
  }
  const std::int64_t end = piece_begin_ + static_cast<std::int64_t>(piece_.size());
  if (open_) {
    fields_[next_].kept.append(piece_.substr(static_cast<std::size_t>(open_begin_ - piece_begin_)));
    open_begin_ = end;
    any_kept_ = true;
  }
  BeginPiece({}, end);
}

void FieldCapture::StartRecord(std::int64_t position) {
  delimiters_ = 0;
  next_ = 0;
  if (any_kept_) {
    for (Field& field : fields_) field.kept.clear();
    any_kept_ = false;
  }
  Open(position);
}

void FieldCapture::PassDelimiters(std::uint64_t delimiters, std::int64_t begin) {
  for (; delimiters != 0; delimiters &= delimiters - 1) {
    if (++delimiters_ == target_) PassBorder(begin + std::countr_zero(delimiters));
  }
}

void FieldCapture::EndRecord(std::int64_t position) {
  if (open_) {
    Close(position);
    std::string_view& last = views_[next_ - 1];
    if (last.ends_with('\r')) last.remove_suffix(1);
  }
  std::fill(views_.begin() + static_cast<std::ptrdiff_t>(next_), views_.end(), std::string_view());
}

void FieldCapture::PassBorder(std::int64_t position) {
  if (open_) Close(position);
  if (next_ == fields_.size()) {
    target_ = kNever;
  } else if (fields_[next_].number == delimiters_) {
    Open(position + 1);
  } else {
    target_ = fields_[next_].number;
  }
}

void FieldCapture::Open(std::int64_t position) {
  open_ = true;
  open_begin_ = position;
  target_ = fields_[next_].number + 1;
}

void FieldCapture::Close(std::int64_t position) {
  Field& field = fields_[next_];
  const std::string_view part = piece_.substr(static_cast<std::size_t>(open_begin_ - piece_begin_),
                                              static_cast<std::size_t>(position - open_begin_));
  if (!field.kept.empty()) field.kept.append(part);
  views_[next_] = field.kept.empty() ? part : std::string_view(field.kept);
  ++next_;
  open_ = false;
}

}  // namespace rehome::csv

#include "csv/record_texts.h"

#include <utility>

#include "csv/field.h"
#include "csv/record_scanner.h"

namespace rehome::csv {
namespace {

// Walks over the bytes of a record and knows where it is.
class Cursor {
 public:
  explicit Cursor(const RecordText& record)
      : bytes_(record.bytes), begin_(record.position.offset), line_(record.position.line) {}

  /// Goes on to byte `index` of the record.
  void GoTo(std::size_t index) {
    for (; at_ < index; ++at_) {
      if (bytes_[at_] == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(bytes_[at_]) & 0xc0) != 0x80) {
        ++column_;
      }
    }
  }
  /// The place from here to byte `end` of the record, where the cursor is then.
  model::Place PlaceTo(std::size_t end) {
    model::Place place{.line = line_, .column = column_, .begin = Offset()};
    GoTo(end);
    place.end_line = line_;
    place.end_column = column_;
    place.end = Offset();
    return place;
  }

 private:
  std::int64_t Offset() const { return begin_ + static_cast<std::int64_t>(at_); }

  std::string_view bytes_;
  std::int64_t begin_;
  std::size_t at_ = 0;
  std::int64_t line_;
  std::int64_t column_ = 1;
};

}  // namespace

class RecordTexts::Entries final : public RecordSink {
 public:
  explicit Entries(std::int64_t first_row) : next_row_(first_row) {}

  void Take(const ScannedRecord& record) override {
    entries_.push_back(
        {{next_row_++, record.line, record.offset}, record.end, record.fields, record.stray_field});
  }

  std::vector<Entry> TakeAll() { return std::move(entries_); }

 private:
  std::int64_t next_row_;
  std::vector<Entry> entries_;
};

RecordTexts::RecordTexts(std::string bytes, std::int64_t begin, std::vector<Entry> entries)
    : bytes_(std::move(bytes)), begin_(begin), entries_(std::move(entries)) {}

base::Result<RecordTexts> RecordTexts::Open(const Input& input, const Header& header,
                                            const Range& range) {
  auto bytes = ReadRange(input, range);
  if (!bytes) return bytes.error();
  Entries entries(range.first_row);
  RecordScanner scanner(header.delimiter, {}, {range.begin, range.first_line}, entries);
  if (const auto fault = scanner.Finish(*bytes)) return ErrorOf(*fault, input.path());
  return RecordTexts(*std::move(bytes), range.begin, entries.TakeAll());
}

std::optional<RecordText> RecordTexts::Next() {
  if (next_ == entries_.size()) return std::nullopt;
  const Entry& entry = entries_[next_++];
  const auto begin = static_cast<std::size_t>(entry.position.offset - begin_);
  const auto end = static_cast<std::size_t>(entry.end - begin_);
  const std::size_t line_end = bytes_.find('\n', end);
  const std::size_t next = line_end == std::string::npos ? bytes_.size() : line_end + 1;
  return RecordText{.position = entry.position,
                    .bytes = std::string_view(bytes_).substr(begin, end - begin),
                    .next = begin_ + static_cast<std::int64_t>(next),
                    .fields = entry.fields,
                    .stray_field = entry.stray_field};
}

std::vector<model::Place> PlacesOf(const RecordText& record, char delimiter) {
  std::vector<model::Place> places;
  Cursor cursor(record);
  for (const std::string_view raw : SplitRecord(record.bytes, delimiter)) {
    const auto begin = static_cast<std::size_t>(raw.data() - record.bytes.data());
    cursor.GoTo(begin);
    places.push_back(cursor.PlaceTo(begin + raw.size()));
  }
  return places;
}

model::Place PlaceOf(const RecordText& record) {
  return Cursor(record).PlaceTo(record.bytes.size());
}

}  // namespace rehome::csv

#include "csv/field_reader.h"

#include <string_view>
#include <utility>

#include "csv/field.h"
#include "csv/record_scanner.h"

namespace rehome::csv {

class FieldReader::Entries final : public RecordSink {
 public:
  Entries(std::size_t columns, std::int64_t first_row) : columns_(columns), next_row_(first_row) {}

  void Take(const ScannedRecord& record) override {
    const bool malformed = FaultOf(record, columns_) != model::Reason::kNone;
    entries_.push_back({{next_row_++, record.line, record.offset}, record.end, malformed});
  }

  std::vector<Entry> TakeAll() { return std::move(entries_); }

 private:
  const std::size_t columns_;
  std::int64_t next_row_;
  std::vector<Entry> entries_;
};

FieldReader::FieldReader(std::string bytes, std::int64_t begin, char delimiter,
                         std::vector<Entry> entries)
    : bytes_(std::move(bytes)),
      begin_(begin),
      delimiter_(delimiter),
      entries_(std::move(entries)) {}

base::Result<FieldReader> FieldReader::Open(const std::string& path, const Header& header,
                                            const Range& range) {
  auto bytes = ReadRange(path, range);
  if (!bytes) return bytes.error();
  Entries entries(header.columns.size(), range.first_row);
  RecordScanner scanner(header.delimiter, {}, {range.begin, range.first_line}, entries);
  if (const auto fault = scanner.Finish(*bytes)) return ErrorOf(*fault, path);
  return FieldReader(*std::move(bytes), range.begin, header.delimiter, entries.TakeAll());
}

std::optional<FieldRecord> FieldReader::Next() {
  if (next_ == entries_.size()) return std::nullopt;
  const Entry& entry = entries_[next_++];
  FieldRecord record{entry.position, {}};
  if (entry.malformed) return record;
  const auto begin = static_cast<std::size_t>(entry.position.offset - begin_);
  const auto end = static_cast<std::size_t>(entry.end - begin_);
  std::string scratch;
  for (const std::string_view raw :
       SplitRecord(std::string_view(bytes_).substr(begin, end - begin), delimiter_)) {
    record.fields.emplace_back(Unquote(raw, scratch));
  }
  return record;
}

}  // namespace rehome::csv

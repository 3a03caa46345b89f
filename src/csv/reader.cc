#include "csv/reader.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "csv/record_scanner.h"
#include "csv/row_parser.h"

namespace rehome::csv {
namespace {

// Sorts the records of a range: well-formed ones go to the parser, malformed ones aside.
class RangeRecords final : public RecordSink {
 public:
  struct Entry {
    model::Position position;
    std::optional<model::MalformedRow> malformed;
  };

  RangeRecords(std::string_view bytes, const Header& header, const Range& range)
      : bytes_(bytes),
        begin_(range.begin),
        header_(header),
        columns_(header.columns.size()),
        next_row_(range.first_row),
        input_(header) {}

  void Take(const ScannedRecord& record) override {
    const std::int64_t row = next_row_++;
    Entry entry{{row, record.line, record.offset}, {}};
    if (FaultOf(record, columns_) == model::Reason::kNone) {
      input_.Add(bytes_.substr(static_cast<std::size_t>(record.offset - begin_),
                               static_cast<std::size_t>(record.end - record.offset)));
    } else {
      entry.malformed = MakeMalformedRow(record, row, columns_);
      entry.malformed->column = ColumnOf(record.stray_field);
    }
    entries_.push_back(std::move(entry));
  }

  std::vector<Entry> TakeEntries() { return std::move(entries_); }
  std::string TakeInput() { return input_.Take(); }

 private:
  const std::string_view bytes_;
  // As files of ours name it; `field` from 1, 0 = none.
  std::string ColumnOf(std::size_t field) const {
    if (field == 0 || field > columns_) return {};
    const auto& known = header_.columns[field - 1];
    return known ? std::string(model::NameOf(*known)) : header_.names[field - 1];
  }

  const std::int64_t begin_;
  const Header& header_;
  const std::size_t columns_;
  std::int64_t next_row_;
  ParserInput input_;
  std::vector<Entry> entries_;
};

class RangeReader final : public Reader {
 public:
  RangeReader(std::vector<RangeRecords::Entry> entries, std::unique_ptr<RowParser> parser)
      : entries_(std::move(entries)), parser_(std::move(parser)) {}

  base::Result<std::optional<model::Record>> Next() override {
    if (next_ == entries_.size()) return std::optional<model::Record>();
    RangeRecords::Entry& entry = entries_[next_++];
    if (entry.malformed) return std::optional<model::Record>(std::move(*entry.malformed));
    model::Row row;
    row.position = entry.position;
    RETURN_IF_ERROR(parser_->Next(row));
    return std::optional<model::Record>(std::move(row));
  }

 private:
  std::vector<RangeRecords::Entry> entries_;
  std::size_t next_ = 0;
  std::unique_ptr<RowParser> parser_;
};

base::Result<std::unique_ptr<Reader>> MakeReader(const Input& input, const Header& header,
                                                 const Range& range, std::string_view bytes) {
  RangeRecords records(bytes, header, range);
  RecordScanner scanner(header.delimiter, {}, {range.begin, range.first_line}, records);
  if (const auto fault = scanner.Finish(bytes)) return ErrorOf(*fault, input.path());
  auto parser = MakeRowParser(records.TakeInput(), header.delimiter);
  if (!parser) return parser.error();
  return std::unique_ptr<Reader>(
      std::make_unique<RangeReader>(records.TakeEntries(), std::move(*parser)));
}

}  // namespace

base::Result<std::unique_ptr<Reader>> OpenReader(const Input& input, const Header& header,
                                                 const Range& range) {
  const auto bytes = ReadRange(input, range);
  if (!bytes) return bytes.error();
  return MakeReader(input, header, range, *bytes);
}

base::Result<model::Record> ReadRecordAt(const Input& input, const Header& header,
                                         const model::Position& position) {
  const auto bytes = ReadRecordBytes(input, position.offset);
  if (!bytes) return bytes.error();
  const Range range{position.offset, position.offset + static_cast<std::int64_t>(bytes->size()),
                    position.row, position.line};
  auto reader = MakeReader(input, header, range, *bytes);
  if (!reader) return reader.error();
  auto record = (*reader)->Next();
  if (!record) return record.error();
  if (!record->has_value()) {
    return ChangedSinceSurvey(input.path(),
                              "has no record at byte " + std::to_string(position.offset));
  }
  return std::move(**record);
}

}  // namespace rehome::csv

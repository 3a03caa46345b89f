#include "csv/field_reader.h"

#include <string_view>
#include <utility>

#include "csv/field.h"

namespace rehome::csv {

std::vector<std::string> FieldsOf(const RecordText& record, const Header& header) {
  std::vector<std::string> fields;
  if (record.stray_field != 0 || record.fields != header.columns.size()) return fields;
  std::string scratch;
  for (const std::string_view raw : SplitRecord(record.bytes, header.delimiter)) {
    fields.emplace_back(Unquote(raw, scratch));
  }
  return fields;
}

base::Result<std::vector<std::string>> ReadFieldsAt(const Input& input, const Header& header,
                                                    const model::Position& position) {
  const auto bytes = ReadRecordBytes(input, position.offset);
  if (!bytes) return bytes.error();
  const Range range{position.offset, position.offset + static_cast<std::int64_t>(bytes->size()),
                    position.row, position.line};
  auto reader = FieldReader::Open(input, header, range);
  if (!reader) return reader.error();
  auto record = reader->Next();
  // None, or one that is not well-formed any more.
  if (!record || record->fields.empty()) {
    return ChangedSinceSurvey(input.path(),
                              "has no record at byte " + std::to_string(position.offset));
  }
  return std::move(record->fields);
}

base::Result<FieldReader> FieldReader::Open(const Input& input, const Header& header,
                                            const Range& range) {
  auto records = RecordTexts::Open(input, header, range);
  if (!records) return records.error();
  return FieldReader(*std::move(records), header);
}

std::optional<FieldRecord> FieldReader::Next() {
  const auto record = records_.Next();
  if (!record) return std::nullopt;
  return FieldRecord{record->position, FieldsOf(*record, *header_)};
}

}  // namespace rehome::csv

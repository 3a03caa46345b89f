#include "csv/writer.h"

namespace rehome::csv {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

bool NeedsQuotes(std::string_view field, char delimiter) {
  if (field.empty()) return false;
  if (IsBlank(field.front()) || IsBlank(field.back())) return true;
  return field.find_first_of("\"\r\n") != std::string_view::npos ||
         field.find(delimiter) != std::string_view::npos;
}

}  // namespace

std::string EncodeField(std::string_view field, char delimiter) {
  if (!NeedsQuotes(field, delimiter)) return std::string(field);
  std::string encoded = "\"";
  for (const char c : field) {
    if (c == '"') encoded += '"';
    encoded += c;
  }
  return encoded + '"';
}

std::string EncodeRecord(std::span<const std::string> fields, char delimiter) {
  // A line without bytes would be read as no record.
  if (fields.size() == 1 && fields.front().empty()) return "\"\"\n";
  std::string record;
  for (const std::string& field : fields) {
    if (&field != &fields.front()) record += delimiter;
    record += EncodeField(field, delimiter);
  }
  return record + '\n';
}

}  // namespace rehome::csv

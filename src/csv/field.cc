#include "csv/field.h"

namespace rehome::csv {

std::string_view Unquote(std::string_view raw, std::string& scratch) {
  if (raw.size() < 2 || raw.front() != '"') return raw;
  const std::string_view content = raw.substr(1, raw.size() - 2);
  std::size_t quote = content.find('"');
  if (quote == std::string_view::npos) return content;
  scratch.clear();
  std::size_t from = 0;
  while (quote != std::string_view::npos) {
    scratch.append(content.substr(from, quote + 1 - from));
    from = quote + 2;
    if (from >= content.size()) return scratch;
    quote = content.find('"', from);
  }
  scratch.append(content.substr(from));
  return scratch;
}

std::vector<std::string_view> SplitRecord(std::string_view record, char delimiter) {
  std::vector<std::string_view> fields;
  bool inside = false;
  std::size_t from = 0;
  for (std::size_t i = 0; i < record.size(); ++i) {
    if (record[i] == '"') inside = !inside;
    if (inside || record[i] != delimiter) continue;
    fields.push_back(record.substr(from, i - from));
    from = i + 1;
  }
  fields.push_back(record.substr(from));
  return fields;
}

}  // namespace rehome::csv

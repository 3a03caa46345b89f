#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::test {

/// A record as a plain reading of RFC 4180 gives it, byte by byte: the oracle of the random tests.
/// Shares no code with the product.
struct SimpleRecord {
  std::int64_t line = 0;
  std::int64_t offset = 0;
  bool stray_quote = false;
  std::vector<std::string> cells;
};

inline void AppendSimpleCell(SimpleRecord& record, std::string_view raw) {
  if (raw.empty() || raw.front() != '"') {
    record.stray_quote |= raw.find('"') != std::string_view::npos;
    record.cells.emplace_back(raw);
    return;
  }
  std::string value;
  std::size_t i = 1;
  for (; i < raw.size(); ++i) {
    if (raw[i] != '"') {
      value += raw[i];
    } else if (i + 1 < raw.size() && raw[i + 1] == '"') {
      value += raw[++i];
    } else {
      break;
    }
  }
  record.stray_quote |= i + 1 != raw.size();
  record.cells.push_back(value);
}

/// The records of `body`, which begins at byte `offset` on line `line` and closes its quotes.
inline std::vector<SimpleRecord> ParseSimply(std::string_view body, char delimiter,
                                             std::int64_t offset, std::int64_t line) {
  std::vector<SimpleRecord> records;
  for (std::size_t at = 0; at < body.size();) {
    SimpleRecord record{line, offset + static_cast<std::int64_t>(at), false, {}};
    std::vector<std::size_t> borders;
    bool inside = false;
    std::size_t end = at;
    for (; end < body.size(); ++end) {
      if (body[end] == '"') inside = !inside;
      if (body[end] == '\n') ++line;
      if (body[end] == '\n' && !inside) break;
      if (body[end] == delimiter && !inside) borders.push_back(end);
    }
    std::size_t content = end;
    if (content > at && body[content - 1] == '\r') --content;
    borders.push_back(content);
    const bool blank =
        borders.size() == 1 &&
        body.substr(at, content - at).find_first_not_of(" \t") == std::string_view::npos;
    for (const std::size_t border : borders) {
      AppendSimpleCell(record, body.substr(at, border - at));
      at = border + 1;
    }
    if (!blank) records.push_back(record);
    at = end + 1;
  }
  return records;
}

}  // namespace rehome::test

#include "report/text_table.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace rehome::report {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::string_view kNoValue = "–";

std::string Blanks(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

}  // namespace

int DisplayWidth(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;  // not a continuation byte
  }));
}

namespace {

// `front` begins the first line.
std::string WrapWords(std::string_view front, const std::vector<std::string>& words, int indent,
                      int columns) {
  std::string wrapped(front);
  int width = DisplayWidth(wrapped);
  bool first_word = true;
  for (const std::string& word : words) {
    const int needed = DisplayWidth(word);
    if (!first_word && width + 1 + needed > columns) {
      wrapped.erase(wrapped.find_last_not_of(' ') + 1);
      wrapped += "\n" + Blanks(indent);
      width = indent;
    } else if (!first_word) {
      wrapped += ' ';
      ++width;
    }
    wrapped += word;
    width += needed;
    first_word = false;
  }
  return wrapped + "\n";
}

}  // namespace

std::string WrapText(std::string_view text, int indent, int columns) {
  // Blanks at the front belong to the first line: that is how callers indent it.
  const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
  return WrapWords(text.substr(0, start), base::Split(text.substr(start), ' '), indent, columns);
}

namespace {

std::string RenderWide(const std::vector<std::vector<std::string>>& records) {
  std::vector<int> widths;
  for (const auto& record : records) {
    CHECK(record.size() == records.front().size());
    widths.resize(record.size());
    for (std::size_t i = 0; i < record.size(); ++i) {
      widths[i] = std::max(widths[i], DisplayWidth(record[i]));
    }
  }
  std::string table;
  for (const auto& record : records) {
    std::string line;
    for (std::size_t i = 0; i < record.size(); ++i) {
      const std::string padding = Blanks(widths[i] - DisplayWidth(record[i]));
      if (i == 0) {
        line += record[i] + padding;
      } else {
        line += std::string(kGap, ' ') + padding + record[i];
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    table += line + "\n";
  }
  return table;
}

int WidestLine(std::string_view text) {
  int widest = 0;
  for (const std::string& line : base::Split(text, '\n')) {
    widest = std::max(widest, DisplayWidth(line));
  }
  return widest;
}

// A paragraph for each record: `users: read 12, created 11, time 3 s`.
std::string RenderNarrow(const std::vector<std::vector<std::string>>& records, int columns) {
  std::string text;
  for (std::size_t i = 1; i < records.size(); ++i) {
    std::vector<std::string> words;
    for (std::size_t k = 1; k < records[i].size(); ++k) {
      if (records[i][k] == kNoValue) continue;
      if (!words.empty()) words.back() += ",";
      words.push_back(records.front()[k] + " " + records[i][k]);
    }
    text += WrapWords(records[i].front() + (words.empty() ? "" : ": "), words, 2, columns);
  }
  return text;
}

}  // namespace

std::string RenderTable(const std::vector<std::vector<std::string>>& records, int columns) {
  std::string table = RenderWide(records);
  return WidestLine(table) <= columns ? table : RenderNarrow(records, columns);
}

}  // namespace rehome::report

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehome::report {

/// Columns that `text` takes on a terminal: one for each code point.
int DisplayWidth(std::string_view text);

/// `text` broken at blanks so that no line is wider than `columns` (a longer word stands alone),
/// each line but the first indented by `indent` blanks; ends with a newline.
std::string WrapText(std::string_view text, int indent, int columns);

/// A table: the first column flush left, the others flush right, two blanks between columns, none
/// at the ends of lines. Every record has as many cells as the first one. Where that is wider than
/// `columns`, a paragraph for each record instead: its first cell, then each name with its value
/// but those that are `–`.
std::string RenderTable(const std::vector<std::vector<std::string>>& records, int columns);

}  // namespace rehome::report

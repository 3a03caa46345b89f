#include "cli/live_line.h"

#include <utility>

namespace rehome::cli {
namespace {

// From the cursor to the end of the screen.
constexpr std::string_view kClear = "\r\x1b[J";

}  // namespace

std::string LiveLine::Show(std::string_view text, int columns) {
  if (text == shown_ && columns == columns_) return {};
  shown_ = text;
  columns_ = columns;
  return std::string(kClear) + shown_ + "\r";
}

std::string LiveLine::Clear() {
  if (std::exchange(shown_, {}).empty()) return {};
  return std::string(kClear);
}

}  // namespace rehome::cli

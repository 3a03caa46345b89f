#pragma once

#include <string>
#include <string_view>

namespace rehome::cli {

/// What a terminal has to be sent so that its last line shows a text that changes. The cursor
/// waits at the line's beginning: when the terminal becomes narrower and wraps what stands there,
/// that is still where the text begins, so that clearing from the cursor leaves no rest.
/// Passive; one thread.
class LiveLine {
 public:
  /// Shows `text`, which must fit in `columns`; "" when that is what the terminal shows.
  std::string Show(std::string_view text, int columns);
  /// Takes the text away; "" when there is none.
  std::string Clear();

 private:
  std::string shown_;
  int columns_ = 0;
};

}  // namespace rehome::cli

#include "validate/shown_cell.h"

#include "base/text.h"

namespace rehome::validate {
namespace {

// Enough to recognize a value by; the place says where the whole of it is.
constexpr std::size_t kShownBytes = 60;

}  // namespace

std::string ShownCell(model::Column column, std::string_view cell) {
  if (cell.empty()) return {};
  if (column == model::Column::kPassword) return "[masked]";
  if (column == model::Column::kPasswordHash) {
    return "[masked, " + std::to_string(cell.size()) + " bytes]";
  }
  // Columns get swapped.
  if (column == model::Column::kPasswordHashType && !base::CouldBeName(base::Trim(cell))) {
    return "[masked]";
  }
  return base::EscapeForTerminal(base::MaskSecrets(cell), kShownBytes);
}

}  // namespace rehome::validate

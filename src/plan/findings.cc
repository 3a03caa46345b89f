#include "plan/findings.h"

#include <iterator>
#include <utility>

#include "base/text.h"

namespace rehome::plan {
namespace {

// Enough to recognize a value; more would push the rule out of a terminal's line.
constexpr std::size_t kShownBytes = 60;

}  // namespace

void Findings::Reject(model::Reason reason, model::Column column, std::string detail) {
  rejections.push_back({reason, std::string(model::NameOf(column)), std::move(detail)});
}

void Findings::Warn(model::Reason reason, model::Column column, std::string detail) {
  warnings.push_back({reason, std::string(model::NameOf(column)), std::move(detail)});
}

void Findings::Append(Findings other) {
  rejections.insert(rejections.end(), std::make_move_iterator(other.rejections.begin()),
                    std::make_move_iterator(other.rejections.end()));
  warnings.insert(warnings.end(), std::make_move_iterator(other.warnings.begin()),
                  std::make_move_iterator(other.warnings.end()));
}

std::string Quote(std::string_view value) {
  // Columns get swapped, and metadata can hold anything.
  return '"' + base::EscapeForTerminal(base::MaskSecrets(value), kShownBytes) + '"';
}

std::string RowAndLine(const model::Position& position) {
  return "row " + std::to_string(position.row) + " (line " + std::to_string(position.line) + ")";
}

}  // namespace rehome::plan

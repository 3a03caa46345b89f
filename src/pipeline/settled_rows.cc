#include "pipeline/settled_rows.h"

namespace rehome::pipeline {

void SettledRows::Add(std::int64_t row) {
  if (row < 0) return;
  const auto index = static_cast<std::size_t>(row);
  if (index >= settled_.size()) settled_.resize(index + 1);
  settled_[index] = true;
}

base::Result<SettledRows> ReadSettledRows(journal::JournalReader& journal) {
  SettledRows settled;
  RETURN_IF_ERROR(
      journal.VisitOutcomes([&](const model::Outcome& outcome) { settled.Add(outcome.row); }));
  return settled;
}

}  // namespace rehome::pipeline

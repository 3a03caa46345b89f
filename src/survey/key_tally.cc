#include "survey/key_tally.h"

#include <utility>

namespace rehome::survey {

KeyTally::KeyTally(std::string temporary_directory)
    : directory_(temporary_directory), runs_(std::move(temporary_directory)) {}

void KeyTally::Count(base::Hash128 key, const model::Position& position, bool selected) {
  if (!status_) return;
  run_.Add(KeyEntry(key, position, selected));
  if (run_.is_full()) status_ = Spill();
}

base::Status KeyTally::Spill() {
  run_.Sort();
  RETURN_IF_ERROR(runs_.Append(run_.entries()));
  run_.Clear();
  return {};
}

base::Result<KeyTally::Keys> KeyTally::Finish() {
  RETURN_IF_ERROR(status_);
  Keys keys;
  RepeatedKeysWriter writer(directory_);
  const auto visit = [&keys, &writer](const KeyEntry& entry) -> base::Status {
    if (entry.selected()) ++keys.distinct_selected;
    if (!entry.repeated()) return {};
    return writer.Add(entry);
  };
  if (runs_.empty()) {
    run_.Sort();
    for (const KeyEntry& entry : run_.entries()) RETURN_IF_ERROR(visit(entry));
  } else {
    RETURN_IF_ERROR(Spill());
    RETURN_IF_ERROR(runs_.Merge(visit));
  }
  auto repeated = writer.Finish();
  if (!repeated) return repeated.error();
  keys.repeated = std::move(*repeated);
  return keys;
}

}  // namespace rehome::survey

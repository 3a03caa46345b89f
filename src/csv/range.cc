#include "csv/range.h"

#include <span>

#include "csv/scan_fault.h"

namespace rehome::csv {

base::Error ChangedSinceSurvey(const std::string& path, const std::string& what) {
  return {base::ErrorCode::kInput,
          path + ": " + what +
              ": the file changed since it was surveyed; put the old file back or start a new run"};
}

base::Result<std::string> ReadRange(const Input& input, const Range& range) {
  auto file = OpenInput::Open(input);
  if (!file) return file.error();
  // One byte more shows whether the file goes on behind the range.
  std::string bytes(static_cast<std::size_t>(range.end - range.begin) + 1, '\0');
  const auto got = file->ReadAt(range.begin, bytes);
  if (!got) return got.error();
  if (*got + 1 < bytes.size()) {
    return ChangedSinceSurvey(input.path(),
                              "ends at byte " +
                                  std::to_string(range.begin + static_cast<std::int64_t>(*got)) +
                                  " and not behind byte " + std::to_string(range.end));
  }
  const bool goes_on = *got == bytes.size();
  bytes.pop_back();
  if (goes_on && !bytes.empty() && bytes.back() != '\n') {
    return ChangedSinceSurvey(input.path(), "no record ends at byte " + std::to_string(range.end));
  }
  return bytes;
}

// The parity of the quotes tells where it ends.
base::Result<std::string> ReadRecordBytes(const Input& input, std::int64_t offset) {
  constexpr std::size_t kStep = 16 << 10;
  auto file = OpenInput::Open(input);
  if (!file) return file.error();
  std::string bytes;
  bool inside = false;
  while (bytes.size() <= static_cast<std::size_t>(kMaxRecordBytes) + kStep) {
    const std::size_t from = bytes.size();
    bytes.resize(from + kStep);
    const auto got =
        file->ReadAt(offset + static_cast<std::int64_t>(from), std::span(bytes).subspan(from));
    if (!got) return got.error();
    bytes.resize(from + *got);
    for (std::size_t i = from; i < bytes.size(); ++i) {
      if (bytes[i] == '"') inside = !inside;
      if (bytes[i] == '\n' && !inside) return bytes.substr(0, i + 1);
    }
    if (*got < kStep) break;
  }
  return bytes;
}

}  // namespace rehome::csv

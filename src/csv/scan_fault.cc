#include "csv/scan_fault.h"

namespace rehome::csv {

base::Error ErrorOf(const ScanFault& fault, const std::string& path) {
  std::string text = path + ":" + std::to_string(fault.line) + ": ";
  const std::string at = "byte " + std::to_string(fault.offset);
  switch (fault.kind) {
    case ScanFault::Kind::kNul:
      text += at + " is NUL, which no text file holds: save the file as UTF-8 CSV";
      break;
    case ScanFault::Kind::kInvalidUtf8:
      text += at + " is not valid UTF-8: save the file as UTF-8 CSV";
      break;
    case ScanFault::Kind::kFieldTooLarge:
      text += "the field that begins at " + at +
              " is larger than 1 MiB: close its quotation mark if one is missing, or shorten it";
      break;
    case ScanFault::Kind::kRecordTooLarge:
      text += "the record that begins at " + at +
              " is larger than 4 MiB: close its quotation mark if one is missing, or shorten it";
      break;
    case ScanFault::Kind::kUnclosedQuote:
      text += "a quotation mark in the field that begins at " + at +
              " is never closed: add the closing one";
      break;
  }
  if (fault.suspect_line > 0) {
    text += " (the likely cause is the stray quotation mark in the record of line " +
            std::to_string(fault.suspect_line) + ")";
  }
  return {base::ErrorCode::kInput, text};
}

}  // namespace rehome::csv

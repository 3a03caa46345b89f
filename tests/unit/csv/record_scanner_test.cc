#include "csv/record_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace rehome::csv {
namespace {

// Writes down all that a scanner tells.
class Notes final : public RecordSink {
 public:
  void Take(const ScannedRecord& record) override { Write("record", record); }
  void TakeBlankLine(const ScannedRecord& line) override { Write("blank", line); }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void Write(const std::string& what, const ScannedRecord& record) {
    std::string line = what + " " + std::to_string(record.offset) + "-" +
                       std::to_string(record.end) + " line " + std::to_string(record.line) + " " +
                       std::to_string(record.fields) + " fields, stray " +
                       std::to_string(record.stray_field);
    for (const std::string_view field : record.wanted) line += " <" + std::string(field) + ">";
    lines_.push_back(line);
  }
  std::vector<std::string> lines_;
};

std::string NoteOf(const std::optional<ScanFault>& fault) {
  if (!fault) return "no fault";
  return ErrorOf(*fault, "users.csv").message;
}

std::vector<std::string> ScanWhole(const std::string& bytes, std::span<const std::size_t> wanted,
                                   MarkFinder finder) {
  Notes notes;
  RecordScanner scanner(',', wanted, {0, 1}, notes, finder);
  std::vector<std::string> lines;
  const std::string end = NoteOf(scanner.Finish(bytes));
  lines = notes.lines();
  lines.push_back(end);
  return lines;
}

std::vector<std::string> ScanInPieces(const std::string& bytes, std::span<const std::size_t> wanted,
                                      base::Random& random) {
  Notes notes;
  RecordScanner scanner(',', wanted, {0, 1}, notes);
  std::size_t at = 0;
  std::string end;
  while (end.empty()) {
    // A copy that goes at once: a view into an earlier piece would show.
    const std::size_t size = kBlockBytes * (1 + random.Below(3));
    const std::string piece = bytes.substr(at, size);
    at += piece.size();
    const bool last = piece.size() < size;
    const auto fault = last ? scanner.Finish(piece) : scanner.Feed(piece);
    if (fault || last) end = NoteOf(fault);
  }
  std::vector<std::string> lines = notes.lines();
  lines.push_back(end);
  return lines;
}

TEST(RecordScanner, TellsPlaceFieldsAndWantedBytesOfEachRecord) {
  const std::string bytes = "a,\"b\nc\",d\r\n\n  \nx\"y\"\n,,";
  const std::size_t wanted[] = {1, 2};
  EXPECT_EQ(ScanWhole(bytes, wanted, BestFinder()),
            (std::vector<std::string>{"record 0-9 line 1 3 fields, stray 0 <\"b\nc\"> <d>",
                                      "blank 11-11 line 3 1 fields, stray 0 <> <>",
                                      "blank 12-14 line 4 1 fields, stray 0 <> <>",
                                      "record 15-19 line 5 1 fields, stray 1 <> <>",
                                      "record 20-22 line 6 3 fields, stray 0 <> <>", "no fault"}));
}

TEST(RecordScanner, FindsTheSameHoweverTheBytesAreCutAndMarked) {
  const std::uint64_t seed = 64;
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  const std::string_view parts[] = {
      "\"", "\"\"", ",", "\n",  "\r\n",
      "\r", "abc",  "é", "\t ", "a much longer part of a field, so that blocks differ"};
  for (int round = 0; round < 4000; ++round) {
    std::string bytes;
    for (std::uint64_t n = random.Below(80); n > 0; --n) bytes += parts[random.Below(10)];
    if (random.Below(20) == 0) bytes += "\xe2\x82";
    const std::vector<std::size_t> wanted =
        random.Below(2) == 0 ? std::vector<std::size_t>{0, 2} : std::vector<std::size_t>{1, 2, 5};
    const auto expected = ScanWhole(bytes, wanted, FinderOf(MarkMethod::kPortable));
    ASSERT_EQ(ScanWhole(bytes, wanted, BestFinder()), expected) << "round " << round;
    ASSERT_EQ(ScanInPieces(bytes, wanted, random), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace rehome::csv

#include "csv/utf8_check.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace rehome::csv {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::optional<std::int64_t> fault;
};

TEST(Utf8Check, FindsTheFirstByteOfWhatIsMalformed) {
  const Case cases[] = {
      {"ASCII", "abc", std::nullopt},
      {"two, three and four bytes", "ä€😀", std::nullopt},
      {"NUL", std::string("a\0b", 3), 1},
      {"continuation without a start", "a\x80", 1},
      {"overlong two bytes", "\xc0\xaf", 0},
      {"overlong three bytes", "\xe0\x80\xaf", 0},
      {"overlong four bytes", "\xf0\x80\x80\xaf", 0},
      {"surrogate", "\xed\xa0\x80", 0},
      {"above U+10FFFF", "\xf4\x90\x80\x80", 0},
      {"0xFF", "ab\xff", 2},
      {"start cut off by a letter", "\xe2\x82z", 0},
      {"Latin-1", "Zo\xeb,", 2},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Utf8Check().FindFault(c.text), c.fault);
    if (c.text.find('\0') != std::string::npos) continue;
    EXPECT_EQ(c.fault, base::FindInvalidUtf8(c.text));
  }
}

TEST(Utf8Check, GoesOnInTheNextPieceWhereAPieceCutsASequence) {
  const std::string text = "x€😀ä";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Check check;
    EXPECT_EQ(check.FindFault(text.substr(0, cut)), std::nullopt);
    EXPECT_EQ(check.FindFault(text.substr(cut)), std::nullopt);
    EXPECT_EQ(check.open_bytes(), 0);
  }
  Utf8Check check;
  EXPECT_EQ(check.FindFault("\xe2\x82"), std::nullopt);
  EXPECT_EQ(check.open_bytes(), 2);
  EXPECT_EQ(check.FindFault("a"), -2);
}

}  // namespace
}  // namespace rehome::csv

#include "base/text.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace rehome::base {
namespace {

TEST(Text, TrimsAsciiBlanksAtBothEndsOnly) {
  EXPECT_EQ(Trim(" \t\r\n\v\fa b\f\v\n\r\t "), "a b");
  EXPECT_EQ(Trim(" \t "), "");
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim("\xc2\xa0x"), "\xc2\xa0x");
}

TEST(Text, FoldsAsciiLettersAndNothingElse) {
  EXPECT_EQ(FoldAscii("AZaz[\xc3\x84"), "azaz[\xc3\x84");
  EXPECT_TRUE(EqualsFolded("Ann@Example.COM", "ann@example.com"));
  EXPECT_FALSE(EqualsFolded("ann", "anne"));
  EXPECT_FALSE(EqualsFolded("\xc3\x84", "\xc3\xa4"));
  EXPECT_FALSE(EqualsFolded("[", "{"));
}

TEST(Text, SplitsAndJoinsWithoutLosingEmptyParts) {
  EXPECT_EQ(Split("a,,b,", ','), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(Split("", ','), std::vector<std::string>{""});
  for (const char* text : {"", ",", ",a", "a,", "a,,b"}) {
    EXPECT_EQ(Join(Split(text, ','), ","), text);
  }
}

TEST(Text, ParsesWholeNumbersOrNothing) {
  EXPECT_EQ(ParseInt("-12"), -12);
  EXPECT_EQ(ParseInt("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"", " 1", "1 ", "+1", "1.0", "0x1", "9223372036854775808"}) {
    EXPECT_EQ(ParseInt(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseDouble("0.5"), 0.5);
  EXPECT_EQ(ParseDouble("5%"), std::nullopt);
}

TEST(Text, WritesNumbersForPeople) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
  EXPECT_EQ(WithThousands(-123), "-123");
  EXPECT_EQ(WithThousands(-1234), "-1,234");
  EXPECT_EQ(Count(1, "row", "rows"), "1 row");
  EXPECT_EQ(Count(0, "row", "rows"), "0 rows");
  EXPECT_EQ(Count(14997, "row", "rows"), "14,997 rows");
  EXPECT_EQ(FormatBytes(1), "1 byte");
  EXPECT_EQ(FormatBytes(999), "999 bytes");
  EXPECT_EQ(FormatBytes(19'100'000), "19.1 MB");
  EXPECT_EQ(FormatBytes(999'950), "1.0 MB");
  EXPECT_EQ(FormatBytes(5'000'000'000'000'000), "5000.0 TB");
}

struct Utf8Case {
  const char* name;
  std::string text;
  int bad_at;  // -1: well formed
};

// The rows follow table 3-7 of the Unicode standard: both ends of every range of bytes.
TEST(Text, FindsTheFirstByteThatIsNotUtf8) {
  const std::vector<Utf8Case> cases = {
      {"empty", "", -1},
      {"ASCII with NUL", std::string("a\0b", 3), -1},
      {"two bytes, first", "\xc2\x80", -1},
      {"two bytes, last", "\xdf\xbf", -1},
      {"three bytes, first", "\xe0\xa0\x80", -1},
      {"three bytes before surrogates", "\xed\x9f\xbf", -1},
      {"three bytes after surrogates", "\xee\x80\x80", -1},
      {"three bytes, last", "\xef\xbf\xbf", -1},
      {"four bytes, first", "\xf0\x90\x80\x80", -1},
      {"four bytes, last", "\xf4\x8f\xbf\xbf", -1},
      {"lone continuation", "a\x80", 1},
      {"overlong NUL", "\xc0\x80", 0},
      {"overlong ASCII", "\xc1\xbf", 0},
      {"overlong three bytes", "\xe0\x9f\xbf", 0},
      {"first surrogate", "\xed\xa0\x80", 0},
      {"last surrogate", "\xed\xbf\xbf", 0},
      {"overlong four bytes", "\xf0\x8f\xbf\xbf", 0},
      {"beyond Unicode", "\xf4\x90\x80\x80", 0},
      {"byte F5", "\xf5\x80\x80\x80", 0},
      {"byte FF", "ok\xff", 2},
      {"cut after one of two", "ab\xc3", 2},
      {"cut after three of four", "\xf0\x9f\x98", 0},
      {"third byte is no continuation", "\xe2\x82(", 0},
      {"latin-1 in the middle", "caf\xe9 au lait", 3},
  };
  for (const Utf8Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto found = FindInvalidUtf8(c.text);
    EXPECT_EQ(found ? static_cast<int>(*found) : -1, c.bad_at);
  }
}

TEST(Text, PercentEncodesAllButTheUnreservedBytes) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(PercentEncode("a b/c?d#e%f+g&h"), "a%20b%2Fc%3Fd%23e%25f%2Bg%26h");
  EXPECT_EQ(PercentEncode("../\xc3\xa9"), "..%2F%C3%A9");
  EXPECT_EQ(PercentEncode(std::string("\0\x7f", 2)), "%00%7F");
}

TEST(Text, SuggestsTheNearestWordThatIsNearEnough) {
  constexpr std::array<std::string_view, 4> kColumns = {"email", "first_name", "org_name",
                                                        "metadata"};
  EXPECT_EQ(Suggest("e-mail", kColumns), "email");
  EXPECT_EQ(Suggest("EMAIL", kColumns), "email");
  EXPECT_EQ(Suggest("emial", kColumns), "email");
  EXPECT_EQ(Suggest("orgname", kColumns), "org_name");
  EXPECT_EQ(Suggest("firstname", kColumns), "first_name");
  EXPECT_EQ(Suggest("phone", kColumns), "");
  EXPECT_EQ(Suggest("", kColumns), "");
}

TEST(Text, QuotesWordsForAShellWhereItNeedsThem) {
  EXPECT_EQ(ShellWord("users.csv"), "users.csv");
  EXPECT_EQ(ShellWord("--rate=0.5"), "--rate=0.5");
  EXPECT_EQ(ShellWord("http://127.0.0.1:4010"), "http://127.0.0.1:4010");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("my users.csv"), "'my users.csv'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord("$HOME;*"), "'$HOME;*'");
  EXPECT_EQ(ShellWord("~"), "'~'");
  EXPECT_EQ(ShellWord("M\xc3\xbcller.csv"), "'M\xc3\xbcller.csv'");
  EXPECT_EQ(ShellWord("a\x1b"), "'a\\x1b'");
  EXPECT_EQ(ShellQuoted("E-mail=email"), "'E-mail=email'");
}

TEST(Text, KnowsAscii) {
  EXPECT_TRUE(IsAscii(""));
  EXPECT_TRUE(IsAscii("\x7f"));
  EXPECT_FALSE(IsAscii("a\x80"));
  EXPECT_TRUE(IsPrintableAscii(""));
  EXPECT_TRUE(IsPrintableAscii(" ~"));
  for (const char* text : {"a\nb", "\x1f", "\x7f", "a\x80"}) EXPECT_FALSE(IsPrintableAscii(text));
}

}  // namespace
}  // namespace rehome::base

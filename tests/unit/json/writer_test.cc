#include "json/writer.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "json/value.h"

namespace rehome::json {
namespace {

TEST(JsonWriter, WritesOneCompactDocument) {
  Writer writer;
  writer.BeginObject()
      .Field("email", "ann@example.com")
      .Field("verified", true)
      .Field("row", 7)
      .Field("share", 0.1)
      .Key("roles")
      .BeginArray()
      .String("admin")
      .Int(-1)
      .Null()
      .BeginObject()
      .EndObject()
      .EndArray()
      .Key("metadata")
      .Raw(R"({"plan":"starter"})")
      .EndObject();
  EXPECT_EQ(writer.text(), R"({"email":"ann@example.com","verified":true,"row":7,"share":0.1,)"
                           R"("roles":["admin",-1,null,{}],"metadata":{"plan":"starter"}})");
}

struct StringCase {
  const char* name;
  std::string text;
  const char* written;
};

TEST(JsonWriter, EscapesWhatJsonForbidsOrATerminalObeys) {
  const std::vector<StringCase> cases = {
      {"plain", "abc", R"("abc")"},
      {"empty", "", R"("")"},
      {"quote and backslash", R"(a"\b)", R"("a\"\\b")"},
      {"named controls", "\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {"other controls", std::string("\0\x1f", 2), R"("\u0000\u001f")"},
      {"slash stays", "/", "\"/\""},
      {"DEL", "\x7f", R"("\u007f")"},
      {"C1", "a\u009b2J", R"("a\u009b2J")"},
      {"bidirectional", "\u202egpj.exe", R"("\u202egpj.exe")"},
      {"zero width and line separator", "\u200b\u2028\ufeff", R"("\u200b\u2028\ufeff")"},
      {"beyond the first plane", "\U000e0041x", R"("\udb40\udc41x")"},
      {"other letters stay", "\u05e9\u6f22\U0001f469", "\"\u05e9\u6f22\U0001f469\""},
      {"UTF-8 stays", "Zo\xc3\xab", "\"Zo\xc3\xab\""},
      {"a bad byte is replaced", "a\xff\"", "\"a\xef\xbf\xbd\\\"\""},
      {"a cut sequence is replaced", "\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
  };
  for (const StringCase& c : cases) {
    SCOPED_TRACE(c.name);
    Writer writer;
    writer.String(c.text);
    EXPECT_EQ(writer.text(), c.written);
  }
}

TEST(JsonWriter, WritesEveryByteSoThatItParsesAgain) {
  std::string ascii;
  for (int c = 0; c < 128; ++c) ascii += static_cast<char>(c);
  Writer writer;
  writer.BeginObject().Field(ascii, ascii).EndObject();
  const auto parsed = Parse(writer.text());
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->StringAt(ascii), ascii);
}

TEST(JsonWriter, WritesDoublesShortestAndTheUnwritableAsNull) {
  Writer writer;
  writer.BeginArray()
      .Double(0.1)
      .Double(3)
      .Double(std::numeric_limits<double>::infinity())
      .Double(std::numeric_limits<double>::quiet_NaN())
      .Double(std::numeric_limits<double>::max())
      .EndArray();
  EXPECT_EQ(writer.text(), "[0.1,3,null,null,1.7976931348623157e+308]");
}

TEST(JsonWriter, WritesTheLimitsOfIntegers) {
  Writer writer;
  writer.BeginArray()
      .Int(std::numeric_limits<std::int64_t>::min())
      .Int(std::numeric_limits<std::int64_t>::max())
      .EndArray();
  EXPECT_EQ(writer.text(), "[-9223372036854775808,9223372036854775807]");
}

TEST(JsonWriter, IsReadyForANewDocumentAfterTake) {
  Writer writer;
  writer.Int(1);
  EXPECT_EQ(writer.Take(), "1");
  writer.Int(2);
  EXPECT_EQ(writer.Take(), "2");
}

}  // namespace
}  // namespace rehome::json

#include "csv/writer.h"

#include <gtest/gtest.h>

#include <vector>

namespace rehome::csv {
namespace {

struct Case {
  const char* name;
  std::string field;
  std::string encoded;
};

TEST(Writer, QuotesAFieldOnlyWhenItMust) {
  const Case cases[] = {
      {"plain", "Alice", "Alice"},
      {"empty", "", ""},
      {"inner blank", "Acme Corp", "Acme Corp"},
      {"delimiter", "Smith, Alice", "\"Smith, Alice\""},
      {"other delimiter", "a;b", "a;b"},
      {"quotation marks", "say \"hi\"", "\"say \"\"hi\"\"\""},
      {"LF", "a\nb", "\"a\nb\""},
      {"CR", "a\rb", "\"a\rb\""},
      {"blank in front", " a", "\" a\""},
      {"tab behind", "a\t", "\"a\t\""},
      {"UTF-8", "Zoë", "Zoë"},
      {"formula is kept", "=1+1", "=1+1"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(EncodeField(c.field), c.encoded);
  }
  EXPECT_EQ(EncodeField("a;b", ';'), "\"a;b\"");
  EXPECT_EQ(EncodeField("a\tb", '\t'), "\"a\tb\"");
}

TEST(Writer, EndsARecordWithOneLineFeed) {
  EXPECT_EQ(EncodeRecord(std::vector<std::string>{"a", "", "c,d"}), "a,,\"c,d\"\n");
  EXPECT_EQ(EncodeRecord(std::vector<std::string>{"", ""}, ';'), ";\n");
}

TEST(Writer, NeverMakesARecordThatReadsAsABlankLine) {
  EXPECT_EQ(EncodeRecord(std::vector<std::string>{""}), "\"\"\n");
  EXPECT_EQ(EncodeRecord(std::vector<std::string>{"  "}), "\"  \"\n");
}

}  // namespace
}  // namespace rehome::csv

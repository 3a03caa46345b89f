#include "plan/metadata.h"

#include <gtest/gtest.h>

#include <string>

namespace rehome::plan {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

std::string KeysJson(int count) {
  std::string text = "{";
  for (int i = 0; i < count; ++i) {
    text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"v\"";
  }
  return text + "}";
}

std::string Lines(const Findings& findings) {
  std::string lines;
  for (const auto& r : findings.rejections) {
    lines += std::string(model::CodeOf(r.reason)) + ": " + r.detail + "\n";
  }
  for (const auto& w : findings.warnings) {
    lines += std::string(model::CodeOf(w.reason)) + ": " + w.detail + "\n";
  }
  return lines;
}

TEST(Metadata, TakesStringsAsTheyAre) {
  const CheckedMetadata checked = CheckMetadata(R"({"plan":"starter","region":"us-east-1"})");
  EXPECT_EQ(checked.entries, (Entries{{"plan", "starter"}, {"region", "us-east-1"}}));
  EXPECT_EQ(Lines(checked.findings), "");
}

TEST(Metadata, TakesABlankCellAndAnEmptyObjectAsNone) {
  for (const char* cell : {"", "  ", "{}", " { } "}) {
    const CheckedMetadata checked = CheckMetadata(cell);
    EXPECT_TRUE(checked.entries.empty()) << cell;
    EXPECT_EQ(Lines(checked.findings), "") << cell;
  }
}

TEST(Metadata, TurnsOtherValuesIntoStringsAndDropsNulls) {
  const CheckedMetadata checked =
      CheckMetadata(R"({"n":1.50,"b":true,"a":[1, {"x":"y"}],"s":"","gone":null})");
  EXPECT_EQ(checked.entries,
            (Entries{{"n", "1.50"}, {"b", "true"}, {"a", R"([1,{"x":"y"}])"}, {"s", ""}}));
  EXPECT_EQ(Lines(checked.findings),
            "metadata_converted: turned into strings: \"n\", \"b\", \"a\"\n"
            "metadata_null_dropped: null and left out: \"gone\"\n");
}

TEST(Metadata, NamesAtMostFiveKeysInAWarning) {
  const CheckedMetadata checked = CheckMetadata(R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1})");
  EXPECT_EQ(Lines(checked.findings),
            "metadata_converted: turned into strings: \"a\", \"b\", \"c\", \"d\", \"e\" and 2 "
            "more\n");
}

TEST(Metadata, LetsTheLastOfDoubledKeysCount) {
  EXPECT_EQ(CheckMetadata(R"({"a":"1","b":"2","a":"3"})").entries,
            (Entries{{"a", "3"}, {"b", "2"}}));
  EXPECT_TRUE(CheckMetadata(R"({"a":"1","a":null})").entries.empty());
}

TEST(Metadata, KeepsToTheLimitsOnTheirVeryEdge) {
  EXPECT_EQ(Lines(CheckMetadata(KeysJson(10)).findings), "");
  EXPECT_EQ(Lines(CheckMetadata(KeysJson(50)).findings),
            "metadata_many_keys: 50 keys, where the guides allow 10\n");
  EXPECT_EQ(Lines(CheckMetadata(KeysJson(51)).findings),
            "metadata_too_many_keys: 51 keys, where 50 are the most\n");
  const std::string key(40, 'k');
  const std::string value(600, 'v');
  EXPECT_EQ(Lines(CheckMetadata("{\"" + key + "\":\"" + value + "\"}").findings), "");
  EXPECT_EQ(Lines(CheckMetadata("{\"" + key + "k\":\"" + value + "v\"}").findings),
            "metadata_key_invalid: the key \"" + key + "k\" does not have 1 to 40 characters\n" +
                "metadata_value_too_long: the value of the key \"" + key +
                "k\" has 601 characters, where 600 are the most\n");
  EXPECT_EQ(Lines(CheckMetadata(R"({"":"x"})").findings),
            "metadata_key_invalid: the key \"\" does not have 1 to 40 characters\n");
}

TEST(Metadata, CountsCharactersNotBytesAndWarnsOutsideAscii) {
  std::string value;
  for (int i = 0; i < 600; ++i) value += "\xc3\xa9";
  EXPECT_EQ(Lines(CheckMetadata("{\"k\":\"" + value + "\"}").findings),
            "metadata_not_ascii: keys or values hold characters outside ASCII\n");
}

TEST(Metadata, RefusesWhatIsNoObject) {
  EXPECT_EQ(Lines(CheckMetadata("{invalid json}").findings),
            "metadata_invalid: \"{invalid json}\": the text is not a JSON document: it is "
            "malformed\n");
  EXPECT_EQ(Lines(CheckMetadata("[1]").findings),
            "metadata_invalid: \"[1]\" is JSON, but no object\n");
  EXPECT_EQ(Lines(CheckMetadata("null").findings),
            "metadata_invalid: \"null\" is JSON, but no object\n");
}

TEST(Metadata, ReadsThousandsOfDoubledKeys) {
  std::string cell = "{\"a\":\"0\"";
  for (int i = 1; i < 4'000; ++i) cell += ",\"k" + std::to_string(i % 2'000) + "\":\"v\"";
  EXPECT_EQ(Lines(CheckMetadata(cell + "}").findings),
            "metadata_too_many_keys: 2001 keys, where 50 are the most\n");
}

}  // namespace
}  // namespace rehome::plan

#include "json/value.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rehome::json {
namespace {

std::string Nested(int levels) {
  return std::string(static_cast<std::size_t>(levels), '[') +
         std::string(static_cast<std::size_t>(levels), ']');
}

TEST(JsonValue, GivesMembersByKeyAndElementsInOrder) {
  const auto parsed = Parse(R"( {"id":"user_1","ok":true,"n":-3,"list":[1,"two",null],"o":{}} )");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->kind(), Kind::kObject);
  EXPECT_EQ(parsed->StringAt("id"), "user_1");
  EXPECT_EQ(parsed->Find("ok")->AsBool(), true);
  EXPECT_EQ(parsed->Find("n")->AsInt(), -3);
  EXPECT_EQ(parsed->Find("list")->elements()[1].AsString(), "two");
  EXPECT_TRUE(parsed->Find("list")->elements()[2].is_null());
  EXPECT_TRUE(parsed->Find("o")->is_object());
  EXPECT_EQ(parsed->members()[4].key, "o");
  EXPECT_EQ(parsed->Find("absent"), nullptr);
  EXPECT_EQ(parsed->StringAt("n"), "");
}

TEST(JsonValue, GivesNothingForAnotherKind) {
  const auto parsed = Parse(R"({"text":"1","whole":2,"part":2.5,"huge":123456789012345678901})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->Find("text")->AsInt(), std::nullopt);
  EXPECT_EQ(parsed->Find("text")->NumberText(), "");
  EXPECT_EQ(parsed->Find("whole")->AsString(), std::nullopt);
  EXPECT_EQ(parsed->Find("whole")->AsBool(), std::nullopt);
  EXPECT_EQ(parsed->Find("part")->AsInt(), std::nullopt);
  EXPECT_EQ(parsed->Find("part")->AsDouble(), 2.5);
  EXPECT_EQ(parsed->Find("huge")->AsInt(), std::nullopt);
  EXPECT_EQ(parsed->AsDouble(), std::nullopt);
  EXPECT_EQ(parsed->Find("whole")->Find("x"), nullptr);
}

TEST(JsonValue, LetsTheLastOfDoubledKeysCount) {
  const auto parsed = Parse(R"({"a":"first","a":"last"})");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->StringAt("a"), "last");
}

struct AcceptedCase {
  const char* name;
  const char* text;
  const char* serialized;
};

TEST(JsonParse, AcceptsEachFormAndSerializesItCompactly) {
  const std::vector<AcceptedCase> cases = {
      {"bare string, as in a 429", R"("Ratelimited")", R"("Ratelimited")"},
      {"bare number", " 12 ", "12"},
      {"bare literals", "true", "true"},
      {"null", "null", "null"},
      {"empty containers", "[ {} , [ ] ]", "[{},[]]"},
      {"numbers stay as written", "[1.50,-0,1E+9,123456789012345678901,1e999]",
       "[1.50,-0,1E+9,123456789012345678901,1e999]"},
      {"escapes", R"(["\u0041\n\"\\\/\ud83d\ude00"])", "[\"A\\n\\\"\\\\/\xf0\x9f\x98\x80\"]"},
      {"UTF-8", "\"Zo\xc3\xab\"", "\"Zo\xc3\xab\""},
      {"blanks everywhere", "\t{ \"a\" : [ 1 , 2 ] }\r\n", R"({"a":[1,2]})"},
      {"doubled keys are kept", R"({"a":1,"a":2})", R"({"a":1,"a":2})"},
  };
  for (const AcceptedCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = Parse(c.text);
    ASSERT_TRUE(parsed.ok()) << parsed.error().message;
    EXPECT_EQ(Serialize(*parsed), c.serialized);
  }
}

TEST(JsonParse, TakesSixtyFourLevelsAndRefusesSixtyFive) {
  EXPECT_TRUE(Parse(Nested(64)).ok());
  const auto parsed = Parse(Nested(65));
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message,
            "the text is not a JSON document: it nests deeper than 64 levels");
  EXPECT_FALSE(Parse(Nested(100000)).ok());
}

struct RefusedCase {
  const char* name;
  std::string text;
  const char* what;
};

TEST(JsonParse, RefusesWhatIsNotExactlyOneDocument) {
  const std::vector<RefusedCase> cases = {
      {"empty", "", "it is empty"},
      {"blanks only", " \n", "it is empty"},
      {"second document", "{} {}", "it is malformed"},
      {"second after a comma", "1,2", "something follows the document"},
      {"closing bracket behind", "1]", "something follows the document"},
      {"a way out of the wrapper", "1],[2", "something follows the document"},
      {"trailing comma in array", "[1,]", "it is malformed"},
      {"trailing comma in object", R"({"a":1,})", "it is malformed"},
      {"trailing comma behind", "1,", "something follows the document"},
      {"missing comma", "[1 2]", "it is malformed"},
      {"missing colon", R"({"a" 1})", "it is malformed"},
      {"missing value", R"({"a":})", "it is malformed"},
      {"key without quotes", "{invalid json}", "it is malformed"},
      {"unclosed object", R"({"a":1)", "it is malformed"},
      {"unclosed array", "[1", "it is malformed"},
      {"mixed brackets", "[1}", "it is malformed"},
      {"unclosed string", R"("abc)", "a string is not closed"},
      {"string ends in a backslash", R"("abc\)", "a string is not closed"},
      {"single quotes", "'a'", "it is malformed"},
      {"control character", "\"a\nb\"", "a string holds a control character that is not escaped"},
      {"unknown escape", R"("\x")", "a string holds an escape that means nothing"},
      {"lone high surrogate", R"("\ud800")", "a string holds an escape that means nothing"},
      {"lone low surrogate", R"("\udc00")", "a string holds an escape that means nothing"},
      {"surrogate in a key", R"({"\udc00":1})", "a string holds an escape that means nothing"},
      {"broken literal", "nul", "it is malformed"},
      {"longer literal", "truex", "it is malformed"},
      {"capital literal", "True", "it is malformed"},
      {"NaN", "NaN", "it is malformed"},
      {"leading zero", "01", "a number is malformed"},
      {"leading plus", "+1", "it is malformed"},
      {"bare minus", "-", "a number is malformed"},
      {"no fraction digits", "1.", "a number is malformed"},
      {"no exponent digits", "1e", "a number is malformed"},
      {"hexadecimal", "0x10", "a number is malformed"},
      {"letters behind a number", "12abc", "a number is malformed"},
      {"NUL behind a number", std::string("1\0", 2), "a number is malformed"},
      {"invalid UTF-8", "\"\xff\"", "it is not valid UTF-8"},
      {"byte order mark", "\xef\xbb\xbf{}", "it is malformed"},
      {"HTML from the edge", "<html></html>", "it is malformed"},
  };
  for (const RefusedCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = Parse(c.text);
    EXPECT_FALSE(parsed.ok());
    if (parsed.ok()) continue;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::kFormat);
    EXPECT_EQ(parsed.error().message, std::string("the text is not a JSON document: ") + c.what);
  }
}

TEST(JsonParse, NeverQuotesTheText) {
  const auto parsed = Parse(R"({"password":"hunter2" "x"})");
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().message.find("hunter2"), std::string::npos);
}

TEST(JsonParse, StartsAfreshAfterAFailure) {
  EXPECT_FALSE(Parse(R"({"a":[1,2)").ok());
  const auto parsed = Parse("[1,2]");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->elements().size(), 2U);
}

TEST(JsonParse, SurvivesEveryCutOfADocument) {
  const std::string text = R"({"a":[1,{"b":"\u00e9\n"}],"c":null,"d":-1.5e3,"e":true})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(Parse(text.substr(0, size)).ok()) << size;
  }
  EXPECT_TRUE(Parse(text).ok());
}

}  // namespace
}  // namespace rehome::json

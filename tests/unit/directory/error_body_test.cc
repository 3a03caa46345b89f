#include "directory/error_body.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace rehome::directory {
namespace {

TEST(ParseErrorBody, LevelsEveryShapeOfTheContract) {
  struct Case {
    std::string name;
    std::string body;
    std::string code;
    std::string words;
  };
  const std::vector<Case> cases = {
      {"message", R"({"message":"Not Found"})", "", "Not Found"},
      {"code and message", R"({"code":"c","message":"m"})", "c", "m"},
      {"errors with code and message",
       R"({"code":"c","message":"Failed.","errors":[{"code":"a","message":"A."},{"code":"b"}]})",
       "c", "Failed: A.; b"},
      {"errors with field and prose",
       R"({"message":"Failed","errors":[{"field":"action_type","code":"action_type must be so"}]})",
       "", "Failed: action_type must be so"},
      {"entity", R"({"code":"entity_not_found","message":"No.","entity_id":"x"})",
       "entity_not_found", "No."},
      {"oauth", R"({"error":"invalid_grant","error_description":"Expired."})", "invalid_grant",
       "Expired."},
      {"errors as strings", R"({"message":"Failed","errors":["First thing.","second_code"]})", "",
       "Failed: First thing.; second_code"},
      {"schema keys",
       R"({"message":"Failed","errors":[{"instancePath":"/a","keyword":"type","message":"no"}]})",
       "", "Failed: /a: no"},
      {"bare string", R"("Ratelimited")", "", "Ratelimited"},
      {"plain text", " Accepted\n", "", "Accepted"},
      {"empty", "", "", ""},
      {"message as a list", R"({"message":["a is bad","b is bad"],"error":"Bad Request"})", "",
       "a is bad; b is bad"},
      {"error as an object", R"({"error":{"code":"c","message":"m"}})", "c", "m"},
      {"code beats error", R"({"error":"conflict_name","code":"c"})", "c", ""},
      {"prose for a code", R"({"code":"not a code"})", "", "not a code"},
      {"an array", "[1,2]", "", "[1,2]"},
      {"wrong kinds", R"({"code":5,"message":{"a":1},"errors":"none"})", "", ""}};
  for (const Case& c : cases) {
    const ErrorBody body = ParseErrorBody(c.body, "application/json");
    EXPECT_EQ(body.code, c.code) << c.name;
    EXPECT_EQ(WordsOf(body), c.words) << c.name;
    EXPECT_FALSE(body.is_page) << c.name;
    EXPECT_FALSE(body.is_broken) << c.name;
  }
}

TEST(ParseErrorBody, TellsJsonThatIsCut) {
  const std::string whole = R"({"code":"user_creation_error","errors":[{"code":"email_taken"}]})";
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_TRUE(ParseErrorBody(whole.substr(0, size), "application/json").is_broken) << size;
  }
  EXPECT_FALSE(ParseErrorBody(whole, "application/json").is_broken);
}

TEST(ParseErrorBody, TellsAPageByItsFirstByteOrItsType) {
  struct Case {
    std::string name;
    std::string body;
    std::string type;
    bool is_page;
  };
  const std::vector<Case> cases = {
      {"html", "<html><title>Oops</title>", "text/html", true},
      {"html without its type", "  <!doctype html>", "", true},
      {"xml", "<?xml version=\"1.0\"?><Error/>", "application/xml", true},
      {"text called html", "error code: 1015", "Text/HTML; charset=UTF-8", true},
      {"json called html", R"({"message":"m"})", "text/html", false},
      {"nothing called html", "", "text/html", false}};
  for (const Case& c : cases) {
    EXPECT_EQ(ParseErrorBody(c.body, c.type).is_page, c.is_page) << c.name;
  }
}

TEST(ParseErrorBody, FindsTheTitleOfAPageWhereThereIsOne) {
  struct Case {
    std::string page;
    std::string words;
  };
  const std::vector<Case> cases = {{"<html><title lang=\"en\"> Just a moment... </title>",
                                    "a page in place of JSON: Just a moment..."},
                                   {"<html><title></title>", "a page in place of JSON"},
                                   {"<html><title", "a page in place of JSON"},
                                   {"<html><title>cut", "a page in place of JSON"},
                                   {"<html><body>no", "a page in place of JSON"}};
  for (const Case& c : cases) EXPECT_EQ(WordsOf(ParseErrorBody(c.page, "")), c.words) << c.page;
}

}  // namespace
}  // namespace rehome::directory

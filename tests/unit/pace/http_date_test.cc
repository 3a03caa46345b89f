#include "pace/http_date.h"

#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace rehome::pace {
namespace {

const base::WallTime kNow = base::ParseIso8601("2026-11-23T12:00:00Z");

TEST(ParseHttpDate, ReadsTheThreeFormsOfRfc9110) {
  struct Case {
    std::string name;
    std::string text;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"rfc 850", "Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
      {"asctime", "Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z"},
      {"asctime, day of two digits", "Wed Nov 16 08:49:37 1994", "1994-11-16T08:49:37Z"},
      {"leap day", "Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00Z"},
      {"leap second", "Sat, 31 Dec 2016 23:59:60 GMT", "2017-01-01T00:00:00Z"},
      {"rfc 850, this year", "Monday, 23-Nov-26 12:00:00 GMT", "2026-11-23T12:00:00Z"},
      {"rfc 850, 50 years ahead", "Monday, 23-Nov-76 12:00:00 GMT", "2076-11-23T12:00:00Z"},
      {"rfc 850, beyond is the past", "Monday, 23-Nov-77 12:00:00 GMT", "1977-11-23T12:00:00Z"}};
  for (const Case& c : cases) {
    EXPECT_EQ(ParseHttpDate(c.text, kNow), base::ParseIso8601(c.expected)) << c.name;
  }
}

TEST(ParseHttpDate, ReadsAYearOfTwoDigitsAcrossATurnOfTheCentury) {
  EXPECT_EQ(
      ParseHttpDate("Friday, 01-Jan-05 00:00:00 GMT", base::ParseIso8601("2099-12-31T23:59:59Z")),
      base::ParseIso8601("2105-01-01T00:00:00Z"));
}

TEST(ParseHttpDate, RefusesWhatIsNoDate) {
  const std::vector<std::string> bad = {"",
                                        "GMT",
                                        "Sun, 06 Nov 1994 08:49:37",
                                        "Sun, 06 Nov 1994 08:49:37 CET",
                                        "Sun, 6 Nov 1994 08:49:37 GMT",
                                        "Sun, 06  Nov 1994 08:49:37 GMT",
                                        "Sun 06 Nov 1994 08:49:37 GMT",
                                        "Son, 06 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 nov 1994 08:49:37 GMT",
                                        "Sun, 31 Nov 1994 08:49:37 GMT",
                                        "Sun, 00 Nov 1994 08:49:37 GMT",
                                        "Sun, 06 Nov 94 08:49:37 GMT",
                                        "Sun, 06 Nov 1994 24:00:00 GMT",
                                        "Sun, 06 Nov 1994 08:60:00 GMT",
                                        "Sun, 06 Nov 1994 08:49:61 GMT",
                                        "Sun, 06 Nov 1994 8:49:37 GMT",
                                        "Sun, 06 Nov 1994 08:-9:37 GMT",
                                        "Sunday, 06-Nov-1994 08:49:37 GMT",
                                        ", 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov 6 08:49:37 1994",
                                        "Sun Nov  16 08:49:37 1994",
                                        "1994-11-06T08:49:37Z"};
  for (const std::string& text : bad) {
    EXPECT_FALSE(ParseHttpDate(text, kNow).has_value()) << text;
  }
}

}  // namespace
}  // namespace rehome::pace

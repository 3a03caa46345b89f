#include "pace/http_date.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/text.h"

namespace rehome::pace {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 7> kLongDays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

template <std::size_t kSize>
std::optional<unsigned> IndexIn(const std::array<std::string_view, kSize>& names,
                                std::string_view name) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (names[i] == name) return static_cast<unsigned>(i);
  }
  return std::nullopt;
}

// Exactly `digits` decimal digits.
std::optional<int> ParseDigits(std::string_view text, std::size_t digits) {
  if (text.size() != digits) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::optional<std::chrono::seconds> ParseTimeOfDay(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = ParseDigits(text.substr(0, 2), 2);
  const auto minute = ParseDigits(text.substr(3, 2), 2);
  const auto second = ParseDigits(text.substr(6, 2), 2);
  // 60 is a leap second.
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<base::WallTime> MakeTime(std::optional<int> year, std::string_view month_name,
                                       std::optional<int> day, std::string_view time_of_day) {
  const auto month = IndexIn(kMonths, month_name);
  const auto seconds = ParseTimeOfDay(time_of_day);
  if (!year || !month || !day || !seconds) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month + 1),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return base::WallTime(std::chrono::sys_days(date)) + *seconds;
}

std::optional<int> FullYear(std::optional<int> two_digits, base::WallTime now) {
  if (!two_digits) return std::nullopt;
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const int this_year = static_cast<int>(today.year());
  const int year = this_year - this_year % 100 + *two_digits;
  if (year > this_year + 50) return year - 100;
  return year + 50 < this_year ? year + 100 : year;
}

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<base::WallTime> ParseFixdate(const std::vector<std::string>& words) {
  if (words.size() != 6 || words[5] != "GMT") return std::nullopt;
  if (words[0].size() != 4 || words[0][3] != ',') return std::nullopt;
  if (!IndexIn(kDays, std::string_view(words[0]).substr(0, 3))) return std::nullopt;
  return MakeTime(ParseDigits(words[3], 4), words[2], ParseDigits(words[1], 2), words[4]);
}

// "Sunday, 06-Nov-94 08:49:37 GMT"
std::optional<base::WallTime> ParseRfc850(const std::vector<std::string>& words,
                                          base::WallTime now) {
  if (words.size() != 4 || words[3] != "GMT" || words[0].empty()) return std::nullopt;
  const std::string_view day_name = words[0];
  if (day_name.back() != ',' || !IndexIn(kLongDays, day_name.substr(0, day_name.size() - 1))) {
    return std::nullopt;
  }
  const std::vector<std::string> date = base::Split(words[1], '-');
  if (date.size() != 3) return std::nullopt;
  return MakeTime(FullYear(ParseDigits(date[2], 2), now), date[1], ParseDigits(date[0], 2),
                  words[2]);
}

// "Sun Nov  6 08:49:37 1994": the day has two digits, or a space and one.
std::optional<base::WallTime> ParseAsctime(std::vector<std::string> words) {
  if (words.size() == 6 && words[2].empty() && words[3].size() == 1) {
    words.erase(words.begin() + 2);
    words[2].insert(0, "0");
  }
  if (words.size() != 5 || !IndexIn(kDays, words[0])) return std::nullopt;
  return MakeTime(ParseDigits(words[4], 4), words[1], ParseDigits(words[2], 2), words[3]);
}

}  // namespace

std::optional<base::WallTime> ParseHttpDate(std::string_view text, base::WallTime now) {
  const std::vector<std::string> words = base::Split(base::Trim(text), ' ');
  if (const auto time = ParseFixdate(words)) return time;
  if (const auto time = ParseRfc850(words, now)) return time;
  return ParseAsctime(words);
}

}  // namespace rehome::pace

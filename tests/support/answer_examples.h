#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "directory/answer_rule.h"

namespace rehome::support {

/// An answer that shows what `rule` looks for and nothing else.
inline http::Response ExampleOf(const directory::AnswerRule& rule, int status) {
  using directory::Sign;
  const std::string text(rule.text);
  const std::string words = R"("message":"Words of the target.")";
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.request_id = "req-1";
  switch (rule.sign) {
    case Sign::kStatus:
      response.body = status >= 200 && status < 300 ? "Accepted" : "{" + words + "}";
      break;
    case Sign::kObject:
    case Sign::kNoCode:
      response.body = "{" + words + "}";
      break;
    case Sign::kMessage:
    case Sign::kWords:
      response.body = R"({"message":")" + text + " " + std::string(rule.also) + R"("})";
      break;
    case Sign::kTopCode:
    case Sign::kLoneCode:
    case Sign::kCode:
      response.body = "{" + words + R"(,"code":")" + text + R"("})";
      break;
    case Sign::kCodeStem:
      response.body = "{" + words + R"(,"code":")" + text + R"(anything"})";
      break;
    case Sign::kField:
      response.body = R"({"errors":[{"field":")" + text + R"(","code":"must be so"}]})";
      break;
    case Sign::kUnknownEntry:
      response.body = "{" + words + R"(,"errors":[{"code":"brand_new"}]})";
      break;
    case Sign::kNoAnswer:
      response.body = "<html><title>Sorry</title>";
      response.content_type = "text/html";
      break;
  }
  return response;
}

/// The first and the last of each range of statuses of the rule, as far as HTTP has them.
inline std::vector<int> StatusesOf(const directory::AnswerRule& rule) {
  std::vector<int> statuses;
  for (const auto& range : rule.statuses.ranges) {
    if (range.first > range.last) continue;
    if (range.first != std::numeric_limits<int>::min()) statuses.push_back(range.first);
    const bool open = range.last == std::numeric_limits<int>::max();
    if (!open && range.last != range.first) statuses.push_back(range.last);
  }
  return statuses;
}

/// Whatever the rule is about; all three when it is about any.
inline std::vector<directory::Subject> SubjectsOf(const directory::AnswerRule& rule) {
  using directory::Subject;
  if (rule.about) return {*rule.about};
  return {Subject::kOrganization, Subject::kUser, Subject::kMembership};
}

/// The rule as a failing test names it.
inline std::string NameOf(const directory::AnswerRule& rule) {
  std::string name(rule.statuses.name);
  for (const std::string_view part : {rule.text, rule.also}) {
    if (!part.empty()) name += " " + std::string(part);
  }
  return name + ", sign " + std::to_string(static_cast<int>(rule.sign));
}

}  // namespace rehome::support

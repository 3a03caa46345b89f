#include "directory/answer_rule.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace rehome::directory {
namespace {

// One answer, with what several rules ask for at hand.
class Reading {
 public:
  explicit Reading(const AnswerParts& parts)
      : parts_(parts), words_(base::FoldAscii(WordsOf(parts.body))) {}

  bool Agrees(const AnswerRule& rule) const {
    return rule.statuses.Hold(parts_.status) && Concerns(rule) && Shows(rule);
  }

 private:
  const ErrorBody& body() const { return parts_.body; }

  bool Concerns(const AnswerRule& rule) const {
    return !rule.about || *rule.about == parts_.subject;
  }

  static bool HasWords(const AnswerRule& rule, std::string_view folded) {
    return folded.find(rule.text) != std::string_view::npos &&
           folded.find(rule.also) != std::string_view::npos;
  }

  static bool KnowsCode(const AnswerRule& rule, std::string_view code) {
    if (rule.sign == Sign::kCode) return code == rule.text;
    return rule.sign == Sign::kCodeStem && code.starts_with(rule.text);
  }

  bool IsKnownCode(std::string_view code) const {
    const auto& table = AnswerTable();
    return std::any_of(table.begin(), table.end(), [&](const AnswerRule& rule) {
      return Concerns(rule) && KnowsCode(rule, code);
    });
  }

  // An entry without a code may say in words what it is about.
  bool IsKnown(const ErrorDetail& entry) const {
    if (!entry.code.empty()) return IsKnownCode(entry.code);
    const std::string folded = base::FoldAscii(entry.message);
    const auto& table = AnswerTable();
    return std::any_of(table.begin(), table.end(), [&](const AnswerRule& rule) {
      return rule.sign == Sign::kWords && Concerns(rule) && HasWords(rule, folded);
    });
  }

  template <class Test>
  bool AnyEntry(Test test) const {
    return std::any_of(body().details.begin(), body().details.end(), test);
  }

  bool Shows(const AnswerRule& rule) const {
    switch (rule.sign) {
      case Sign::kStatus:
        return true;
      case Sign::kObject:
        return parts_.is_object;
      case Sign::kMessage:
        return base::EqualsFolded(base::Trim(body().message), rule.text);
      case Sign::kTopCode:
        return body().code == rule.text;
      case Sign::kLoneCode:
        return body().code == rule.text && body().details.empty();
      case Sign::kCode:
      case Sign::kCodeStem:
        return KnowsCode(rule, body().code) ||
               AnyEntry([&](const ErrorDetail& entry) { return KnowsCode(rule, entry.code); });
      case Sign::kField:
        return AnyEntry([&](const ErrorDetail& entry) {
          return entry.field.starts_with(rule.text) && !IsKnownCode(entry.code);
        });
      case Sign::kUnknownEntry:
        return !IsDuplicateCode(body().code) &&
               AnyEntry([&](const ErrorDetail& entry) { return !IsKnown(entry); });
      case Sign::kWords:
        return HasWords(rule, words_);
      case Sign::kNoCode:
        return body().code.empty() && body().details.empty();
      case Sign::kNoAnswer:
        return body().is_page || body().is_broken;
    }
    return false;
  }

  const AnswerParts& parts_;
  std::string words_;
};

}  // namespace

bool Statuses::Hold(int status) const {
  return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
    return range.first <= status && status <= range.last;
  });
}

const AnswerRule& DecidingRule(const AnswerParts& parts) {
  const Reading reading(parts);
  const auto& table = AnswerTable();
  const auto rule = std::find_if(table.begin(), table.end(),
                                 [&](const AnswerRule& one) { return reading.Agrees(one); });
  CHECK(rule != table.end());
  return *rule;
}

bool IsDuplicateCode(std::string_view code) {
  const auto& table = AnswerTable();
  return std::any_of(table.begin(), table.end(), [&](const AnswerRule& rule) {
    return rule.meaning == Meaning::kExists && rule.sign == Sign::kCode && rule.text == code;
  });
}

}  // namespace rehome::directory

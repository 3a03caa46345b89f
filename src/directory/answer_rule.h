#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "directory/error_body.h"
#include "directory/reply.h"
#include "model/reason.h"

namespace rehome::directory {

/// Some HTTP statuses, under the name that a person reads.
struct Statuses {
  struct Range {
    int first = 1;  ///< both ends belong to it; as it is here it holds none
    int last = 0;
  };
  std::string_view name;
  std::array<Range, 3> ranges = {};

  bool Hold(int status) const;
};

/// What of an answer a rule looks at; what it looks for is the rule's `text`.
enum class Sign {
  kStatus,        ///< the status alone
  kObject,        ///< the body is a JSON object
  kMessage,       ///< the whole message, in any case
  kTopCode,       ///< the answer's own code
  kLoneCode,      ///< the same, when errors[] has no entry
  kCode,          ///< the answer's own code or that of any entry of errors[]
  kCodeStem,      ///< the same, by its beginning
  kField,         ///< the beginning of the field of an entry whose code no rule knows
  kUnknownEntry,  ///< an entry that no rule knows, unless the answer's own code says "duplicate"
  kWords,         ///< these words, and those of `also`, in message or errors[], in any case
  kNoCode,        ///< neither a code nor an entry in errors[]
  kNoAnswer,      ///< a page of the edge in place of JSON, or JSON that is cut
};

/// One line of the table that says what answers mean.
struct AnswerRule {
  Statuses statuses;
  Sign sign = Sign::kStatus;
  std::string_view text;
  std::string_view also;
  std::optional<Subject> about;  ///< nothing = whatever was asked for
  Meaning meaning = Meaning::kRefused;
  model::Reason reason = model::Reason::kNone;  ///< for kRefused
};

/// Every rule; the first that holds decides. Some rule holds for every answer.
std::span<const AnswerRule> AnswerTable();

/// What rules look at.
struct AnswerParts {
  Subject subject = Subject::kUser;
  int status = 0;
  bool is_object = false;  ///< looked at for 2xx only
  ErrorBody body;          ///< empty for 2xx
};

const AnswerRule& DecidingRule(const AnswerParts& parts);

/// Whether the code says only that the object is there already.
bool IsDuplicateCode(std::string_view code);

}  // namespace rehome::directory

#include "directory/reply.h"

#include <string>
#include <string_view>

#include "base/text.h"
#include "directory/answer_rule.h"
#include "directory/error_body.h"
#include "json/value.h"

namespace rehome::directory {
namespace {

// What goes into files and reports; longer is noise to a person.
constexpr std::size_t kLongestMessage = 500;

// The entry of errors[] that decides: the first that is not a mere duplicate, if there is one.
std::string_view DecisiveCode(const ErrorBody& body) {
  std::string_view first;
  for (const ErrorDetail& detail : body.details) {
    if (detail.code.empty()) continue;
    if (!IsDuplicateCode(detail.code)) return detail.code;
    if (first.empty()) first = detail.code;
  }
  return first;
}

// `outer/inner`, or the one there is.
std::string ProviderCode(const ErrorBody& body) {
  const std::string inner(DecisiveCode(body));
  const std::string between = body.code.empty() || inner.empty() ? "" : "/";
  return base::MaskSecrets(body.code + between + inner);
}

}  // namespace

Reply Understand(Subject subject, const http::Response& response) {
  AnswerParts parts{.subject = subject, .status = response.status, .is_object = false, .body = {}};
  if (response.status >= 200 && response.status < 300) {
    const base::Result<json::Value> value = json::Parse(response.body);
    parts.is_object = value && value->is_object();
  } else {
    parts.body = ParseErrorBody(response.body, response.content_type);
  }
  const AnswerRule& rule = DecidingRule(parts);
  Reply reply;
  reply.meaning = rule.meaning;
  reply.reason = rule.reason;
  reply.words.http_status = response.status;
  reply.words.request_id = response.request_id;
  reply.words.provider_code = ProviderCode(parts.body);
  reply.words.message = base::MaskSecrets(WordsOf(parts.body), kLongestMessage);
  reply.retry_after = response.retry_after;
  return reply;
}

bool CameFromCache(const http::Response& response) {
  const std::string_view age = base::Trim(response.age);
  return !age.empty() && base::ParseInt(age) != 0;
}

}  // namespace rehome::directory

#include "directory/reply.h"

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "directory/error_body.h"
#include "directory/refusal.h"
#include "json/value.h"

namespace rehome::directory {
namespace {

// What goes into files and reports; longer is noise to a person.
constexpr std::size_t kLongestMessage = 500;

bool IsHere(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

// What holds for every subject, before anyone looks at what was asked.
std::optional<Meaning> CommonMeaning(int status, const ErrorBody& body) {
  if (base::EqualsFolded(base::Trim(body.message), "unauthorized") || status == 401) {
    return Meaning::kUnauthorized;
  }
  if (status == 429 || body.code == "rate_limit_exceeded") return Meaning::kRateLimited;
  if (status == 408 || status >= 500) return Meaning::kServerTrouble;
  if (status == 403) return Meaning::kForbidden;
  if (IsHere(body.message, "Another idempotency key")) return Meaning::kIdempotencyReused;
  if (body.code == "idempotency_error") {
    return status == 409 ? Meaning::kIdempotencyPending : Meaning::kIdempotencyReused;
  }
  return std::nullopt;
}

bool SaysNotFound(int status, const ErrorBody& body) {
  return status == 404 || body.code == "entity_not_found" || body.code == "not_found";
}

bool IsTooLarge(int status) { return status == 413 || status == 414 || status == 431; }

void UnderstandError(Subject subject, int status, const ErrorBody& body, Reply& reply) {
  if (const auto meaning = CommonMeaning(status, body)) {
    reply.meaning = *meaning;
    return;
  }
  reply.meaning = Meaning::kRefused;
  if (IsTooLarge(status)) {
    reply.reason = model::Reason::kPayloadTooLarge;
    return;
  }
  if (body.is_page) {
    reply.meaning = Meaning::kServerTrouble;
    return;
  }
  if (const auto refusal = FindRefusal(subject, status, body)) {
    reply.meaning = refusal->meaning;
    reply.reason = refusal->reason;
    reply.email_taken = refusal->email_taken;
    reply.external_id_taken = refusal->external_id_taken;
    return;
  }
  if (SaysNotFound(status, body)) {
    reply.meaning = Meaning::kNotFound;
    return;
  }
  reply.reason = PlainRefusal(subject);
}

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
  Reply reply;
  reply.words.http_status = response.status;
  reply.words.request_id = response.request_id;
  reply.retry_after = response.retry_after;
  if (response.status >= 200 && response.status < 300) {
    const base::Result<json::Value> value = json::Parse(response.body);
    reply.meaning = value && value->is_object() ? Meaning::kOk : Meaning::kUnreadable;
    return reply;
  }
  const ErrorBody body = ParseErrorBody(response.body, response.content_type);
  if (response.status >= 300 && response.status < 400) {
    reply.meaning = Meaning::kRedirect;
  } else if (response.status < 200 || response.status >= 600) {
    reply.meaning = Meaning::kServerTrouble;  // no final answer of HTTP at all
  } else {
    UnderstandError(subject, response.status, body, reply);
  }
  reply.words.provider_code = ProviderCode(body);
  reply.words.message = base::MaskSecrets(WordsOf(body), kLongestMessage);
  return reply;
}

bool CameFromCache(const http::Response& response) {
  const std::string_view age = base::Trim(response.age);
  return !age.empty() && base::ParseInt(age) != 0;
}

}  // namespace rehome::directory

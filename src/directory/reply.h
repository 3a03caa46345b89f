#pragma once

#include <string>

#include "directory/objects.h"
#include "http/request.h"
#include "model/outcome.h"

namespace rehome::directory {

/// What an answer means, before anybody asks whose object it is. Never decided by the status alone
/// where the contract has codes.
enum class Meaning {
  kOk,                  ///< 2xx with a readable body
  kUnreadable,          ///< 2xx whose body is not what it should be: the write may be applied
  kExists,              ///< the object, or its e-mail or external_id, is there already
  kNotFound,            ///< 404
  kRateLimited,         ///< 429
  kUnauthorized,        ///< 401, or any answer with the message "Unauthorized"
  kForbidden,           ///< 403
  kRedirect,            ///< 3xx: never followed
  kServerTrouble,       ///< 408, 5xx, 52x, a page of the edge: may or may not be applied
  kIdempotencyPending,  ///< 409 idempotency_error: the same key is being worked on
  kIdempotencyReused,   ///< 400 "Another idempotency key … different request parameters"
  kRefused,             ///< any other 4xx: permanent; `reason` says more where it can
};

/// An error answer, or the lack of one, understood.
struct Reply {
  Meaning meaning = Meaning::kUnreadable;
  model::Reason reason = model::Reason::kNone;  ///< for kRefused: the best match
  model::TargetWords words;
  std::string retry_after;  ///< as sent
};

/// What was asked, so that codes are read in its light.
enum class Subject { kOrganization, kUser, kMembership };

/// Classifies any answer by the table of answer_rule.h, which closes two gaps of the contract: a
/// bare `user_creation_error` without errors[] is kExists, for the target may answer a duplicate
/// like that (when the look-up finds nothing, it was a refusal); a page of the edge under a 4xx
/// status that says nothing by itself is kServerTrouble, for the API has not spoken. Pure; any
/// thread.
Reply Understand(Subject subject, const http::Response& response);

/// A cached answer: Age present and not 0.
bool CameFromCache(const http::Response& response);

}  // namespace rehome::directory

#pragma once

#include <optional>

#include "directory/error_body.h"
#include "directory/reply.h"
#include "model/reason.h"

namespace rehome::directory {

/// What the codes and words of a 4xx answer say about the object asked for.
struct Refusal {
  Meaning meaning = Meaning::kRefused;  ///< kRefused or kExists
  model::Reason reason = model::Reason::kNone;
  bool email_taken = false;
  bool external_id_taken = false;
};

/// Reads codes first (a refusal counts more than a duplicate: what is refused is not there), then
/// the status 409, then words. Nothing when none of them says anything known.
std::optional<Refusal> FindRefusal(Subject subject, int status, const ErrorBody& body);

/// Why the target refuses `subject` when it gives no reason we know.
model::Reason PlainRefusal(Subject subject);

/// Whether the code says only that the object is there already.
bool IsDuplicateCode(std::string_view code);

}  // namespace rehome::directory

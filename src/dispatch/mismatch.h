#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/reason.h"

namespace rehome::dispatch {

/// An answer that was not about what was asked: another object's, a cache's, or no object at all.
struct Mismatch {
  std::string request_id;  ///< of the request that got it
  model::Phase phase = model::Phase::kUsers;
  std::string question;  ///< what was asked, of a read: path and query; for no log
  std::string traces;    ///< what caches and proxies said of themselves, see http::Response
};

/// So many stop whatever meets them: a cache answers, not the target.
inline constexpr std::int64_t kMismatchesThatStop = 3;
/// Why they do, naming what the last of them carried.
base::Error TooManyMismatches(const Mismatch& last);

/// As the JSON object of an event: nothing of the question, which may name a person.
std::string EncodeMismatch(const Mismatch& mismatch);

}  // namespace rehome::dispatch

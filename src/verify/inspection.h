#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/request.h"
#include "model/verification.h"
#include "verify/asker.h"
#include "verify/comparison.h"

namespace rehome::verify {

/// What asking about one object by itself came to.
struct Inspected {
  enum class Fate { kAnswered, kStopped, kFailed };
  Fate fate = Fate::kFailed;
  std::vector<model::VerificationFinding> findings{};  ///< of kAnswered: empty = all is right
  std::string why{};                                   ///< of kFailed
};

/// Asks for an object by its unique keys and, unless that shows it, by its id; and for each of
/// `others`, ids of objects that seemed to be its doubles. One to four requests, one after another.
void Inspect(Asker& asker, Expectation expected, const std::vector<std::string>& others,
             http::Connection connection, std::function<void(Inspected)> done);

}  // namespace rehome::verify

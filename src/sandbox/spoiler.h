#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/answer.h"
#include "sandbox/fault.h"

namespace rehome::sandbox {

/// Turns true answers into those of faults. Remembers some bodies of each operation, to hand them
/// out to the wrong requests. Not thread-safe.
class Spoiler {
 public:
  Spoiler();

  /// The answer of a fault that needs no true one (see MayComeBefore); what `answer.response` has
  /// as its effect stays.
  static void Replace(const Fault& fault, Answer& answer);
  /// Makes the true answer of operation `route` (an index of Routes()) what `fault` wants. False
  /// when the fault has nothing to spoil there.
  bool Spoil(const Fault& fault, std::size_t route, Answer& answer) const;
  /// Sees a true answer.
  void Remember(std::size_t route, const Response& response);

 private:
  bool GiveOtherBody(std::size_t route, Response& response) const;
  bool RepeatLast(std::size_t route, Response& response) const;

  std::vector<std::deque<std::string>> bodies_;  // by route, the latest last
};

/// `text` as a gzip file, stored without compression.
std::string Gzip(std::string_view text);

}  // namespace rehome::sandbox

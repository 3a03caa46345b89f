#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rehome::simulation {

/// What one seed came to.
struct RunEnd {
  std::uint64_t digest = 0;         ///< of everything that happened
  std::vector<std::string> broken;  ///< laws, in words; empty = all held
  std::string text;                 ///< of the trace, if wanted
  std::int64_t events = 0;
  std::int64_t incarnations = 0;
  std::int64_t crashes = 0;
  std::int64_t sleeps = 0;
  std::int64_t overtaken = 0;  ///< of the sleeps
  std::int64_t fenced = 0;     ///< incarnations that were told by the journal
  std::int64_t late_answers = 0;
  std::int64_t requests = 0;
  std::int64_t parked = 0;  ///< rows
  std::int64_t failed = 0;
};

enum class Text { kDrop, kKeep };

/// Runs the import of this seed from its first process to its last. The same seed gives the same
/// end, whatever the machine. `folder` is for the file.
RunEnd RunSeed(std::uint64_t seed, const std::string& folder, Text text = Text::kDrop);

}  // namespace rehome::simulation

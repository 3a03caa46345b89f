#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "model/problem.h"

namespace rehome::report {

/// What the problems of a file come to.
struct ProblemTotals {
  std::int64_t rows = 0;
  std::int64_t users = 0;
  std::int64_t organizations = 0;
  std::int64_t errors = 0;
  std::int64_t warnings = 0;
  std::int64_t repaired = 0;       ///< of both, those that are repaired in `copy`
  std::string copy;                ///< the repaired copy; empty = there is none
  std::int64_t errors_left = 0;    ///< in the copy
  std::int64_t warnings_left = 0;  ///< in the copy
};

/// How a list of problems is written, piece by piece, so that it need not be in memory. Gives text;
/// one thread.
class ProblemList {
 public:
  virtual ~ProblemList() = default;
  virtual std::string Begin() = 0;
  /// `repaired`: a copy of the file is made, and in it this one is repaired.
  virtual std::string Add(const model::Problem& problem, bool repaired) = 0;
  virtual std::string End(const ProblemTotals& totals) = 0;
  /// Instead of `End`, of a file that is refused as a whole, with the sentence that says why.
  virtual std::string EndRefused(const std::string& why) = 0;
};

/// Two lines for each problem, `FILE:LINE:CHARACTER: …` as compilers do, and what to do. `file` is
/// the name that was typed, harmless on a terminal. The totals are not in it.
std::unique_ptr<ProblemList> MakeProblemText(std::string file);
/// A JSON object a line for each problem, and a last one (docs/validation.md).
std::unique_ptr<ProblemList> MakeProblemJson(std::string file);
/// A SARIF 2.1.0 log of one run. `uri` names the file, relative where it can be.
std::unique_ptr<ProblemList> MakeProblemSarif(std::string uri, std::string version);

/// The sentence of a problem: what is wrong, not where.
std::string SentenceOf(const model::Problem& problem);

}  // namespace rehome::report

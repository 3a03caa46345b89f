#pragma once

#include <array>
#include <cstdint>

#include "base/result.h"
#include "journal/verification_store.h"
#include "verify/question.h"

namespace rehome::verify {

/// How many of the run's objects were compared, by EffectKind.
class ComparedCounts {
 public:
  std::int64_t& operator[](model::EffectKind kind) {
    return counts_[static_cast<std::size_t>(kind)];
  }
  std::int64_t operator[](model::EffectKind kind) const {
    return counts_[static_cast<std::size_t>(kind)];
  }

 private:
  std::array<std::int64_t, 4> counts_{};
};

/// Compares the objects of one page with what is expected of them, in one change of the store:
/// those of the run are marked as seen, and suspected when something about them is not right; of
/// others, the run's objects that they seem to double are suspected.
base::Status MatchPage(journal::VerificationStore& store, const ObjectPage& page,
                       ComparedCounts& counts);

}  // namespace rehome::verify

#pragma once

#include <cstdint>
#include <string>

namespace rehome::base {

/// A seeded source of pseudo-random numbers (SplitMix64): for jitter, ids and tests, never for
/// secrets. One owner, one thread.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next();
  /// In [0, bound); 0 when bound is 0.
  std::uint64_t Below(std::uint64_t bound);
  /// In [0, 1).
  double Unit();
  /// A random UUID (version 4), lower case with dashes.
  std::string Uuid();

 private:
  std::uint64_t state_;
};

/// A seed from the system's entropy.
std::uint64_t EntropySeed();

}  // namespace rehome::base

#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rehome::base {

/// A 128-bit fingerprint of bytes (XXH3-128): for identity of files and keys of tables, not for
/// secrets.
struct Hash128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const Hash128&) const = default;
};

Hash128 HashBytes(std::string_view bytes);
/// 32 lower-case hexadecimal digits.
std::string ToHex(Hash128 hash);

/// XXH3-128 of bytes that come in pieces. One thread.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void Update(std::string_view bytes);
  Hash128 Finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256 in lower-case hexadecimal: one-way, for fingerprints of keys.
std::string Sha256Hex(std::string_view bytes);

}  // namespace rehome::base

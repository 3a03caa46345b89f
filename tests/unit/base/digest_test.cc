#include "base/digest.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"

namespace rehome::base {
namespace {

TEST(Hash128, OfNothingIsTheVectorOfXxh3) {
  EXPECT_EQ(ToHex(HashBytes("")), "99aa06d3014798d86001c324468d497f");
}

TEST(Hash128, WritesLeadingZeros) {
  EXPECT_EQ(ToHex({1, 0xab}), "000000000000000100000000000000ab");
}

TEST(Hasher, InPiecesEqualsTheHashOfTheWhole) {
  const std::uint64_t seed = EntropySeed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(random.Below(256));
  for (int round = 0; round < 20; ++round) {
    Hasher hasher;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = std::min<std::size_t>(random.Below(600), bytes.size() - at);
      hasher.Update(std::string_view(bytes).substr(at, size));
      at += size;
    }
    EXPECT_EQ(hasher.Finish(), HashBytes(bytes));
  }
}

TEST(Hasher, CanBeAskedBetweenPieces) {
  Hasher hasher;
  EXPECT_EQ(hasher.Finish(), HashBytes(""));
  hasher.Update("ab");
  EXPECT_EQ(hasher.Finish(), HashBytes("ab"));
  hasher.Update("c");
  EXPECT_EQ(hasher.Finish(), HashBytes("abc"));
}

// The vectors of FIPS 180-2 and of the empty message.
TEST(Sha256, GivesTheStandardsVectors) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace rehome::base

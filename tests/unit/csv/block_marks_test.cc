#include "csv/block_marks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"

namespace rehome::csv {
namespace {

std::vector<BlockMarks> MarksOf(MarkFinder finder, const std::string& bytes, char delimiter,
                                MarkState& state) {
  std::vector<BlockMarks> marks(bytes.size() / kBlockBytes);
  marks.resize(finder(bytes.data(), marks, delimiter, state));
  return marks;
}

std::string RandomBytes(base::Random& random, std::string_view alphabet, std::size_t size) {
  std::string bytes;
  while (bytes.size() < size) bytes += alphabet[random.Below(alphabet.size())];
  return bytes;
}

constexpr std::uint64_t kTopBit = std::uint64_t{1} << 63;

TEST(BlockMarks, MarksWhatStandsOutsideQuotesBitByBit) {
  std::string bytes(kBlockBytes, 'a');
  bytes.replace(0, 7, "\";\n\";a\"");
  bytes[63] = '\n';
  MarkState state;
  const auto marks = MarksOf(FinderOf(MarkMethod::kPortable), bytes, ';', state);
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].delimiters, 0b10000U);
  EXPECT_EQ(marks[0].suspects, 0b1000000U);
  EXPECT_EQ(marks[0].ends, 0U);
  EXPECT_EQ(marks[0].newlines, kTopBit | 0b100U);
  EXPECT_FALSE(marks[0].check_text);
  EXPECT_EQ(state, (MarkState{~std::uint64_t{0}, 0, 0, false}));
}

TEST(BlockMarks, CarriesWhatTheNextBlockMustKnow) {
  std::string bytes(kBlockBytes * 2, 'a');
  bytes[10] = '"';
  bytes[63] = '"';
  bytes[64] = '\n';
  MarkState state;
  const auto marks = MarksOf(FinderOf(MarkMethod::kPortable), bytes, ',', state);
  ASSERT_EQ(marks.size(), 2U);
  EXPECT_EQ(marks[0].suspects, std::uint64_t{1} << 10);
  EXPECT_EQ(marks[1].block, 1U);
  EXPECT_EQ(marks[1].ends, 1U);
  EXPECT_EQ(marks[1].suspects, 0U);
  EXPECT_EQ(state, (MarkState{0, 0, 1, false}));
}

TEST(BlockMarks, LeavesOutBlocksThatNeedNoLook) {
  const std::string bytes = std::string(kBlockBytes, 'a') + "\"" + std::string(126, ',') + "\"";
  MarkState state;
  state.quote_before = 1;
  state.inside = ~std::uint64_t{0};
  EXPECT_TRUE(MarksOf(BestFinder(), std::string(kBlockBytes, ','), ',', state).empty());
  state = {};
  const auto marks = MarksOf(BestFinder(), bytes, ',', state);
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].block, 1U);
}

TEST(BlockMarks, EveryMethodFindsTheSameAsThePortableOne) {
  const std::uint64_t seed = 20261123;
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  const std::string_view alphabets[] = {"\"a,\n", "\"\"ab,;\t|\r\n", "abcdefg\n,",
                                        std::string_view("a\0\x80\xff\x7f\x01\"", 7)};
  int compared = 0;
  for (const MarkMethod method : {MarkMethod::kSse2, MarkMethod::kAvx2, MarkMethod::kAvx512}) {
    const MarkFinder finder = FinderOf(method);
    if (finder == nullptr) continue;
    for (int round = 0; round < 500; ++round) {
      const std::string bytes = RandomBytes(random, alphabets[random.Below(4)], 64 * 7);
      const char delimiter = ",;\t|"[random.Below(4)];
      MarkState expected_state{random.Below(2) == 0 ? 0 : ~std::uint64_t{0}, random.Below(2),
                               random.Below(2), random.Below(2) == 0};
      MarkState state = expected_state;
      const auto expected =
          MarksOf(FinderOf(MarkMethod::kPortable), bytes, delimiter, expected_state);
      ASSERT_EQ(MarksOf(finder, bytes, delimiter, state), expected) << "round " << round;
      ASSERT_EQ(state, expected_state) << "round " << round;
      ++compared;
    }
  }
  EXPECT_TRUE(BestFinder() == FinderOf(MarkMethod::kPortable) || compared >= 500);
}

TEST(BlockMarks, SeesEveryByteThatIsNoPlainText) {
  for (const MarkMethod method :
       {MarkMethod::kPortable, MarkMethod::kSse2, MarkMethod::kAvx2, MarkMethod::kAvx512}) {
    const MarkFinder finder = FinderOf(method);
    if (finder == nullptr) continue;
    for (int byte = 0; byte < 256; ++byte) {
      for (std::size_t at = 0; at < kBlockBytes; ++at) {
        std::string bytes(kBlockBytes, 'a');
        bytes[at] = static_cast<char>(byte);
        MarkState state;
        const auto marks = MarksOf(finder, bytes, ',', state);
        const bool check_text = !marks.empty() && marks[0].check_text;
        ASSERT_EQ(check_text, byte == 0 || byte >= 128) << "byte " << byte << " at " << at;
        ASSERT_EQ(state.text_before, check_text);
      }
    }
  }
}

}  // namespace
}  // namespace rehome::csv

#include "csv/input.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "unit/csv/scratch_file.h"

namespace rehome::csv {
namespace {

// As a reference: the same splices put into the text by hand.
std::string Spliced(std::string text, std::vector<Splice> splices) {
  for (auto it = splices.rbegin(); it != splices.rend(); ++it) {
    text.replace(static_cast<std::size_t>(it->begin), static_cast<std::size_t>(it->end - it->begin),
                 it->bytes);
  }
  return text;
}

std::string ReadAll(const OpenInput& open, std::size_t step) {
  std::string text;
  std::string piece(step, '\0');
  while (true) {
    const auto got = open.ReadAt(static_cast<std::int64_t>(text.size()), piece);
    EXPECT_TRUE(got.ok());
    if (!got || *got == 0) return text;
    text.append(piece, 0, *got);
  }
}

TEST(Input, ReadsTheFileAsItIsWithoutSplices) {
  const test::ScratchFile file("email\na@example.com\n");
  const Input input(file.path());
  const auto open = OpenInput::Open(input);
  ASSERT_TRUE(open.ok());
  EXPECT_EQ(ReadAll(*open, 7), "email\na@example.com\n");
  EXPECT_EQ(input.SizeOf(20), 20);
  EXPECT_EQ(input.InFile(3, 5), (std::pair<std::int64_t, std::int64_t>(3, 5)));
  EXPECT_EQ(input.SpliceAt(3), nullptr);
}

TEST(Input, ReadsLongerShorterAndEmptySplicesInPiecesOfEverySize) {
  const std::string text = "a,b,c\n1,22,333\n,,\n4,5,6";
  const std::vector<Splice> splices = {
      {6, 7, "one"}, {8, 10, ""}, {15, 15, "now here"}, {17, 17, "and here"}, {22, 23, "\"x\ny\""}};
  const test::ScratchFile file(text);
  const Input input(file.path(), splices);
  const std::string expected = Spliced(text, splices);
  const auto open = OpenInput::Open(input);
  ASSERT_TRUE(open.ok());
  for (std::size_t step = 1; step <= expected.size() + 2; ++step) {
    EXPECT_EQ(ReadAll(*open, step), expected) << step;
  }
  EXPECT_EQ(input.SizeOf(static_cast<std::int64_t>(text.size())),
            static_cast<std::int64_t>(expected.size()));
}

TEST(Input, ReadsRandomSplicesFromEveryOffset) {
  std::mt19937 random(20261126);
  for (int round = 0; round < 30; ++round) {
    std::string text;
    std::vector<Splice> splices;
    for (int cell = 0; cell < 20; ++cell) {
      const auto begin = static_cast<std::int64_t>(text.size());
      text.append(random() % 4, 'o');
      if (random() % 3 == 0) {
        splices.push_back(
            {begin, static_cast<std::int64_t>(text.size()), std::string(random() % 5, 'N')});
      }
      text += ',';
    }
    const test::ScratchFile file(text);
    const auto open = OpenInput::Open(Input(file.path(), splices));
    ASSERT_TRUE(open.ok());
    const std::string expected = Spliced(text, splices);
    for (std::size_t offset = 0; offset <= expected.size(); ++offset) {
      std::string into(9, '\0');
      const auto got = open->ReadAt(static_cast<std::int64_t>(offset), into);
      ASSERT_TRUE(got.ok());
      EXPECT_EQ(into.substr(0, *got), expected.substr(offset, 9)) << round << " " << offset;
    }
  }
}

TEST(Input, SaysWhereInTheFileAWholeSpliceOrOtherBytesStand) {
  using Range = std::pair<std::int64_t, std::int64_t>;
  const test::ScratchFile file("aa,bb,cc");
  const Input input(file.path(), {{3, 5, "longer"}, {0, 2, ""}});  // reads ",longer,cc"
  EXPECT_EQ(input.InFile(0, 0), Range(0, 2));
  EXPECT_EQ(input.InFile(1, 7), Range(3, 5));
  EXPECT_EQ(input.InFile(8, 10), Range(6, 8));
  EXPECT_EQ(input.InFile(2, 7), std::nullopt);
  ASSERT_NE(input.SpliceAt(4), nullptr);
  EXPECT_EQ(input.SpliceAt(4)->bytes, "longer");
  EXPECT_EQ(input.SpliceAt(8), nullptr);
}

}  // namespace
}  // namespace rehome::csv

#include "validate/repaired_copy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "base/file.h"
#include "unit/validate/checked_file.h"

namespace rehome::validate {
namespace {

TEST(RepairedCopy, ReplacesBytesInFilesLargerThanABlock) {
  std::string bytes = "email\n";
  while (bytes.size() < 200000) bytes += "a" + std::to_string(bytes.size()) + "@x.com\n";
  const CheckedFile file(bytes);
  const std::string to = file.file.directory() + "/out.csv";
  auto copy = RepairedCopy::Create(file.path, to);
  ASSERT_TRUE(copy.ok());
  // Before, across and behind the borders of blocks of 64 KiB; an empty part; the last byte.
  const std::vector<Edit> edits = {
      {6, 10, "first"}, {65530, 65540, ""}, {131072, 131072, "between"}, {131073, 131074, "x"}};
  ASSERT_TRUE(copy->Apply(edits).ok());
  const auto size = static_cast<std::int64_t>(bytes.size());
  ASSERT_TRUE(copy->Apply({{size - 1, size, "!"}}).ok());
  ASSERT_TRUE(copy->Finish(file.survey).ok());
  EXPECT_FALSE(std::filesystem::exists(to));
  ASSERT_TRUE(copy->Publish(base::Existing::kKeep).ok());
  std::string expected = bytes;
  expected.replace(bytes.size() - 1, 1, "!");
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    expected.replace(static_cast<std::size_t>(edit->begin),
                     static_cast<std::size_t>(edit->end - edit->begin), edit->bytes);
  }
  EXPECT_EQ(*base::ReadWholeFile(to), expected);
  std::filesystem::remove(to);
}

TEST(RepairedCopy, IsNoneOfAFileThatIsAnotherNow) {
  const CheckedFile file("email\na@x.com\n");
  const std::string to = file.file.directory() + "/out.csv";
  {
    auto copy = RepairedCopy::Create(file.path, to);
    ASSERT_TRUE(copy.ok());
    file.file.Write("email\nb@x.com\n");
    const auto finished = copy->Finish(file.survey);
    ASSERT_FALSE(finished.ok());
    EXPECT_EQ(finished.error().code, base::ErrorCode::kInput);
    EXPECT_NE(finished.error().message.find("has other bytes than were checked"),
              std::string::npos);
  }
  {
    auto copy = RepairedCopy::Create(file.path, to);
    ASSERT_TRUE(copy.ok());
    file.file.Write("email\n");
    EXPECT_FALSE(copy->Finish(file.survey).ok());
  }
  EXPECT_FALSE(std::filesystem::exists(to));
}

}  // namespace
}  // namespace rehome::validate

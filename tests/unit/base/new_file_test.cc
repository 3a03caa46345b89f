#include "base/new_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace rehome::base {
namespace {

class NewFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "rehome-new-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    path_ = directory_ + "/out.csv";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::size_t Names() const { return ListDirectory(directory_)->size(); }

  std::string directory_;
  std::string path_;
};

TEST_F(NewFileTest, HasItsNameOnlyWhenItIsWholeAndIsForItsOwner) {
  {
    auto file = NewFile::Create(path_);
    ASSERT_TRUE(file.ok()) << file.error().message;
    ASSERT_TRUE(file->Write("one\n").ok());
    ASSERT_TRUE(file->Flush().ok());
    EXPECT_EQ(*ReadWholeFile(file->ReadablePath()), "one\n");
    EXPECT_FALSE(std::filesystem::exists(path_));
    ASSERT_TRUE(file->Write("two\n").ok());
    ASSERT_TRUE(file->Publish(Existing::kKeep).ok());
  }
  EXPECT_EQ(*ReadWholeFile(path_), "one\ntwo\n");
  EXPECT_EQ(Stat(path_)->mode, 0600U);
  EXPECT_EQ(Names(), 1U);
}

TEST_F(NewFileTest, LeavesNothingBehindWhenItIsNotPublished) {
  {
    auto file = NewFile::Create(path_);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Write(std::string(200000, 'x')).ok());
  }
  EXPECT_EQ(Names(), 0U);
}

TEST_F(NewFileTest, KeepsWhatHasItsNameUnlessToldOtherwise) {
  std::ofstream(path_) << "mine";
  auto kept = NewFile::Create(path_);
  ASSERT_TRUE(kept.ok());
  ASSERT_TRUE(kept->Write("other").ok());
  const auto refused = kept->Publish(Existing::kKeep);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "cannot create " + path_ + ": File exists");
  EXPECT_EQ(*ReadWholeFile(path_), "mine");
  ASSERT_TRUE(kept->Publish(Existing::kReplace).ok());
  EXPECT_EQ(*ReadWholeFile(path_), "other");
  EXPECT_EQ(Names(), 1U);
}

TEST_F(NewFileTest, ReplacesWhatALinkLeadsTo) {
  std::ofstream(directory_ + "/real.csv") << "old";
  std::filesystem::create_symlink("real.csv", path_);
  auto file = NewFile::Create(path_);
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->Write("new").ok());
  ASSERT_TRUE(file->Publish(Existing::kReplace).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(path_));
  EXPECT_EQ(*ReadWholeFile(directory_ + "/real.csv"), "new");
}

TEST_F(NewFileTest, SaysThatItsDirectoryIsGone) {
  const auto file = NewFile::Create(directory_ + "/gone/out.csv");
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().message,
            "cannot create " + directory_ + "/gone/out.csv: No such file or directory");
}

TEST_F(NewFileTest, KnowsAFileByAnotherName) {
  std::ofstream(path_) << "x";
  std::filesystem::create_symlink("out.csv", directory_ + "/link.csv");
  std::filesystem::create_hard_link(path_, directory_ + "/hard.csv");
  std::ofstream(directory_ + "/other.csv") << "x";
  EXPECT_TRUE(IsSameFile(path_, directory_ + "/./link.csv"));
  EXPECT_TRUE(IsSameFile(path_, directory_ + "/hard.csv"));
  EXPECT_FALSE(IsSameFile(path_, directory_ + "/other.csv"));
  EXPECT_FALSE(IsSameFile(path_, directory_ + "/none.csv"));
}

}  // namespace
}  // namespace rehome::base

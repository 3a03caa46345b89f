#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rehome::base {
namespace {

/// Gives each test a directory of its own and a umask that would let everybody read.
class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "rehome-file-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    old_mask_ = umask(0);
  }
  void TearDown() override {
    umask(old_mask_);
    std::filesystem::remove_all(root_);
  }
  std::string Path(const std::string& name) const { return root_ + "/" + name; }

 private:
  std::string root_;
  mode_t old_mask_ = 0;
};

TEST_F(FileTest, ReplacesAFileWholeAndForTheOwnerOnly) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "first").ok());
  ASSERT_TRUE(ReplaceFile(Path("a"), "second").ok());
  EXPECT_EQ(*ReadWholeFile(Path("a")), "second");
  EXPECT_EQ(Stat(Path("a"))->mode, 0600U);
  EXPECT_EQ(*ListDirectory(Path(".")), std::vector<std::string>{"a"});
  ASSERT_TRUE(ReplaceFileUnsynced(Path("a"), "third").ok());
  EXPECT_EQ(*ReadWholeFile(Path("a")), "third");
}

TEST_F(FileTest, ReaderOfTheOldFileKeepsTheOldBytes) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "old").ok());
  const auto reader = OpenForReading(Path("a"));
  ASSERT_TRUE(ReplaceFile(Path("a"), "new").ok());
  std::array<char, 8> bytes{};
  ASSERT_EQ(*reader->ReadAt(0, bytes), 3U);
  EXPECT_EQ(std::string(bytes.data(), 3), "old");
}

TEST_F(FileTest, FailedReplacementLeavesTheOldFileAlone) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "old").ok());
  ASSERT_EQ(mkdir(Path("a.tmp").c_str(), 0700), 0);  // so that the new bytes cannot be written
  const Status replaced = ReplaceFile(Path("a"), "new");
  ASSERT_FALSE(replaced.ok());
  EXPECT_EQ(replaced.error().message, "cannot write " + Path("a.tmp") + ": Is a directory");
  EXPECT_EQ(*ReadWholeFile(Path("a")), "old");
}

TEST_F(FileTest, NamesTheFileThatWasToBeReplaced) {
  const Status absent = ReplaceFile(Path("none/a"), "new");
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().message,
            "cannot write " + Path("none/a") + ": No such file or directory");
}

TEST_F(FileTest, DoesNotWriteThroughALinkInPlaceOfTheTemporaryFile) {
  ASSERT_TRUE(ReplaceFile(Path("victim"), "kept").ok());
  ASSERT_EQ(symlink(Path("victim").c_str(), Path("a.tmp").c_str()), 0);
  EXPECT_FALSE(ReplaceFile(Path("a"), "new").ok());
  EXPECT_EQ(*ReadWholeFile(Path("victim")), "kept");
}

TEST_F(FileTest, WritesWhereAPersonNamesItAndKeepsLinks) {
  ASSERT_TRUE(WriteWhereNamed(Path("file"), "new").ok());
  EXPECT_EQ(*ReadWholeFile(Path("file")), "new");
  for (const char* target : {"file", "not-there-yet"}) {
    SCOPED_TRACE(target);
    const std::string link = Path(std::string("link-to-") + target);
    ASSERT_EQ(symlink(target, link.c_str()), 0);
    ASSERT_TRUE(WriteWhereNamed(link, "newer").ok());
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(*ReadWholeFile(Path(target)), "newer");
    EXPECT_EQ(Stat(Path(target))->mode, 0600U);
  }
}

TEST_F(FileTest, WritesIntoAPipeOrADeviceAndLeavesItThere) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  const int reader = open(Path("pipe").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  ASSERT_TRUE(WriteWhereNamed(Path("pipe"), "report").ok());
  std::array<char, 16> bytes{};
  EXPECT_EQ(read(reader, bytes.data(), bytes.size()), 6);
  close(reader);
  EXPECT_EQ(Stat(Path("pipe"))->kind, FileFacts::Kind::kPipe);
  ASSERT_EQ(symlink("/dev/null", Path("null").c_str()), 0);
  EXPECT_TRUE(WriteWhereNamed(Path("null"), "report").ok());
  EXPECT_TRUE(std::filesystem::is_character_file(Path("null")));
  const Status directory = WriteWhereNamed(Path("."), "report");
  ASSERT_FALSE(directory.ok());
  EXPECT_EQ(directory.error().message, "cannot write " + Path(".") + ": Is a directory");
}

TEST_F(FileTest, CreatesFilesForTheOwnerOnly) {
  ASSERT_TRUE(CreateFile(Path("created"))->Write("x").ok());
  ASSERT_TRUE(OpenForAppending(Path("appended"))->Write("x").ok());
  EXPECT_EQ(Stat(Path("created"))->mode, 0600U);
  EXPECT_EQ(Stat(Path("appended"))->mode, 0600U);
}

// A process that was killed while it wrote leaves one; what others could read must not stay so.
TEST_F(FileTest, TakesTheModeOfALeftOverFileAway) {
  ASSERT_TRUE(CreateFile(Path("a.tmp")).ok());
  ASSERT_EQ(chmod(Path("a.tmp").c_str(), 0644), 0);
  ASSERT_TRUE(ReplaceFile(Path("a"), "new").ok());
  EXPECT_EQ(Stat(Path("a"))->mode, 0600U);
  ASSERT_EQ(chmod(Path("a").c_str(), 0644), 0);
  ASSERT_TRUE(CreateFile(Path("a")).ok());
  EXPECT_EQ(Stat(Path("a"))->mode, 0600U);
}

TEST_F(FileTest, AppendsBehindWhatIsThereAndCreatesAfresh) {
  ASSERT_TRUE(OpenForAppending(Path("a"))->Write("one").ok());
  ASSERT_TRUE(OpenForAppending(Path("a"))->Write("two").ok());
  EXPECT_EQ(*ReadWholeFile(Path("a")), "onetwo");
  ASSERT_TRUE(CreateFile(Path("a"))->Write("new").ok());
  EXPECT_EQ(*ReadWholeFile(Path("a")), "new");
}

TEST_F(FileTest, MakesDirectoriesForTheOwnerOnlyAndOnce) {
  ASSERT_TRUE(MakeDirectories(Path("x/y/z")).ok());
  ASSERT_TRUE(MakeDirectories(Path("x/y/z")).ok());
  EXPECT_EQ(Stat(Path("x"))->mode, 0700U);
  EXPECT_EQ(Stat(Path("x/y/z"))->mode, 0700U);
  EXPECT_EQ(Stat(Path("x/y"))->kind, FileFacts::Kind::kDirectory);
  ASSERT_TRUE(ReplaceFile(Path("file"), "").ok());
  const Status made = MakeDirectories(Path("file"));
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().message,
            "cannot create the directory " + Path("file") + ": Not a directory");
}

TEST_F(FileTest, ReadsAtAnOffsetUpToTheEnd) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "0123456789").ok());
  const auto file = OpenForReading(Path("a"));
  std::array<char, 4> bytes{};
  EXPECT_EQ(*file->ReadAt(8, bytes), 2U);
  EXPECT_EQ(*file->ReadAt(3, bytes), 4U);
  EXPECT_EQ(std::string(bytes.data(), 4), "3456");
  EXPECT_EQ(*file->ReadAt(100, bytes), 0U);
}

TEST_F(FileTest, NamesTheFileThatCannotBeRead) {
  std::array<char, 4> bytes{};
  const auto read = OpenForReading(Path("."))->ReadAt(0, bytes);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, "cannot read " + Path(".") + ": Is a directory");
}

TEST_F(FileTest, SyncsADirectoryAndNothingElse) {
  EXPECT_TRUE(SyncDirectory(Path(".")).ok());
  ASSERT_TRUE(ReplaceFile(Path("file"), "").ok());
  const Status synced = SyncDirectory(Path("file"));
  ASSERT_FALSE(synced.ok());
  EXPECT_EQ(synced.error().message, "cannot open " + Path("file") + ": Not a directory");
}

TEST_F(FileTest, RefusesToReadMoreThanTheLimit) {
  ASSERT_TRUE(ReplaceFile(Path("a"), "12345").ok());
  EXPECT_EQ(*ReadWholeFile(Path("a"), 5), "12345");
  const auto read = ReadWholeFile(Path("a"), 4);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().message, Path("a") + ": is larger than 4 bytes");
}

TEST_F(FileTest, SaysWhatIsMissing) {
  const auto opened = OpenForReading(Path("absent"));
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(opened.error().message,
            "cannot open " + Path("absent") + ": No such file or directory");
  EXPECT_FALSE(Stat(Path("absent")).ok());
  EXPECT_FALSE(RemoveFile(Path("absent")).ok());
  EXPECT_FALSE(ListDirectory(Path("absent")).ok());
}

TEST_F(FileTest, TellsAFullDiskFromOtherTrouble) {
  EXPECT_EQ(SystemError("write", "a", ENOSPC).code, ErrorCode::kDiskFull);
  EXPECT_EQ(SystemError("write", "a", EDQUOT).code, ErrorCode::kDiskFull);
  EXPECT_EQ(SystemError("write", "a", EIO).code, ErrorCode::kIo);
}

TEST_F(FileTest, FindsTheFreeSpaceOfAFolderThatIsStillToBeMade) {
  EXPECT_GT(FreeBytes(Path("not/yet/made")), 0);
}

TEST_F(FileTest, KeepsTheUnnamedFileOutOfTheFolder) {
  auto file = CreateUnnamedFile(Path("."));
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->Write("abc").ok());
  std::array<char, 3> bytes{};
  EXPECT_EQ(*file->ReadAt(0, bytes), 3U);
  EXPECT_TRUE(ListDirectory(Path("."))->empty());
}

TEST_F(FileTest, RecognizesAPipe) {
  ASSERT_EQ(mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(Stat(Path("pipe"))->kind, FileFacts::Kind::kPipe);
}

TEST_F(FileTest, ClosesOnceWhoeverOwnsIt) {
  auto first = CreateFile(Path("a"));
  File second = std::move(*first);
  EXPECT_FALSE(first->is_open());
  EXPECT_TRUE(second.is_open());
  second = File();
  EXPECT_FALSE(second.is_open());
}

}  // namespace
}  // namespace rehome::base

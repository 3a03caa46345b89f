#include "journal/lock_directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "journal/local_storage.h"
#include "journal/run_lock.h"
#include "journal_fixture.h"

namespace rehome::journal {
namespace {

using LockDirectoryTest = JournalTest;

TEST(LockPaths, AreOnePerOriginAndTargetName) {
  struct Case {
    const char* name;
    const char* endpoint;
    const char* origin;
  };
  for (const Case& c : {
           Case{"plain", "https://api.workos.com", "https://api.workos.com:443"},
           Case{"path and case", "HTTPS://API.workos.com/v1?x#y", "https://api.workos.com:443"},
           Case{"written port", "https://api.workos.com:443/", "https://api.workos.com:443"},
           Case{"other port", "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
           Case{"http", "http://localhost", "http://localhost:80"},
           Case{"no scheme", "api.workos.com", "https://api.workos.com:443"},
           Case{"user", "https://me:pw@api.workos.com/", "https://api.workos.com:443"},
           Case{"IPv6", "http://[::1]/", "http://[::1]:80"},
           Case{"IPv6 with port", "http://[::1]:81", "http://[::1]:81"},
       }) {
    EXPECT_EQ(OriginOf(c.endpoint), c.origin) << c.name;
  }
  EXPECT_EQ(LockPath("https://api.workos.com", "a"), LockPath("https://api.workos.com:443/", "a"));
  EXPECT_NE(LockPath("https://api.workos.com", "a"), LockPath("https://api.workos.com", "b"));
}

TEST_F(LockDirectoryTest, IsTheChosenOneAndTheKeyHasSixteenDigits) {
  ASSERT_EQ(setenv("REHOME_LOCK_DIR", InFolder("chosen").c_str(), 1), 0);
  // The first digits of sha256("https://api.workos.com:443\nacme").
  EXPECT_EQ(LockPath("https://api.workos.com", "acme"),
            InFolder("chosen/") + "91f4ccde3a204274.lock");
  ASSERT_EQ(unsetenv("REHOME_LOCK_DIR"), 0);
  EXPECT_TRUE(LockDirectory() == "/run/lock/rehome-locks" || LockDirectory() == "/tmp/rehome-locks")
      << LockDirectory();
}

TEST_F(LockDirectoryTest, IsMadeForEveryUserWithNothingLeftBeside) {
  const std::string path = InFolder("a/locks");
  const mode_t before = umask(077);
  EXPECT_TRUE(PrepareLockDirectory(path).ok());
  umask(before);
  EXPECT_TRUE(PrepareLockDirectory(path).ok());
  EXPECT_EQ(base::Stat(path)->mode, 01777U);
  EXPECT_EQ(*base::ListDirectory(InFolder("a")), std::vector<std::string>{"locks"});
}

TEST_F(LockDirectoryTest, IsRefusedWhenOthersCouldSwapTheFiles) {
  const std::string remedy =
      "; set REHOME_LOCK_DIR, for every user of this machine, to a directory of your own";
  ASSERT_TRUE(base::MakeDirectories(InFolder("open")).ok());
  ASSERT_EQ(chmod(InFolder("open").c_str(), 0777), 0);
  EXPECT_EQ(PrepareLockDirectory(InFolder("open")).error().message,
            InFolder("open") +
                ": cannot hold locks, since everyone may remove files there (it is not sticky)" +
                remedy);
  std::filesystem::create_symlink(InFolder("open"), InFolder("link"));
  EXPECT_EQ(PrepareLockDirectory(InFolder("link")).error().message,
            InFolder("link") + ": cannot hold locks, since it is a symbolic link" + remedy);
  ASSERT_TRUE(base::ReplaceFile(InFolder("file"), "").ok());
  EXPECT_EQ(PrepareLockDirectory(InFolder("file")).error().message,
            InFolder("file") + ": cannot hold locks, since it is not a directory" + remedy);
}

TEST(LocalStorage, KnowsTheFileSystemsWhereLocksCannotBeTrusted) {
  struct Case {
    const char* name;
    long magic;
  };
  for (const Case& c : {Case{"NFS", 0x6969}, Case{"SMB", 0xff534d42}, Case{"SMB", 0x517b},
                        Case{"SMB", static_cast<int>(0xfe534d42)}, Case{"9p", 0x01021997},
                        Case{"FUSE", 0x65735546}, Case{"", 0xef53}, Case{"", 0x01021994}}) {
    EXPECT_EQ(NameOfRemoteFileSystem(c.magic), c.name) << std::hex << c.magic;
  }
}

}  // namespace
}  // namespace rehome::journal

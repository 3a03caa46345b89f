#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "journal/sqlite_journal.h"

namespace rehome::journal {

/// A folder of its own that goes with the test.
class JournalTest : public testing::Test {
 protected:
  JournalTest() {
    std::string pattern = testing::TempDir() + "rehome-journal-XXXXXX";
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  ~JournalTest() override {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  std::string InFolder(const std::string& name) const { return folder_ + "/" + name; }
  std::string path() const { return InFolder("journal.db"); }
  std::string Bytes(const std::string& name) const {
    auto bytes = base::ReadWholeFile(InFolder(name));
    return bytes ? *bytes : "unreadable: " + bytes.error().message;
  }
  void Create(int chunks = 3) {
    std::vector<Chunk> map;
    for (int i = 0; i < chunks; ++i)
      map.push_back({i, i * 100, i * 100 + 100, i * 5 + 1, i * 5 + 2, 5});
    const auto created = CreateSqliteJournal(path(), map);
    ASSERT_TRUE(created.ok()) << created.error().message;
  }
  std::unique_ptr<Journal> Open(const SqliteJournalOptions& options = {}) {
    auto journal = OpenSqliteJournal(path(), clock_, options);
    EXPECT_TRUE(journal.ok()) << (journal ? "" : journal.error().message);
    return journal ? *std::move(journal) : nullptr;
  }
  std::unique_ptr<JournalReader> Read() {
    auto reader = OpenJournalReader(path());
    EXPECT_TRUE(reader.ok()) << (reader ? "" : reader.error().message);
    return reader ? *std::move(reader) : nullptr;
  }

  base::SystemClock clock_;

 private:
  std::string folder_;
};

/// Appends and waits for the commit.
inline base::Status AppendAndWait(Journal& journal, std::vector<Record> records) {
  auto committed = std::make_shared<std::promise<base::Status>>();
  auto future = committed->get_future();
  journal.Append(std::move(records),
                 [committed](const base::Status& status) { committed->set_value(status); });
  return future.get();
}

inline base::Result<std::optional<model::Effect>> FindAndWait(Journal& journal,
                                                              const std::string& key) {
  using Found = base::Result<std::optional<model::Effect>>;
  auto answer = std::make_shared<std::promise<Found>>();
  auto future = answer->get_future();
  journal.FindEffect(key, [answer](Found found) { answer->set_value(std::move(found)); });
  return future.get();
}

inline model::Effect EffectOf(std::int64_t row, std::string key = {}) {
  model::Effect effect;
  effect.row = row;
  effect.key = std::move(key);
  return effect;
}

/// Runs `child` in a process of its own and gives what waitpid says.
inline int InChild(const std::function<void()>& child) {
  const pid_t pid = fork();
  if (pid == 0) {
    child();
    _exit(0);
  }
  int status = -1;
  waitpid(pid, &status, 0);
  return status;
}

}  // namespace rehome::journal

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <filesystem>

#include <csignal>
#include <cstring>
#include <thread>

#include "journal/sqlite_rows.h"
#include "journal_fixture.h"

// What a journal is worth after its process, its disk or its file came to harm.
namespace rehome::journal {
namespace {

class JournalAfter : public JournalTest {
 protected:
  std::vector<std::int64_t> RowsInside() {
    std::vector<std::int64_t> rows;
    auto reader = Read();
    if (!reader) return rows;
    const auto visited =
        reader->VisitEffects([&](const model::Effect& effect) { rows.push_back(effect.row); });
    EXPECT_TRUE(visited.ok());
    return rows;
  }
  void ExpectRefusedAndUntouched(const std::string& name, const std::string& finding) {
    const std::string before = Bytes("journal.db");
    const std::string expected =
        path() + ": the journal is damaged (" + finding +
        ") and was left untouched; `rehome resume " +
        std::filesystem::path(path()).parent_path().filename().string() +
        " --rebuild` makes a new one from the file and the target: what is there is found, not "
        "created twice (a run with corrected rows is imported anew instead)";
    const auto journal = OpenSqliteJournal(path(), clock_);
    ASSERT_FALSE(journal.ok()) << name;
    EXPECT_EQ(journal.error().message, expected) << name;
    EXPECT_EQ(journal.error().code, base::ErrorCode::kFormat) << name;
    const auto reader = OpenJournalReader(path());
    ASSERT_FALSE(reader.ok()) << name;
    EXPECT_EQ(reader.error().message, expected) << name;
    EXPECT_TRUE(Bytes("journal.db") == before) << name << ": its bytes changed";
  }
};

// Kills the process at the `visit`-th pass of `point`.
SqliteJournalOptions KillAt(std::string point, int visit) {
  auto left = std::make_shared<int>(visit);
  return {{[point = std::move(point), left](std::string_view at) {
    if (at == point && --*left == 0) raise(SIGKILL);
  }}};
}

TEST_F(JournalAfter, AKillHoldsExactlyWhatWasCommitted) {
  struct Case {
    const char* point;
    int visit;
    std::vector<std::int64_t> rows;
  };
  for (const Case& c : {
           Case{"before_commit", 1, {}},
           Case{"after_commit", 1, {1, 2}},
           Case{"before_commit", 3, {1, 2, 3, 4}},
           Case{"after_commit", 3, {1, 2, 3, 4, 5, 6}},
       }) {
    const std::string name = std::string(c.point) + " " + std::to_string(c.visit);
    std::filesystem::remove(path());
    std::filesystem::remove(path() + "-wal");
    Create();
    const int status = InChild([&] {
      auto journal = Open(KillAt(c.point, c.visit));
      for (std::int64_t row = 1; row < 20; row += 2) {
        if (!AppendAndWait(*journal, {EffectOf(row), EffectOf(row + 1)})) _exit(1);
      }
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << name;
    EXPECT_EQ(RowsInside(), c.rows) << name;
    auto journal = Open();
    EXPECT_EQ(journal->epoch(), 2) << name;
    EXPECT_EQ(journal->Load(0, 99)->effects.size(), c.rows.size()) << name;
  }
}

TEST_F(JournalAfter, AKillIsReadWithoutChangingTheFile) {
  Create();
  InChild([&] {
    auto journal = Open();
    if (!AppendAndWait(*journal, {EffectOf(1)})) _exit(1);
    raise(SIGKILL);
  });
  const std::string file = Bytes("journal.db");
  const std::string log = Bytes("journal.db-wal");
  ASSERT_GT(log.size(), 4096U);
  EXPECT_EQ(RowsInside(), std::vector<std::int64_t>{1});
  EXPECT_TRUE(Bytes("journal.db") == file);
  EXPECT_TRUE(Bytes("journal.db-wal") == log);
}

TEST_F(JournalAfter, AKillOfTheHolderOfChunksOffersThemAgain) {
  Create(4);
  const int status = InChild([&] {
    auto journal = Open();
    if (journal->Claim(3)->size() != 3) _exit(1);
    if (!AppendAndWait(*journal, {ChunkChange{1, Chunk::State::kCompleted}})) _exit(1);
    raise(SIGKILL);
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  auto journal = Open();
  std::vector<std::int64_t> numbers;
  const auto chunks = journal->Claim(9);
  for (const Chunk& chunk : *chunks) numbers.push_back(chunk.number);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{0, 2, 3}));
}

TEST_F(JournalAfter, AKillWithATornLogHoldsTheWholeCommitsBeforeIt) {
  Create();
  InChild([&] {
    auto journal = Open();
    for (int row = 1; row <= 3; ++row) {
      if (!AppendAndWait(*journal, {EffectOf(row)})) _exit(1);
    }
    raise(SIGKILL);
  });
  std::filesystem::resize_file(path() + "-wal", std::filesystem::file_size(path() + "-wal") - 9);
  EXPECT_EQ(RowsInside(), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(JournalAfter, AFullDiskFailsEveryLaterCallWithTheFirstError) {
  Create();
  const int status = InChild([&] {
    auto journal = Open();
    if (!AppendAndWait(*journal, {EffectOf(1)})) _exit(1);
    // A limit on the size of files is the full disk that needs no privileges. What SQLite makes of
    // it is an error of the disk; a real full one says so itself.
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{40'000, 40'000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(2);
    std::vector<std::int64_t> promised = {1};
    base::Status first;
    for (std::int64_t row = 2; row < 1000 && first; ++row) {
      model::Effect effect = EffectOf(row);
      effect.detail = std::string(3000, 'x');
      first = AppendAndWait(*journal, {effect});
      if (first) promised.push_back(row);
    }
    if (first) _exit(3);
    if (first.error().code != base::ErrorCode::kDiskFull &&
        first.error().code != base::ErrorCode::kIo) {
      _exit(4);
    }
    const std::string& message = first.error().message;
    if (message.find("nothing more is sent") == std::string::npos) _exit(5);
    const auto again = AppendAndWait(*journal, {EffectOf(5000)});
    if (again || again.error().message != message) _exit(6);
    if (journal->Claim(1).error().message != message) _exit(7);
    if (journal->Load(1, 1).error().message != message) _exit(8);
    if (FindAndWait(*journal, "x").error().message != message) _exit(9);
    if (journal->Health().error().message != message) _exit(10);
    if (journal->Close().error().message != message) _exit(11);
    _exit(100 + static_cast<int>(promised.size()));
  });
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_GT(WEXITSTATUS(status), 101) << "a check in the child failed";
  // Everything that was promised is there; at most the one that failed may be there too.
  const auto promised = static_cast<std::size_t>(WEXITSTATUS(status) - 100);
  const auto rows = RowsInside();
  ASSERT_GE(rows.size(), promised);
  EXPECT_LE(rows.size(), promised + 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i], static_cast<std::int64_t>(i) + 1);
  }
}

TEST_F(JournalAfter, DamageIsReportedAndTheFileLeftAsItIs) {
  Create();
  {
    auto journal = Open();
    std::vector<Record> records;
    for (int row = 1; row < 300; ++row) records.emplace_back(EffectOf(row));
    ASSERT_TRUE(AppendAndWait(*journal, records).ok());
  }
  const std::string whole = Bytes("journal.db");
  ASSERT_GT(whole.size(), 40'000U);
  std::string zeroed = whole;
  zeroed.replace(28'672, 4096, 4096, '\0');
  std::string stranger = whole;
  std::memcpy(stranger.data(), "not a db", 8);
  struct Case {
    const char* name;
    std::string bytes;
    const char* finding;
  };
  for (const Case& c : {
           Case{"cut", whole.substr(0, 20'000), "database disk image is malformed"},
           Case{"zeroed page", zeroed, nullptr},
           Case{"garbage", std::string(9000, 'g'), "file is not a database"},
           Case{"other header", stranger, "file is not a database"},
           Case{"empty", "", "it is no journal of rehome"},
       }) {
    ASSERT_TRUE(base::ReplaceFile(path(), c.bytes).ok());
    if (c.finding != nullptr) {
      ExpectRefusedAndUntouched(c.name, c.finding);
      continue;
    }
    EXPECT_EQ(OpenSqliteJournal(path(), clock_).error().code, base::ErrorCode::kFormat) << c.name;
    EXPECT_TRUE(Bytes("journal.db") == c.bytes) << c.name;
  }
}

TEST_F(JournalAfter, ASecondConnectionIsRefusedAsLocked) {
  Create();
  auto journal = Open();
  const std::string message =
      path() +
      ": the journal is in use by a running rehome process; look at the run with `rehome status`, "
      "or try again when it has ended";
  const auto second = OpenSqliteJournal(path(), clock_);
  EXPECT_EQ(second.error().code, base::ErrorCode::kLocked);
  EXPECT_EQ(second.error().message, message);
  EXPECT_EQ(OpenJournalReader(path()).error().message, message);
  const int status = InChild([&] {
    const auto other = OpenJournalReader(path());
    _exit(!other && other.error().message == message ? 0 : 1);
  });
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(AppendAndWait(*journal, {EffectOf(1)}).ok());
}

TEST_F(JournalAfter, ARunWaitsForAReaderAndAReaderForItsTurn) {
  Create();
  for (const bool run : {true, false}) {
    auto reader = Read();
    std::thread ends([&reader] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      reader.reset();
    });
    if (run) {
      EXPECT_TRUE(OpenSqliteJournal(path(), clock_, {.hooks = {}, .patience = kRunPatience}).ok());
    } else {
      EXPECT_TRUE(OpenJournalReader(path(), std::chrono::seconds(10)).ok());
    }
    ends.join();
  }
  const auto reader = Read();
  const auto late =
      OpenSqliteJournal(path(), clock_, {.hooks = {}, .patience = std::chrono::milliseconds(50)});
  EXPECT_EQ(late.error().code, base::ErrorCode::kLocked);
}

TEST_F(JournalAfter, ItsCreationIsNeverHalfDone) {
  EXPECT_EQ(OpenSqliteJournal(path(), clock_).error().code, base::ErrorCode::kNotFound);
  ASSERT_TRUE(base::ReplaceFile(path() + ".new", "left by a process that died").ok());
  Create();
  EXPECT_EQ(*base::ListDirectory(InFolder("")), std::vector<std::string>{"journal.db"});
  EXPECT_EQ(CreateSqliteJournal(path(), {}).error().message,
            path() + ": exists already; a journal is made once");
}

}  // namespace
}  // namespace rehome::journal

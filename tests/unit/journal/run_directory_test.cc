#include "journal/run_directory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "journal/run_facts_json.h"
#include "journal_fixture.h"

namespace rehome::journal {
namespace {

RunFacts FullFacts() {
  RunFacts facts;
  facts.run_id = "20261123-093000-ab12";
  facts.rehome_version = "0.1.0";
  facts.created_at = "2026-11-23T09:30:00.000Z";
  facts.target_name = "prod \"eu\"";
  facts.endpoint = "https://api.workos.com";
  facts.key_fingerprint = "0123456789ab";
  facts.key_origin = "WORKOS_SECRET_KEY";
  facts.file = "/data/users.csv";
  facts.file_bytes = 5'000'000'000;
  facts.file_hash = "ffee";
  facts.rows = 14997;
  facts.first_row = 2;
  facts.last_row = 14000;
  facts.options = {{"on-existing", "adopt"}, {"rate", ""}};
  facts.command = "rehome import users.csv";
  facts.state = "finished";
  facts.exit_code = 1;
  facts.finished_at = "2026-11-23T10:00:00.000Z";
  facts.rehearsal_of = "rehome import users.csv";
  return facts;
}

base::WallTime At(const char* text) { return base::ParseIso8601(text); }

class RunDirectories : public JournalTest {
 protected:
  // A run that `All` sees.
  std::string Make(const char* time, std::uint64_t random) {
    const auto run = store_.Create(At(time), random);
    EXPECT_TRUE(run.ok());
    RunFacts facts;
    facts.run_id = run->run_id();
    facts.created_at = time;
    EXPECT_TRUE(run->WriteFacts(facts).ok());
    return run->run_id();
  }

  RunStore store_{InFolder(".rehome/runs")};
};

TEST(RunFacts, ComeBackAsTheyWereWritten) {
  const std::string text = EncodeRunFacts(FullFacts());
  EXPECT_TRUE(text.starts_with(R"({"version":1,"run_id":"20261123-093000-ab12",)")) << text;
  const auto facts = DecodeRunFacts(text);
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(EncodeRunFacts(*facts), text);
  EXPECT_EQ(facts->file_bytes, 5'000'000'000);
  EXPECT_EQ(facts->exit_code, 1);
  EXPECT_EQ(facts->options, FullFacts().options);
  EXPECT_EQ(facts->target_name, "prod \"eu\"");
  EXPECT_TRUE(IsRehearsal(*facts));
  EXPECT_FALSE(IsRehearsal(RunFacts()));
}

TEST(RunFacts, AreRefusedWhenTheyAreOfAnotherVersion) {
  EXPECT_EQ(DecodeRunFacts(R"({"version":2})").error().message,
            "it has version 2 and this rehome knows version 1");
  EXPECT_EQ(DecodeRunFacts("[]").error().message, "it has no version");
  EXPECT_FALSE(DecodeRunFacts("{").ok());
}

TEST_F(RunDirectories, ArePrivateAndInvisibleToGit) {
  const auto run = store_.Create(At("2026-11-23T09:30:00Z"), 0xab12);
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->path(), InFolder(".rehome/runs/20261123-093000-ab12"));
  ASSERT_TRUE(run->WriteFacts(FullFacts()).ok());
  EXPECT_EQ(base::Stat(run->path())->mode, 0700U);
  EXPECT_EQ(base::Stat(store_.root())->mode, 0700U);
  EXPECT_EQ(base::Stat(run->File("run.json"))->mode, 0600U);
  EXPECT_EQ(Bytes(".rehome/runs/.gitignore"), "*\n");
}

TEST_F(RunDirectories, KeepWhatTheUserPutIntoGitignore) {
  ASSERT_TRUE(base::MakeDirectories(store_.root()).ok());
  ASSERT_TRUE(base::ReplaceFile(store_.root() + "/.gitignore", "mine\n").ok());
  ASSERT_TRUE(store_.Create(At("2026-11-23T09:30:00Z"), 1).ok());
  EXPECT_EQ(Bytes(".rehome/runs/.gitignore"), "mine\n");
}

// Two starts made the .gitignore of a new runs directory at once, and one of them failed.
TEST_F(RunDirectories, AreMadeByManyStartsAtOnceInANewPlace) {
  for (int round = 0; round < 50; ++round) {
    const RunStore store(InFolder("runs" + std::to_string(round)));
    std::vector<std::thread> starts;
    std::atomic<int> made{0};
    for (std::uint64_t start = 0; start < 8; ++start) {
      starts.emplace_back([&, start] {
        const auto run = store.Create(base::WallTime(std::chrono::milliseconds(1)), start);
        if (run) ++made;
      });
    }
    for (std::thread& start : starts) start.join();
    EXPECT_EQ(made, 8);
  }
}

TEST_F(RunDirectories, TakeAnotherIdWhenOneIsTaken) {
  const std::string first = Make("2026-11-23T09:30:00Z", 7);
  const std::string second = Make("2026-11-23T09:30:00Z", 7);
  EXPECT_EQ(first, "20261123-093000-0007");
  EXPECT_TRUE(second.starts_with("20261123-093000-"));
  EXPECT_NE(first, second);
}

TEST_F(RunDirectories, AreListedByTheirStartEvenWithinOneSecond) {
  Make("2026-11-23T09:30:00.900Z", 0x0001);
  Make("2026-11-23T09:30:00.100Z", 0x0002);
  Make("2025-01-01T00:00:00.000Z", 0x0003);
  ASSERT_TRUE(store_.Create(At("2024-01-01T00:00:00Z"), 4).ok());  // without run.json
  std::string ids;
  for (const RunDirectory& run : store_.All()) ids += run.run_id() + " ";
  EXPECT_EQ(ids, "20250101-000000-0003 20261123-093000-0002 20261123-093000-0001 ");
  EXPECT_EQ(store_.Find("")->run_id(), "20261123-093000-0001");
}

TEST_F(RunDirectories, AreFoundByAnyUniquePrefix) {
  Make("2026-11-23T09:30:00Z", 0xab12);
  Make("2026-11-23T09:31:00Z", 0xab99);
  Make("2026-12-01T00:00:00Z", 0x2026);
  struct Case {
    const char* name;
    const char* asked;
    const char* found;
  };
  for (const Case& c : {
           Case{"whole id", "20261123-093000-ab12", "20261123-093000-ab12"},
           Case{"prefix of the id", "20261123-0931", "20261123-093100-ab99"},
           Case{"last part", "ab12", "20261123-093000-ab12"},
           Case{"prefix of the last part", "ab9", "20261123-093100-ab99"},
           Case{"latest", "", "20261201-000000-2026"},
       }) {
    const auto run = store_.Find(c.asked);
    ASSERT_TRUE(run.ok()) << c.name << ": " << run.error().message;
    EXPECT_EQ(run->run_id(), c.found) << c.name;
  }
}

TEST_F(RunDirectories, ThatWereRefusedAreTheLatestOnlyWhenThereIsNoOther) {
  const auto make = [this](const char* state, const char* created_at) {
    auto run = store_.Create(base::ParseIso8601(created_at), 7);
    RunFacts facts;
    facts.run_id = run->run_id();
    facts.created_at = created_at;
    facts.state = state;
    EXPECT_TRUE(run->WriteFacts(facts).ok());
    return facts.run_id;
  };
  const std::string refused = make("refused", "2026-11-26T10:00:00.000Z");
  EXPECT_EQ(store_.Find("")->run_id(), refused);
  const std::string stopped = make("stopped", "2026-11-26T11:00:00.000Z");
  make("refused", "2026-11-26T12:00:00.000Z");
  EXPECT_EQ(store_.Find("")->run_id(), stopped);
}

TEST_F(RunDirectories, SayWhatToDoWhenNoneOrSeveralMatch) {
  EXPECT_EQ(store_.Find("").error().message,
            "there is no run in " + store_.root() +
                "; start one with `rehome import FILE`, or name another folder with --runs-dir");
  Make("2026-11-23T09:30:00Z", 0xab12);
  Make("2026-11-23T09:31:00Z", 0xab99);
  EXPECT_EQ(store_.Find("x\x1b").error().message,
            "no run matches \"x\\x1b\"; `rehome runs` lists them");
  EXPECT_EQ(store_.Find("x").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(store_.Find("../..").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(store_.Find("ab").error().message,
            "\"ab\" matches several runs: 20261123-093000-ab12, 20261123-093100-ab99; give more of "
            "the id");
}

TEST_F(RunDirectories, NameTheFileThatCannotBeRead) {
  const RunDirectory run(InFolder("run"));
  ASSERT_TRUE(base::MakeDirectories(run.path()).ok());
  EXPECT_EQ(run.ReadFacts().error().code, base::ErrorCode::kNotFound);
  ASSERT_TRUE(base::ReplaceFile(run.File("run.json"), R"({"version":9})").ok());
  EXPECT_EQ(run.ReadFacts().error().message,
            run.File("run.json") +
                ": cannot be read as the facts of a run: it has version 9 and this rehome knows "
                "version 1");
}

TEST_F(RunDirectories, AreNotTakenForNoneWhenTheyCannotBeRead) {
  const std::string facts =
      InFolder(".rehome/runs/" + Make("2026-11-23T09:30:00Z", 1)) + "/run.json";
  ASSERT_TRUE(base::ReplaceFile(facts, "{").ok());
  const auto latest = store_.Find("");
  ASSERT_FALSE(latest.ok());
  EXPECT_TRUE(latest.error().message.starts_with(facts + ": cannot be read as the facts of a run"))
      << latest.error().message;
  // What can be read is found as always.
  const std::string readable = Make("2026-11-23T09:31:00Z", 2);
  EXPECT_EQ(store_.Find("")->run_id(), readable);
}

}  // namespace
}  // namespace rehome::journal

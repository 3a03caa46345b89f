#include "verify/verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/file.h"
#include "unit/verify/verify_stage.h"

namespace rehome::verify {
namespace {

using model::VerificationState;
using test::VerifyStage;
using ::testing::HasSubstr;

/// An event loop on virtual time, before the stage's target.
class VirtualLoop final : public http::EventLoop {
 public:
  explicit VirtualLoop(VerifyStage& stage) : stage_(stage) {}

  void Start(http::Request request, Done done) override {
    stage_.transport.Start(std::move(request), std::move(done));
  }
  int in_flight() const override { return stage_.transport.in_flight(); }
  void Wake() override {}
  void Post(std::function<void()> task) override {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
  }
  void Run(http::Driver& driver) override {
    while (!driver.finished() || in_flight() > 0 || HasTask()) {
      CallPosted();
      if (on_turn) on_turn();
      driver.Poll(stage_.clock.Now());
      if (stage_.transport.Deliver() > 0) continue;
      auto next = driver.NextDeadline();
      const auto arrival = stage_.transport.NextDeadline();
      if (arrival && (!next || *arrival < *next)) next = arrival;
      if (next) stage_.clock.AdvanceTo(*next);
    }
  }
  void CallPosted() {
    std::deque<std::function<void()>> tasks;
    {
      std::lock_guard lock(mutex_);
      tasks.swap(posted_);
    }
    for (const auto& task : tasks) task();
  }
  bool HasTask() {
    std::lock_guard lock(mutex_);
    return !posted_.empty();
  }

  std::function<void()> on_turn;

 private:
  VerifyStage& stage_;
  std::mutex mutex_;
  std::deque<std::function<void()>> posted_;
};

class VerifierTest : public ::testing::Test {
 protected:
  VerifierTest() {
    stage.AddRows(30);
    stage.Start();  // writes the file
    header = *csv::ReadHeader(path, {});
    survey = *survey::SurveyFile(path, header, {});
  }
  std::unique_ptr<Verifier> Make() {
    VerifierOptions options;
    options.dispatch = stage.settings;
    options.store_path = path + ".verification";
    return MakeVerifier(std::move(options),
                        {.input = path,
                         .header = header,
                         .survey = survey,
                         .journal = stage.journal,
                         .loop = loop,
                         .clock = stage.clock,
                         .on_finding = [this](const model::VerificationFinding& finding) {
                           stage.findings.push_back(finding);
                         }});
  }
  static void WaitForEnd(Verifier& verifier) {
    while (!verifier.WaitFor(std::chrono::milliseconds(50))) {
    }
  }

  VerifyStage stage;
  VirtualLoop loop{stage};
  std::string path = stage.csv_path();
  csv::Header header;
  survey::Survey survey;
};

TEST_F(VerifierTest, SendsNothingWhileItIsPausedNotEvenItsFirstRequest) {
  const auto verifier = Make();
  int turns = 0;
  std::size_t sent_while_paused = 0;
  loop.on_turn = [&] {
    if (++turns != 100) return;
    sent_while_paused = stage.transport.requests().size();
    verifier->Resume();
  };
  verifier->Pause();
  verifier->Start();
  WaitForEnd(*verifier);
  EXPECT_GT(turns, 100);
  EXPECT_EQ(sent_while_paused, 0U);
  EXPECT_EQ(verifier->Look().state, VerificationState::kClean);
}

TEST_F(VerifierTest, KeepsAPaceThatItIsToldWhileItGoesOn) {
  const auto verifier = Make();
  dispatch::PaceSettings slow;
  slow.user_reads_per_10s = 1;
  verifier->SetPace(slow);
  verifier->Start();
  WaitForEnd(*verifier);
  const auto& starts = stage.transport.starts();
  ASSERT_GE(starts.size(), 4U);
  // One read of users in ten seconds, where there is no limit else.
  EXPECT_GE(starts.back() - starts.front(), std::chrono::seconds(10));
}

TEST_F(VerifierTest, VerifiesOnAThreadOfItsOwnAndLeavesNoFile) {
  stage.target.users.back().first_name = "Changed";
  const auto verifier = Make();
  EXPECT_EQ(verifier->Look().state, VerificationState::kNotRun);
  verifier->Start();
  WaitForEnd(*verifier);
  const model::Verification verification = verifier->Look();
  EXPECT_EQ(verification.state, VerificationState::kFindings);
  EXPECT_EQ(verification.users, 30);
  EXPECT_GT(verification.requests, 0);
  EXPECT_GE(verification.time, std::chrono::seconds(61));
  EXPECT_THAT(stage.Words(),
              ::testing::ElementsAre("mismatch user 30 first_name: First30 -> Changed"));
  EXPECT_FALSE(base::Stat(path + ".verification").ok());
}

TEST_F(VerifierTest, AnInterruptBeforeItRunsEndsItWithoutARequest) {
  const auto verifier = Make();
  verifier->Interrupt();
  verifier->Start();
  WaitForEnd(*verifier);
  EXPECT_EQ(verifier->Look().state, VerificationState::kIncomplete);
  EXPECT_EQ(verifier->Look().why_incomplete, "it was interrupted");
  EXPECT_TRUE(stage.transport.requests().empty());
}

TEST_F(VerifierTest, AnInterruptInTheMiddleEndsIt) {
  stage.target.users.pop_back();
  const auto verifier = Make();
  int turns = 0;
  loop.on_turn = [&] {
    if (++turns == 20) verifier->Interrupt();
  };
  verifier->Start();
  WaitForEnd(*verifier);
  EXPECT_EQ(verifier->Look().state, VerificationState::kIncomplete);
}

TEST_F(VerifierTest, AnInterruptAfterTheEndDoesNoHarmToWhoeverHasTheLoopThen) {
  {
    const auto verifier = Make();
    verifier->Start();
    WaitForEnd(*verifier);
    verifier->Interrupt();
    EXPECT_EQ(verifier->Look().state, VerificationState::kClean);
  }
  loop.CallPosted();
}

TEST_F(VerifierTest, AStoreThatCannotBeMadeIsTold) {
  VerifierOptions options;
  options.dispatch = stage.settings;
  options.store_path = "/nonexistent/verification";
  const auto verifier = MakeVerifier(std::move(options), {.input = path,
                                                          .header = header,
                                                          .survey = survey,
                                                          .journal = stage.journal,
                                                          .loop = loop,
                                                          .clock = stage.clock,
                                                          .on_finding = {}});
  verifier->Start();
  WaitForEnd(*verifier);
  EXPECT_EQ(verifier->Look().state, VerificationState::kIncomplete);
  EXPECT_THAT(verifier->Look().why_incomplete, HasSubstr("/nonexistent/verification"));
}

}  // namespace
}  // namespace rehome::verify

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "unit/verify/verify_stage.h"

namespace rehome::verify {
namespace {

using model::VerificationState;
using support::Answered;
using support::Fault;
using support::Scripted;
using test::VerifyStage;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TroubleTest : public ::testing::Test {
 protected:
  TroubleTest() { stage.AddRows(10); }

  /// The answers number `first` to `last` go wrong in this way.
  void FailAnswers(int first, int last, Fault fault) {
    stage.target.fault = [this, first, last, fault](const http::Request&) {
      ++asked_;
      return asked_ >= first && asked_ <= last ? fault : Fault::kNone;
    };
  }

  VerifyStage stage;

 private:
  int asked_ = 0;
};

TEST_F(TroubleTest, OneWrongBodyIsWaitedOutAndAskedAgain) {
  for (const Fault fault : {Fault::kOtherObjectBefore, Fault::kUnreadableBefore,
                            Fault::kCachedAfter, Fault::kCachedAbsence}) {
    for (int answer = 1; answer <= 7; ++answer) {
      VerifyStage one;
      one.AddRows(10);
      int asked = 0;
      one.target.fault = [&](const http::Request&) {
        return ++asked == answer ? fault : Fault::kNone;
      };
      const model::Verification verification = one.Verify();
      EXPECT_EQ(verification.state, VerificationState::kClean)
          << "answer " << answer << ", fault " << static_cast<int>(fault) << ": "
          << verification.why_incomplete;
    }
  }
}

TEST_F(TroubleTest, ThreeWrongBodiesEndIt) {
  FailAnswers(1, 1000, Fault::kCachedAfter);
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_THAT(verification.why_incomplete, HasSubstr("3 answers were not about what was asked"));
  EXPECT_THAT(stage.Words(), IsEmpty());
}

TEST_F(TroubleTest, TheLastWrongAnswerNamesTheSuspect) {
  std::vector<dispatch::Mismatch> told;
  stage.settings.on_mismatch = [&](const dispatch::Mismatch& mismatch) {
    told.push_back(mismatch);
  };
  stage.intercept = [](const http::Request&) -> std::optional<Scripted> {
    Scripted other = Answered(200, R"({"id":"other"})");
    other.completion.response->traces = "Via: 1.1 proxy-7, Age: 3";
    return other;
  };
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(verification.why_incomplete,
              HasSubstr("the last of them came with Via: 1.1 proxy-7, Age: 3"));
  EXPECT_EQ(verification.mismatched_answers, 3);
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].traces, "Via: 1.1 proxy-7, Age: 3");
  EXPECT_EQ(told[0].phase, model::Phase::kVerification);
}

TEST_F(TroubleTest, AQuestionThatIsAlwaysAnsweredWronglyIsSetAside) {
  const std::string id = stage.target.users[2].id;
  stage.target.users[4].first_name = "Changed";
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    const bool page = request.target.starts_with("/user_management/users?limit=100");
    if (page) return Answered(422, R"({"message":"Validation failed"})");
    if (request.target.find("user3%40") == std::string::npos) return std::nullopt;
    return Answered(200, R"({"id":"somebody else"})");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_EQ(verification.why_incomplete,
            "user " + id + " (row 3) could not be read: the answers were not about it");
  EXPECT_THAT(stage.Words(), ::testing::UnorderedElementsAre(
                                 "mismatch user 5 first_name: First5 -> Changed",
                                 "unanswered user 3:  -> the answers were not about it"));
  EXPECT_EQ(verification.findings[3], 1);
  EXPECT_EQ(model::AccusationsOf(verification), 1);
  EXPECT_EQ(verification.users, 9);
  EXPECT_GT(verification.mismatched_answers, 3);
}

TEST_F(TroubleTest, AnswersThatAreLimitedAreCounted) {
  FailAnswers(4, 5, Fault::kRateLimited);
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean);
  EXPECT_EQ(verification.rate_limited, 2);
}

TEST_F(TroubleTest, HiccupsAreSatOut) {
  for (const Fault fault : {Fault::k500Before, Fault::kResetBefore, Fault::kTimeoutBefore,
                            Fault::kNotSent, Fault::kRateLimited, Fault::k503Before}) {
    VerifyStage one;
    one.AddRows(10);
    int asked = 0;
    one.target.fault = [&](const http::Request&) {
      return ++asked > 3 && asked < 6 ? fault : Fault::kNone;
    };
    EXPECT_EQ(one.Verify().state, VerificationState::kClean) << static_cast<int>(fault);
  }
}

TEST_F(TroubleTest, ARefusedKeyEndsIt) {
  FailAnswers(5, 1000, Fault::kUnauthorized);
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_THAT(verification.why_incomplete, HasSubstr("the target refused the API key"));
  EXPECT_THAT(stage.Words(), IsEmpty());
}

TEST_F(TroubleTest, ATargetThatIsNotThereEndsIt) {
  FailAnswers(1, 1000, Fault::kNotSent);
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_EQ(verification.why_incomplete,
            "the target could not be reached (could not connect to the target)");
}

TEST_F(TroubleTest, AnObjectThatCannotBeReadLeavesItIncompleteAndTheOthersCompared) {
  const std::string id = stage.target.users[2].id;
  stage.target.users[4].first_name = "Changed";
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    const bool of_it = request.target.find("user3%40") != std::string::npos;
    const bool page = request.target.starts_with("/user_management/users?limit=100");
    if (!of_it && !page) return std::nullopt;
    return Answered(422, R"({"message":"Validation failed"})");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_EQ(verification.why_incomplete,
            "user " + id + " (row 3) could not be read: HTTP 422, \"Validation failed\"");
  EXPECT_THAT(stage.Words(), ::testing::UnorderedElementsAre(
                                 "mismatch user 5 first_name: First5 -> Changed",
                                 "unanswered user 3:  -> HTTP 422, \"Validation failed\""));
  EXPECT_EQ(verification.users, 9);
}

TEST_F(TroubleTest, OfAnObjectThatOnlyAListShowsItIsToldWhatThatShowedAndItCountsOnce) {
  auto& users = stage.target.users;
  users[2].first_name = "Changed";
  users[2].metadata.clear();
  stage.target.AddUser({.id = "user_01Double", .email = "other@x.example", .external_id = "ext-5"});
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    const bool of_3 = request.target.find("user3%40") != std::string::npos;
    const bool of_5 = request.target.find("user5%40") != std::string::npos;
    if (!of_3 && !of_5) return std::nullopt;
    return Answered(422, R"({"message":"Validation failed"})");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(stage.Words(),
              ::testing::UnorderedElementsAre(
                  "unanswered user 3:  -> a list showed first_name \"Changed\", no metadata.plan; "
                  "asked for alone: HTTP 422, \"Validation failed\"",
                  "unanswered user 5:  -> a list showed user_01Double with the same external_id; "
                  "asked for alone: HTTP 422, \"Validation failed\""));
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_EQ(verification.findings[3], 2);
  EXPECT_EQ(verification.users, 8) << "what is not answered is not compared";
}

TEST_F(TroubleTest, AnInterruptEndsItAtAnyMoment) {
  stage.target.users.pop_back();
  for (int tenths = 0; tenths <= 700; tenths += 7) {
    VerifyStage one;
    one.AddRows(10);
    one.target.users.pop_back();
    one.Start();
    const base::Instant moment = one.started + tenths * std::chrono::milliseconds(100);
    one.RunToEnd(moment);
    if (one.read_back->finished()) continue;
    one.read_back->Stop("it was interrupted");
    one.RunToEnd();
    ASSERT_TRUE(one.read_back->finished());
    EXPECT_LE(one.clock.Now(), moment + std::chrono::seconds(1));
    EXPECT_EQ(one.read_back->Look().state, VerificationState::kIncomplete);
    EXPECT_EQ(one.read_back->Look().why_incomplete, "it was interrupted");
  }
}

TEST_F(TroubleTest, ItKeepsToTheQuotasOfReads) {
  VerifyStage one;
  one.settings.pace = dispatch::DocumentedPace(10);
  one.AddRows(600, 1);
  one.target.users.clear();
  EXPECT_EQ(one.Verify().findings[0], 600);
  std::vector<base::Instant> reads;
  for (std::size_t i = 0; i < one.transport.requests().size(); ++i) {
    const bool of_users = one.transport.requests()[i].target.starts_with("/user_management");
    if (of_users) reads.push_back(one.transport.starts()[i]);
  }
  for (std::size_t i = 900; i < reads.size(); ++i) {
    ASSERT_GE(reads[i] - reads[i - 900], std::chrono::seconds(10)) << "request " << i;
  }
}

}  // namespace
}  // namespace rehome::verify

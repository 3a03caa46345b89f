#include "report/next_steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using ::testing::ElementsAre;

std::vector<std::string> Lines(const Summary& summary, int columns = 200) {
  std::vector<std::string> lines;
  for (const NextStep& step : NextSteps(summary)) lines.push_back(RenderStep(step, columns));
  return lines;
}

Summary Ended(const char* state, int exit_code, OutcomeKind kind) {
  Summary summary;
  summary.run = FinishedRun(1, exit_code);
  summary.run.state = state;
  summary.rows[static_cast<std::size_t>(kind)] = 1;
  return summary;
}

TEST(NextSteps, NameTheFolderOfTheRunsWhereItWasTyped) {
  Summary summary = Ended("finished", 1, OutcomeKind::kFailed);
  summary.run.argument = "20261123-093000-ab12 --runs-dir '/srv/our runs'";
  EXPECT_THAT(Lines(summary),
              ElementsAre("Next: correct the cells in a copy of failed.csv (in the run directory), "
                          "then: rehome retry 20261123-093000-ab12 --runs-dir '/srv/our runs' "
                          "--edited COPY.csv\n",
                          "Next: to try again as it is what failed on the target: rehome retry "
                          "20261123-093000-ab12 --runs-dir '/srv/our runs'\n"));
}

TEST(NextSteps, OfARunThatStoppedForItsFailuresNameTheRetryFirst) {
  for (const OutcomeKind kind : {OutcomeKind::kFailed, OutcomeKind::kParked}) {
    EXPECT_THAT(Lines(Ended("stopped", 3, kind)),
                ElementsAre("Next: mend why rows failed (in a copy of failed.csv: with --edited "
                            "COPY.csv), then try them again and go on: rehome retry "
                            "20261123-093000-ab12\n",
                            "Next: to go on with the others only: rehome resume "
                            "20261123-093000-ab12\n"));
  }
  // Nobody said that something is wrong with them.
  EXPECT_THAT(Lines(Ended("interrupted", 130, OutcomeKind::kFailed)),
              ElementsAre("Next: rehome resume 20261123-093000-ab12\n"));
  EXPECT_THAT(Lines(Ended("stopped", 3, OutcomeKind::kUnprocessed)),
              ElementsAre("Next: rehome resume 20261123-093000-ab12\n"));
}

TEST(NextSteps, OfARehearsalAreToDoItOrToRehearseAgain) {
  Summary summary = Ended("finished", 0, OutcomeKind::kCreated);
  summary.run.rehearsal_of = "rehome import users.csv --rate 9";
  summary.run.command = "rehome rehearse users.csv --rate 9";
  EXPECT_THAT(Lines(summary), ElementsAre("Next: to import it for real: rehome import users.csv "
                                          "--rate 9\n"));
  summary = Ended("interrupted", 130, OutcomeKind::kUnprocessed);
  summary.run.rehearsal_of = "rehome import users.csv";
  summary.run.command = "rehome rehearse users.csv";
  EXPECT_THAT(Lines(summary), ElementsAre("Next: rehome rehearse users.csv\n"));
}

TEST(NextStep, IsBrokenInItsWordsAndNeverInItsCommand) {
  struct Case {
    const char* name;
    NextStep step;
    const char* text;
  };
  const std::vector<Case> cases = {
      {"fits to the last column",
       {"do this and that, then", "go 567"},
       "Next: do this and that, then: go 567\n"},
      {"one too many",
       {"do this and that, then", "go 5678"},
       "Next: do this and that, then:\n  go 5678\n"},
      {"fits behind the last line",
       {"do all of this and of that, and then", "go"},
       "Next: do all of this and of that,\n  and then: go\n"},
      {"longer than a line",
       {"then", "rehome retry with-a-rather-long-argument"},
       "Next: then:\n  rehome retry with-a-rather-long-argument\n"},
      {"no words",
       {"", "rehome retry with-a-rather-long-argument"},
       "Next: rehome retry with-a-rather-long-argument\n"},
      {"no command",
       {"mend that, then run the import again", ""},
       "Next: mend that, then run the import\n  again.\n"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(RenderStep(each.step, 36), each.text);
  }
}

}  // namespace
}  // namespace rehome::report

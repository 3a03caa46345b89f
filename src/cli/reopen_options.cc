#include "cli/option_groups.h"

namespace rehome::cli {
namespace {

constexpr const char* kFileText = "where the CSV is now, if it moved";
constexpr const char* kNoVerifyText = "do not read back what was written, at the end";

// What is the same whenever a run is gone on with and writes. Gives the flags of pace.
template <class ReopeningCommand>
std::vector<std::string> AddWriting(OpenCommand& command, Section& section,
                                    ReopeningCommand& reopening) {
  section.Flag("--no-verify", reopening.no_verify, kNoVerifyText);
  AddRunsDir(command, reopening.common);
  AddLocking(section, reopening.wait, reopening.only_runner);
  AddCoordinator(section, reopening.coordinator, "machine or target [as the run began]");
  AddTargetOfRun(command, reopening.target);
  std::vector<std::string> pace = AddPace(command, reopening.pace);
  AddProgress(command, reopening.common);
  AddAutomation(command, reopening.automation);
  return pace;
}

}  // namespace

std::vector<std::string> AddResumeOptions(OpenCommand& command, ResumeCommand& resume) {
  Section section(command, "Options");
  section.Value("--file", resume.file, "FILE", kFileText);
  section.Flag("--rebuild", resume.rebuild,
               "make a lost or damaged journal anew, from the file and the target");
  return AddWriting(command, section, resume);
}

std::vector<std::string> AddRetryOptions(OpenCommand& command, RetryCommand& retry) {
  Section section(command, "Options");
  section.Value("--edited", retry.edited, "FILE", "failed.csv of the run, with corrected cells");
  section.Flag("--drop-passwords", retry.drop_passwords,
               "rows whose password or hash was refused: import them without it");
  section.Flag("--adopt-unverified", retry.adopt_unverified,
               "also accounts that match by an unverified e-mail only");
  section.Flag("--dry-run", retry.dry_run, "say what would be retried and corrected, and stop");
  section.Flag("-y,--yes", retry.yes, "do not ask before what --edited corrects is written");
  section.Value("--file", retry.file, "FILE", kFileText);
  return AddWriting(command, section, retry);
}

std::vector<std::string> AddVerifyOptions(OpenCommand& command, VerifyCommand& verify) {
  Section section(command, "Options");
  section.Value("--file", verify.file, "FILE", kFileText);
  AddRunsDir(command, verify.common);
  AddLocking(section, verify.wait, verify.only_runner);
  AddTargetOfRun(command, verify.target);
  std::vector<std::string> pace = AddReadingPace(command, verify.pace);
  AddProgress(command, verify.common);
  AddAutomation(command, verify.automation);
  return pace;
}

}  // namespace rehome::cli

#include "cli/option_groups.h"

namespace rehome::cli {

std::vector<std::string> AddResumeOptions(OpenCommand& command, ResumeCommand& resume) {
  Section section(command, "Options");
  section.Value("--file", resume.file, "FILE", "where the CSV is now, if it moved");
  section.Flag("--rebuild", resume.rebuild,
               "make a lost or damaged journal anew, from the file and the target");
  section.Flag("--no-verify", resume.no_verify, "do not read back what was written, at the end");
  AddRunsDir(command, resume.common);
  AddLocking(section, resume.wait, resume.only_runner);
  AddCoordinator(section, resume.coordinator, "machine or target [as the run began]");
  AddTarget(command, resume.target);
  std::vector<std::string> pace = AddPace(command, resume.pace);
  AddProgress(command, resume.common);
  AddAutomation(command, resume.automation);
  return pace;
}

std::vector<std::string> AddRetryOptions(OpenCommand& command, RetryCommand& retry) {
  Section section(command, "Options");
  section.Value("--edited", retry.edited, "FILE", "failed.csv of the run, with corrected cells");
  section.Flag("--drop-passwords", retry.drop_passwords,
               "rows whose password or hash was refused: import them without it");
  section.Flag("--adopt-unverified", retry.adopt_unverified,
               "also accounts that match by an unverified e-mail only");
  section.Value("--file", retry.file, "FILE", "where the CSV is now, if it moved");
  section.Flag("--no-verify", retry.no_verify, "do not read back what was written, at the end");
  AddRunsDir(command, retry.common);
  AddLocking(section, retry.wait, retry.only_runner);
  AddCoordinator(section, retry.coordinator, "machine or target [as the run began]");
  AddTarget(command, retry.target);
  std::vector<std::string> pace = AddPace(command, retry.pace);
  AddProgress(command, retry.common);
  AddAutomation(command, retry.automation);
  return pace;
}

}  // namespace rehome::cli

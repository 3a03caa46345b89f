#include "cli/option_groups.h"

namespace rehome::cli {

std::vector<std::string> AddVerifyOptions(OpenCommand& command, VerifyCommand& verify) {
  Section section(command, "Options");
  section.Value("--file", verify.file, "FILE", "where the CSV is now, if it moved");
  AddRunsDir(command, verify.common);
  AddLocking(section, verify.wait, verify.only_runner);
  AddTarget(command, verify.target);
  std::vector<std::string> pace = AddReadingPace(command, verify.pace);
  AddProgress(command, verify.common);
  AddAutomation(command, verify.automation);
  return pace;
}

}  // namespace rehome::cli

#include "cli/option_groups.h"

namespace rehome::cli {

void AddImportOptions(OpenCommand& command, ImportCommand& import) {
  Section section(command, "Options");
  section.Flag("--dry-run", import.dry_run,
               "stop before the first write: read, and say what would be");
  section.Flag("--offline", import.offline, "a dry run without the target: no key, no request");
  section.Value("--rows", import.rows, "A-B", "only these rows; resume imports the rest");
  section.Number("--limit", import.limit, "N", "only the first N rows; resume imports the rest",
                 {.lowest = 1});
  section.Flag("-y,--yes", import.yes, "do not ask before writing");
  section.Flag("--new-run", import.new_run,
               "although a run of this file with other options is open");
  section.Choice("--on-existing", import.on_existing, {"adopt", "skip", "update", "fail"},
                 "users that are there: adopt, skip, update, fail [adopt]");
  section.Flag("--adopt-unverified", import.adopt_unverified,
               "also those that match by an unverified e-mail only");
  section.Flag("--full-success", import.full_success, "success.csv with all source columns");
  section.Flag("--no-verify", import.no_verify, "do not read back what was written, at the end");
  AddRunsDir(command, import.common);
  AddLocking(section, import.wait, import.only_runner);
  AddCoordinator(section, import.coordinator,
                 "machine, or target: also a lock on the target [machine]");
  AddInput(command, import.input);
  AddTarget(command, import.target);
  AddPace(command, import.pace);
  AddProgress(command, import.common);
  AddAutomation(command, import.automation);
}

}  // namespace rehome::cli

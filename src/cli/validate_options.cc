#include "cli/option_groups.h"

namespace rehome::cli {

void AddValidateOptions(OpenCommand& command, ValidateCommand& validate) {
  Section section(command, "Options");
  section.Choice("--format", validate.format, {"text", "json", "sarif"},
                 "text, json (a line for each problem) or sarif [text]");
  section.Value("--roles", validate.roles, "FILE",
                "the target's roles: a slug a line, or the JSON of\nGET /authorization/roles");
  section.Value("--fix", validate.fix, "OUT.csv", "write a copy with what can be repaired safely");
  section.Flag("--overwrite", validate.overwrite, "although OUT.csv is there already");
}

}  // namespace rehome::cli

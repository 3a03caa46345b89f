#include "cli/option_groups.h"

namespace rehome::cli {

void AddRehearseOptions(OpenCommand& command, RehearseCommand& rehearse) {
  Section sandbox(command, "Sandbox");
  sandbox.Value("--latency", rehearse.latency, "A|A-B", "milliseconds of each answer [20-60]");
  sandbox.Value("--faults", rehearse.faults, "FILE",
                "what it does to requests (docs/testing.md), or bad-day [none]");
  sandbox.Number("--speed", rehearse.speed, "N", "times as fast as real time [100]",
                 {.lowest = 1, .highest = 1000});
  Section section(command, "Options");
  section.Value("--rows", rehearse.rows, "A-B", "only these rows");
  section.Number("--limit", rehearse.limit, "N", "only the first N rows", {.lowest = 1});
  section.Choice("--on-existing", rehearse.on_existing, {"adopt", "skip", "update", "fail"},
                 "as of import; no user is there before [adopt]");
  section.Flag("--adopt-unverified", rehearse.adopt_unverified, "the same");
  section.Flag("--full-success", rehearse.full_success, "success.csv with all source columns");
  section.Flag("--no-verify", rehearse.no_verify, "do not read back what was written, at the end");
  section.Value("--runs-dir", rehearse.common.runs_dir, "DIR",
                "as of import; rehearsals lie beside it, in rehearsals [.rehome/runs]");
  AddInput(command, rehearse.input);
  AddPace(command, rehearse.pace);
  AddProgressOfOwnClock(command, rehearse.common);
}

}  // namespace rehome::cli

#include "cli/import_progress.h"

#include <utility>

namespace rehome::cli {

using pipeline::ImportPhase;

void ImportProgress::Update(const pipeline::Progress& progress,
                            const dispatch::Counters& counters) {
  const bool warming = progress.phase == ImportPhase::kOrganizations;
  if (!warming) EndWarmUp(progress);
  const std::int64_t all = warming ? organizations_ : rows_;
  const ImportPhase phase = warming ? progress.phase : ImportPhase::kRows;
  PhaseCounts counts = CountsOf(progress, phase, all);
  if (!warming) counts.in_flight = counters.rows_in_flight.load();
  teller_.Update(counts, counters.brakes.Copy());
}

void ImportProgress::End(const pipeline::Progress& progress) {
  EndWarmUp(progress);
  teller_.End(CountsOf(progress, ImportPhase::kRows, rows_), ProgressTeller::Line::kShown);
}

void ImportProgress::EndWarmUp(const pipeline::Progress& progress) {
  if (std::exchange(warmed_up_, true)) return;
  // It has said itself what it came to.
  teller_.End(CountsOf(progress, ImportPhase::kOrganizations, organizations_),
              ProgressTeller::Line::kSaidAlready);
}

}  // namespace rehome::cli

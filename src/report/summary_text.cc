#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/text.h"
#include "report/error_text.h"
#include "report/fact_lines.h"
#include "report/next_steps.h"
#include "report/phase_table.h"
#include "report/render.h"
#include "report/text_table.h"

namespace rehome::report {
namespace {

using base::EscapeForTerminal;
using base::WithThousands;
using model::OutcomeKind;

// Narrower terminals get lines of this width rather than one word a line.
constexpr int kLeastColumns = 40;
// Bytes of why a run stopped: at its end is what to do about it.
constexpr std::size_t kMostOfReason = 2000;

std::int64_t At(const OutcomeCounts& counts, OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

std::string RehearsalLine(const journal::RunFacts& run) {
  const auto option = [&run](const char* name) {
    const auto found = run.options.find(name);
    return found == run.options.end() ? "" : EscapeForTerminal(found->second);
  };
  std::string text =
      "Rehearsal: nothing was sent anywhere. A sandbox in the same process played "
      "the target: answers after " +
      option("pace.latency") + " ms, a clock " + option("pace.speed") + " times as fast";
  const std::string faults = option("pace.faults");
  if (!faults.empty()) text += ", the faults of " + faults;
  return text + ".";
}

std::string TargetLine(const journal::RunFacts& run) {
  if (journal::IsRehearsal(run)) return RehearsalLine(run);
  std::string text = "Target  " + EscapeForTerminal(run.target_name) + " · " +
                     EscapeForTerminal(run.endpoint) + " · ";
  if (run.key_fingerprint.empty()) return text + "no key";
  text += "key " + EscapeForTerminal(run.key_fingerprint);
  if (!run.key_origin.empty()) text += " from " + EscapeForTerminal(run.key_origin);
  return text;
}

std::string RunLine(const journal::RunFacts& run) {
  std::string text = "Run     " + EscapeForTerminal(run.run_id) + " · " +
                     EscapeForTerminal(run.file) + " · " + EscapeForTerminal(run.state);
  if (run.exit_code) text += ", exit " + std::to_string(*run.exit_code);
  return text;
}

std::string AccountLine(const Summary& summary, const std::string& accounted) {
  std::vector<std::string> parts;
  for (int i = 0; i < model::kOutcomeKindCount; ++i) {
    const auto kind = static_cast<OutcomeKind>(i);
    const std::int64_t count = At(summary.rows, kind);
    if (count != 0) parts.push_back(WithThousands(count) + " " + std::string(NameOf(kind)));
  }
  if (parts.empty()) return "There are no rows.";
  const std::string rows = summary.rows_read == 1
                               ? "The one row "
                               : "All " + WithThousands(summary.rows_read) + " rows ";
  return rows + accounted + ": " + base::Join(parts, ", ") + ".";
}

}  // namespace

std::string RenderText(const Summary& summary, int columns) {
  columns = std::max(columns, kLeastColumns);
  std::string text = WrapText(TargetLine(summary.run), 8, columns);
  text += WrapText(RunLine(summary.run), 8, columns);
  text += "\n" + RenderPhaseTable(summary.phases, columns);
  const std::string are = summary.rows_read == 1 ? "is" : "are";
  text += WrapText(AccountLine(summary, are + " accounted for"), 2, columns);
  text += RenderErrors(summary, columns) + "\n";
  for (const std::string& line : FactLines(summary)) text += WrapText(line, 2, columns);
  if (!summary.stop_reason.empty()) {
    text +=
        WrapText("Stopped: " + EscapeForTerminal(summary.stop_reason, kMostOfReason), 2, columns);
  }
  for (const NextStep& next : NextSteps(summary)) text += RenderStep(next, columns);
  return text;
}

std::string RenderPlan(const Summary& summary, int columns) {
  columns = std::max(columns, kLeastColumns);
  std::string text = WrapText(TargetLine(summary.run), 8, columns);
  text += WrapText("File    " + EscapeForTerminal(summary.run.file), 8, columns);
  text += "\n" + RenderPhaseTable(summary.phases, columns);
  text += WrapText(AccountLine(summary, "would be"), 2, columns);
  return text + RenderErrors(summary, columns);
}

}  // namespace rehome::report

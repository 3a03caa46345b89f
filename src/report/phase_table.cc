#include "report/phase_table.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "report/text_table.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Phase;

constexpr std::string_view kNoCount = "–";

struct TableColumn {
  std::string name;
  bool always = false;                            // also when it is zero everywhere
  std::function<bool(const PhaseLine&)> is_zero;  // on this line
  std::function<std::string(const PhaseLine&)> cell;
};

std::string RequestsPerSecond(const PhaseLine& line) {
  const double seconds = std::chrono::duration<double>(line.time).count();
  if (seconds <= 0) return std::string(kNoCount);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", static_cast<double>(line.requests) / seconds);
  return text.data();
}

TableColumn OutcomeColumn(OutcomeKind kind) {
  const auto count = [kind](const PhaseLine& line) {
    return line.counts[static_cast<std::size_t>(kind)];
  };
  TableColumn column;
  column.name = model::NameOf(kind);
  column.is_zero = [count](const PhaseLine& line) { return count(line) == 0; };
  column.cell = [kind, count](const PhaseLine& line) {
    // The survey ends no row but those it rejects, and verification none at all.
    const bool counts = line.phase == Phase::kSurvey ? kind == OutcomeKind::kRejected
                                                     : line.phase != Phase::kVerification;
    return counts ? base::WithThousands(count(line)) : std::string(kNoCount);
  };
  return column;
}

TableColumn NumberColumn(const std::string& name, std::int64_t PhaseLine::*member) {
  return {name, false, [member](const PhaseLine& line) { return line.*member == 0; },
          [member](const PhaseLine& line) { return base::WithThousands(line.*member); }};
}

std::vector<TableColumn> AllColumns() {
  std::vector<TableColumn> columns;
  columns.push_back(NumberColumn("read", &PhaseLine::read));
  columns.back().always = true;
  for (int i = 0; i < model::kOutcomeKindCount; ++i) {
    const auto kind = static_cast<OutcomeKind>(i);
    if (kind == OutcomeKind::kUnprocessed) {
      columns.push_back(NumberColumn("in doubt", &PhaseLine::in_doubt));
    }
    columns.push_back(OutcomeColumn(kind));
  }
  columns.push_back({"time", true, [](const PhaseLine&) { return false; },
                     [](const PhaseLine& line) { return base::FormatDuration(line.time); }});
  columns.push_back({"req/s", false, [](const PhaseLine& line) { return line.requests == 0; },
                     [](const PhaseLine& line) { return RequestsPerSecond(line); }});
  columns.push_back(NumberColumn("429", &PhaseLine::rate_limited));
  return columns;
}

}  // namespace

std::vector<std::vector<std::string>> PhaseTableCells(const std::vector<PhaseLine>& phases) {
  std::vector<std::vector<std::string>> records = {{"phase"}};
  for (const PhaseLine& line : phases) records.push_back({std::string(model::NameOf(line.phase))});
  for (const TableColumn& column : AllColumns()) {
    if (!column.always && std::all_of(phases.begin(), phases.end(), column.is_zero)) continue;
    records[0].push_back(column.name);
    for (std::size_t i = 0; i < phases.size(); ++i) {
      records[i + 1].push_back(column.cell(phases[i]));
    }
  }
  return records;
}

std::string RenderPhaseTable(const std::vector<PhaseLine>& phases, int columns) {
  return RenderTable(PhaseTableCells(phases), columns);
}

}  // namespace rehome::report

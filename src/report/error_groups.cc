#include "report/error_groups.h"

#include <algorithm>

#include "base/text.h"
#include "model/reason.h"

namespace rehome::report {
namespace {

constexpr std::size_t kSampleRows = 5;
// Metadata can have any number of keys. More would not be read, fewer would hide a common one.
constexpr std::size_t kMostColumns = 20;
constexpr std::string_view kRowCause = "row:";

// The target's status, code and message, as far as it gave them.
std::string WordsOf(const model::TargetWords& target) {
  std::vector<std::string> parts;
  if (target.http_status != 0) parts.push_back(std::to_string(target.http_status));
  if (!target.provider_code.empty()) parts.push_back(target.provider_code);
  if (!target.message.empty()) parts.push_back(target.message);
  return base::Join(parts, " ");
}

void AddSample(ErrorGroup& group, std::int64_t row, const std::string& detail) {
  if (group.count == 0) group.sample_detail = detail;
  ++group.count;
  // One row can give the same warning for several values.
  const bool known = !group.sample_rows.empty() && group.sample_rows.back() == row;
  if (!known && group.sample_rows.size() < kSampleRows) group.sample_rows.push_back(row);
}

// A warning about several columns has them joined by commas.
void AddColumns(ErrorGroup& group, std::string_view columns) {
  if (columns.empty()) return;
  for (const std::string_view column : base::Split(columns, ',')) {
    const auto count_of = [&](std::string_view name) {
      return std::find_if(group.columns.begin(), group.columns.end(),
                          [&](const auto& counted) { return counted.first == name; });
    };
    auto at = count_of(column);
    const bool full = group.columns.size() >= kMostColumns;
    if (at == group.columns.end() && full) at = count_of(kOtherColumns);
    if (at == group.columns.end()) {
      at = group.columns.emplace(at, std::string(full ? kOtherColumns : column), 0);
    }
    ++at->second;
  }
}

std::vector<ErrorGroup> Sorted(
    const std::map<std::pair<model::Phase, model::Reason>, ErrorGroup>& groups) {
  std::vector<ErrorGroup> sorted;
  for (const auto& [key, group] : groups) {
    sorted.push_back(group);
    sorted.back().phase = key.first;
    sorted.back().reason = key.second;
    std::stable_sort(sorted.back().columns.begin(), sorted.back().columns.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const ErrorGroup& a, const ErrorGroup& b) {
    return a.phase != b.phase ? a.phase < b.phase : a.count > b.count;
  });
  return sorted;
}

}  // namespace

void ErrorGroups::AddOrganization(const model::Effect& effect) {
  const Key key{model::Phase::kOrganizations, effect.reason};
  ErrorGroup& group = errors_[key];
  if (group.count == 0) group.words = WordsOf(effect.target);
  AddSample(group, effect.row, effect.detail);
  organizations_.insert_or_assign(effect.key, key);
}

void ErrorGroups::AddRow(const model::Outcome& outcome) {
  if (const std::optional<Key> cause = GroupOfCause(outcome)) {
    ++errors_[*cause].derived;
    Remember(outcome.row, *cause);
    return;
  }
  const Key key{outcome.phase, outcome.reason};
  ErrorGroup& group = errors_[key];
  if (group.count == 0) group.words = WordsOf(outcome.target);
  AddSample(group, outcome.row, outcome.detail);
  Remember(outcome.row, key);
}

void ErrorGroups::AddWarning(std::int64_t row, const model::Warning& warning) {
  const Key key{model::FactsOf(warning.reason).phase, warning.reason};
  ErrorGroup& group = warnings_[key];
  AddSample(group, row, warning.detail);
  AddColumns(group, warning.column);
}

std::optional<ErrorGroups::Key> ErrorGroups::GroupOfCause(const model::Outcome& outcome) const {
  const std::string_view cause = outcome.cause_key;
  if (const auto found = organizations_.find(cause); found != organizations_.end()) {
    return found->second;
  }
  if (cause.starts_with(kRowCause)) {
    const auto row = base::ParseInt(cause.substr(kRowCause.size()));
    if (row) return GroupOfRow(*row);
  }
  // Organizations are counted by their effects, so a row that ended there only follows from one.
  if (outcome.phase == model::Phase::kOrganizations) return Key{outcome.phase, outcome.reason};
  return std::nullopt;
}

std::optional<ErrorGroups::Key> ErrorGroups::GroupOfRow(std::int64_t row) const {
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), row,
                                   [](const std::pair<std::int64_t, Key>& known,
                                      std::int64_t wanted) { return known.first < wanted; });
  if (at == rows_.end() || at->first != row) return std::nullopt;
  return at->second;
}

void ErrorGroups::Remember(std::int64_t row, Key group) {
  if (rows_.size() < kRememberedRows) rows_.emplace_back(row, group);
}

std::vector<ErrorGroup> ErrorGroups::errors() const { return Sorted(errors_); }
std::vector<ErrorGroup> ErrorGroups::warnings() const { return Sorted(warnings_); }

}  // namespace rehome::report

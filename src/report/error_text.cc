#include "report/error_text.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "report/text_table.h"

namespace rehome::report {
namespace {

using base::Count;
using base::EscapeForTerminal;
using model::Phase;

// Where the text of a group starts: behind its count.
constexpr int kIndent = 8;

// One more line of a group, under its first.
std::string Remark(std::string_view label, const std::string& text, int columns) {
  return WrapText(std::string(kIndent, ' ') + std::string(label) + text, kIndent + 2, columns);
}

std::string RenderGroup(const ErrorGroup& group, int columns) {
  const model::ReasonFacts& facts = model::FactsOf(group.reason);
  const std::string count = base::WithThousands(group.count);
  const int padding = std::max(kIndent - 2 - DisplayWidth(count), 0);
  std::string first = std::string(static_cast<std::size_t>(padding), ' ') + count + "  ";
  first += std::string(facts.code) + ": " + std::string(facts.cause);
  if (const std::string rows = SampleRowsText(group); !rows.empty()) first += " (" + rows + ")";
  std::string text = WrapText(first, kIndent + 2, columns);
  text += Remark("fix: ", std::string(facts.fix), columns);
  // A single one is in what was seen.
  if (group.columns.size() > 1) {
    std::vector<std::string> columns_seen;
    for (const auto& [column, times] : group.columns) {
      columns_seen.push_back(EscapeForTerminal(column) + " " + base::WithThousands(times));
    }
    text += Remark("columns: ", base::Join(columns_seen, ", "), columns);
  }
  if (!group.sample_detail.empty()) {
    text += Remark("seen: ", EscapeForTerminal(group.sample_detail), columns);
  }
  if (!group.words.empty()) text += Remark("target: ", EscapeForTerminal(group.words), columns);
  if (group.derived > 0) text += Remark("", FollowersText(group), columns);
  return text;
}

std::string RenderSection(const std::string& title, const std::vector<const ErrorGroup*>& groups,
                          int columns) {
  if (groups.empty()) return {};
  std::string text = "\n" + WrapText(title, 2, columns);
  for (const ErrorGroup* group : groups) text += RenderGroup(*group, columns);
  return text;
}

std::string CountIn(Phase phase, std::int64_t count) {
  if (phase == Phase::kOrganizations) return Count(count, "organization", "organizations");
  if (phase == Phase::kVerification) return Count(count, "finding", "findings");
  return Count(count, "row", "rows");
}

}  // namespace

std::string SampleRowsText(const ErrorGroup& group) {
  if (group.sample_rows.empty()) return {};
  std::string text = group.sample_rows.size() == 1 ? "row " : "rows ";
  for (std::size_t i = 0; i < group.sample_rows.size(); ++i) {
    if (i > 0) text += ", ";
    text += base::WithThousands(group.sample_rows[i]);
  }
  const auto shown = static_cast<std::int64_t>(group.sample_rows.size());
  return group.count > shown ? text + " …" : text;
}

std::string ErrorsTitle(Phase phase, const std::vector<const ErrorGroup*>& groups) {
  std::int64_t count = 0;
  for (const ErrorGroup* group : groups) count += group->count;
  std::string what = CountIn(phase, count);
  const auto unanswered = std::find_if(groups.begin(), groups.end(), [](const ErrorGroup* group) {
    return group->reason == model::Reason::kVerifyUnanswered;
  });
  if (unanswered != groups.end()) {
    what = CountIn(phase, count - (*unanswered)->count) + " and " +
           base::WithThousands((*unanswered)->count) + " not answered";
  }
  return "Errors in " + std::string(NameOf(phase)) + ": " + what + ", " +
         Count(static_cast<std::int64_t>(groups.size()), "reason", "reasons");
}

std::string RenderErrors(const Summary& summary, int columns) {
  std::string text;
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    std::vector<const ErrorGroup*> groups;
    for (const ErrorGroup& group : summary.errors) {
      if (group.phase == phase) groups.push_back(&group);
    }
    text += RenderSection(ErrorsTitle(phase, groups), groups, columns);
  }
  std::vector<const ErrorGroup*> warnings;
  for (const ErrorGroup& group : summary.warnings) warnings.push_back(&group);
  text += RenderSection("Warnings", warnings, columns);
  return text.empty()
             ? text
             : text + "\n" + WrapText("rehome explain CODE says more of each code.", 2, columns);
}

std::string FollowersText(const ErrorGroup& group) {
  if (group.derived == 0) return {};
  return Count(group.derived, "row", "rows") +
         (group.derived == 1
              ? " more failed because of this; it follows by itself in a retry"
              : " more failed because of this; they follow by themselves in a retry");
}

}  // namespace rehome::report

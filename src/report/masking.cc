#include "report/masking.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.h"
#include "base/random.h"
#include "base/text.h"
#include "model/column.h"
#include "model/organization.h"
#include "report/error_groups.h"

namespace rehome::report {
namespace {

// 48 bits: among 100,000 values two are taken for one in one report of 50,000.
constexpr std::size_t kDigits = 12;
constexpr std::string_view kIdKey = "id:";
constexpr std::string_view kMetadata = "metadata.";

// Options whose values may name somebody, something of theirs, or a place on this machine. Column
// names of a file are its owner's words.
constexpr std::array kPersonalOptions =
    std::to_array<std::string_view>({"map", "ignore-column", "org-external-id", "org-name",
                                     "ca-file", "file", "edited", "on-finish", "metrics"});

bool IsPersonal(std::string_view option) {
  return std::find(kPersonalOptions.begin(), kPersonalOptions.end(), option) !=
         kPersonalOptions.end();
}

}  // namespace

Masking Masking::Random() {
  std::string salt;
  for (int i = 0; i < 4; ++i) salt += std::to_string(base::EntropySeed()) + ".";
  return WithSalt(std::move(salt));
}

Masking Masking::WithSalt(std::string salt) {
  Masking masking;
  masking.salt_ = std::move(salt);
  return masking;
}

std::string Masking::Of(std::string_view text) const {
  if (!on()) return std::string(text);
  const std::string_view trimmed = base::Trim(text);
  if (trimmed.empty()) return {};
  // A row that follows from another names the code of that.
  if (model::ReasonWithCode(trimmed)) return std::string(trimmed);
  return "#" + base::Sha256Hex(salt_ + std::string(trimmed)).substr(0, kDigits);
}

std::string Masking::OfEmail(std::string_view email) const {
  return on() ? Of(base::FoldAscii(email)) : std::string(email);
}

std::string Masking::OfOrganizationKey(std::string_view key) const {
  const std::size_t colon = key.find(':');
  if (!on() || colon == std::string_view::npos) return std::string(key);
  // A cell of the file, which may hold anything, unless it is an id of the target.
  const bool is_id = key.starts_with(kIdKey) && model::IsOrganizationId(key.substr(kIdKey.size()));
  if (is_id) return std::string(key);
  return std::string(key.substr(0, colon + 1)) + Of(key.substr(colon + 1));
}

Summary Masking::Of(Summary summary) const {
  if (!on()) return summary;
  journal::RunFacts& run = summary.run;
  run.file = Of(run.file);
  run.argument.clear();  // it may name a folder
  run.command = Of(run.command);
  if (journal::IsRehearsal(run)) run.rehearsal_of = Of(run.rehearsal_of);
  // A variable's name, or a file.
  if (!run.key_origin.starts_with("WORKOS_") && run.key_origin != "stdin") {
    run.key_origin = Of(run.key_origin);
  }
  for (auto& [name, value] : run.options) {
    if (IsPersonal(name)) value = Of(value);
  }
  for (auto* groups : {&summary.errors, &summary.warnings, &summary.counters.findings}) {
    for (ErrorGroup& group : *groups) {
      group.sample_detail = Of(group.sample_detail);
      group.words = Of(group.words);
      for (auto& [column, count] : group.columns) {
        // Keys of metadata are their owner's words, also parts of one that has a comma.
        const bool metadata = column.starts_with(kMetadata);
        if (metadata) column = std::string(kMetadata) + Of(column.substr(kMetadata.size()));
        const bool is_ours = model::ColumnNamed(column).has_value() || column == kOtherColumns;
        if (!metadata && !is_ours) column = Of(column);
      }
    }
  }
  summary.stop_reason = Of(summary.stop_reason);
  std::string& why = summary.counters.verification.why_incomplete;
  why = Of(why);
  return summary;
}

}  // namespace rehome::report

#include "plan/role_slugs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "json/value.h"

namespace rehome::plan {
namespace {

constexpr std::size_t kMaxSlugBytes = 48;

// The entries of the cell as they stand; nothing when it starts as a JSON array but is none of
// strings.
std::optional<std::vector<std::string>> EntriesOf(std::string_view cell) {
  if (!cell.starts_with('[')) return base::Split(cell, ',');
  const auto parsed = json::Parse(cell);
  if (!parsed) return std::nullopt;
  std::vector<std::string> entries;
  for (const json::Value& element : parsed->elements()) {
    const auto text = element.AsString();
    if (!text) return std::nullopt;
    entries.emplace_back(*text);
  }
  return entries;
}

CheckedRoles Refused(std::string detail) {
  CheckedRoles refused;
  refused.findings.Reject(model::Reason::kRoleSlugsInvalid, model::Column::kRoleSlugs,
                          std::move(detail));
  return refused;
}

}  // namespace

bool IsRoleSlug(std::string_view text) {
  return !text.empty() && text.size() <= kMaxSlugBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

CheckedRoles CheckRoleSlugs(std::string_view cell) {
  const std::string_view text = base::Trim(cell);
  if (text.empty()) return {};
  const auto entries = EntriesOf(text);
  if (!entries) return Refused(Quote(text) + " is not a JSON array of strings");
  CheckedRoles checked;
  for (const std::string& entry : *entries) {
    const std::string_view slug = base::Trim(entry);
    if (slug.empty()) return Refused(Quote(text) + " has an empty entry");
    if (!IsRoleSlug(slug)) {
      return Refused(Quote(slug) +
                     " is not 1 to 48 lower-case letters, digits, hyphens and underscores");
    }
    if (std::find(checked.slugs.begin(), checked.slugs.end(), slug) == checked.slugs.end()) {
      checked.slugs.emplace_back(slug);
    }
  }
  return checked;
}

std::string OtherRoles(const model::Position& maker, std::span<const std::string> roles,
                       std::span<const std::string> own) {
  const auto words = [](std::span<const std::string> slugs) {
    return slugs.empty() ? "no role" : Quote(base::Join(slugs, ","));
  };
  return RowAndLine(maker) + " makes this membership with " + words(roles) + "; this row says " +
         words(own);
}

}  // namespace rehome::plan

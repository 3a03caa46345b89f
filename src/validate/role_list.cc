#include "validate/role_list.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "json/value.h"
#include "pipeline/role_census.h"
#include "plan/findings.h"
#include "plan/role_slugs.h"

namespace rehome::validate {
namespace {

base::Error Refusal(const std::string& source, const std::string& what) {
  return {base::ErrorCode::kInput, source + ": " + what};
}

// What a list in a message comes down to; the whole would push the sentence off the line.
constexpr std::size_t kShownRoles = 10;

std::string Some(const RoleList& list) {
  const std::span<const std::string> slugs(list.slugs);
  std::string text = base::Join(slugs.first(std::min(slugs.size(), kShownRoles)), ", ");
  if (slugs.size() > kShownRoles) text += " …";
  return text;
}

base::Result<std::vector<std::string>> SlugsOfLines(std::string_view text,
                                                    const std::string& source) {
  std::vector<std::string> slugs;
  std::size_t number = 0;
  for (const std::string& line : base::Split(text, '\n')) {
    ++number;
    const std::string_view slug = base::Trim(std::string_view(line).substr(0, line.find('#')));
    if (slug.empty()) continue;
    if (!plan::IsRoleSlug(slug)) {
      return Refusal(source + ":" + std::to_string(number),
                     plan::Quote(slug) +
                         " is no role slug: 1 to 48 lower-case letters, digits, hyphens and "
                         "underscores, one slug a line");
    }
    slugs.emplace_back(slug);
  }
  return slugs;
}

base::Result<std::vector<std::string>> SlugsOfJson(std::string_view text,
                                                   const std::string& source) {
  const auto parsed = json::Parse(text);
  if (!parsed) return Refusal(source, "is no JSON: " + parsed.error().message);
  const json::Value* list = parsed->is_object() ? parsed->Find("data") : &*parsed;
  if (list == nullptr || !list->is_array()) {
    return Refusal(source,
                   "is JSON without a list of roles: it needs \"data\", as the target answers "
                   "it, or a list of slugs");
  }
  std::vector<std::string> slugs;
  for (const json::Value& element : list->elements()) {
    const std::string_view slug =
        element.is_object() ? element.StringAt("slug") : element.AsString().value_or("");
    if (!plan::IsRoleSlug(slug)) {
      return Refusal(source, "element " + std::to_string(slugs.size() + 1) +
                                 " of the list of roles has no slug of a role");
    }
    slugs.emplace_back(slug);
  }
  return slugs;
}

}  // namespace

base::Result<RoleList> ParseRoleList(std::string_view text, const std::string& source) {
  const std::string_view trimmed = base::Trim(text);
  const bool is_json = trimmed.starts_with('{') || trimmed.starts_with('[');
  auto slugs = is_json ? SlugsOfJson(trimmed, source) : SlugsOfLines(text, source);
  if (!slugs) return slugs.error();
  if (slugs->empty()) return Refusal(source, "names no role, and each target has one");
  std::sort(slugs->begin(), slugs->end());
  RoleList list{.slugs = *std::move(slugs), .has_those_of_organizations = false, .source = source};
  list.has_those_of_organizations =
      std::any_of(list.slugs.begin(), list.slugs.end(), pipeline::IsOrganizationRole);
  return list;
}

std::string UnknownRole(const RoleList& list, std::string_view slug) {
  if (std::binary_search(list.slugs.begin(), list.slugs.end(), slug, std::less<>())) return {};
  if (pipeline::IsOrganizationRole(slug) && !list.has_those_of_organizations) return {};
  const std::vector<std::string_view> candidates(list.slugs.begin(), list.slugs.end());
  const std::string meant = base::Suggest(slug, candidates);
  return plan::Quote(slug) + " is not in " + list.source +
         (meant.empty() ? ", which has " + Some(list)
                        : "; did you mean " + plan::Quote(meant) + "?");
}

}  // namespace rehome::validate

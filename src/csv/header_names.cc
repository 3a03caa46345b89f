#include "csv/header_names.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"

namespace rehome::csv {
namespace {

struct Alias {
  std::string_view word;  // lower case, letters and digits only
  model::Column column;
};

// What other tools call our columns, as far as spelling alone does not show it.
constexpr std::array<Alias, 17> kAliases = {{
    {"emailaddress", model::Column::kEmail},
    {"mail", model::Column::kEmail},
    {"useremail", model::Column::kEmail},
    {"givenname", model::Column::kFirstName},
    {"surname", model::Column::kLastName},
    {"familyname", model::Column::kLastName},
    {"verified", model::Column::kEmailVerified},
    {"hash", model::Column::kPasswordHash},
    {"organizationid", model::Column::kOrgId},
    {"organisationid", model::Column::kOrgId},
    {"organizationexternalid", model::Column::kOrgExternalId},
    {"organisationexternalid", model::Column::kOrgExternalId},
    {"organization", model::Column::kOrgName},
    {"organizationname", model::Column::kOrgName},
    {"organisationname", model::Column::kOrgName},
    {"role", model::Column::kRoleSlugs},
    {"roles", model::Column::kRoleSlugs},
}};

// Words in the names of secrets.
constexpr std::array kSecretParts =
    std::to_array<std::string_view>({"pass", "pwd", "hash", "salt", "secret", "token"});
// Other short words are too often this near to one of ours: `Vorname` is no `orgname`.
constexpr std::size_t kShortWord = 7;

std::string LettersAndDigits(std::string_view text) {
  std::string kept = base::FoldAscii(text);
  std::erase_if(kept, [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); });
  return kept;
}

std::string Quoted(std::string_view name) { return '"' + base::EscapeForTerminal(name) + '"'; }

std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string close = base::Suggest(word, candidates);
  return close.empty() ? "" : "; did you mean " + Quoted(close) + "?";
}

bool IsNamed(std::string_view name, std::string_view wanted) {
  return base::EqualsFolded(name, base::Trim(wanted));
}

bool IsIgnored(std::string_view name, const ColumnOptions& options) {
  return std::any_of(options.ignored.begin(), options.ignored.end(),
                     [name](const std::string& ignored) { return IsNamed(name, ignored); });
}

std::optional<base::Error> CheckPresent(std::string_view flag, std::string_view name,
                                        std::span<const std::string> names,
                                        const std::string& where) {
  const auto is_it = [name](const std::string& candidate) { return IsNamed(candidate, name); };
  if (std::any_of(names.begin(), names.end(), is_it)) return std::nullopt;
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return base::Error{base::ErrorCode::kUsage, where + ": " + std::string(flag) +
                                                  ": the header has no column " + Quoted(name) +
                                                  DidYouMean(name, candidates)};
}

// Flags that name no column of the file, or no column of ours, are typing errors.
std::optional<base::Error> CheckOptions(std::span<const std::string> names,
                                        const ColumnOptions& options, const std::string& where) {
  for (const auto& [name, column] : options.renames) {
    const std::string flag = "--map " + base::ShellQuoted(name + "=" + column);
    if (auto error = CheckPresent(flag, name, names, where)) return error;
    if (model::ColumnNamed(base::FoldAscii(base::Trim(column)))) continue;
    return base::Error{base::ErrorCode::kUsage, flag + ": rehome has no column " + Quoted(column) +
                                                    DidYouMean(column, model::kColumnNames)};
  }
  for (const std::string& name : options.ignored) {
    const std::string flag = "--ignore-column " + base::ShellQuoted(name);
    if (auto error = CheckPresent(flag, name, names, where)) return error;
  }
  return std::nullopt;
}

void CheckNotOurs(std::span<const std::string> names, std::vector<HeaderFinding>& findings) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (name != "_row" && name != "_outcome") continue;
    findings.push_back(
        {model::Reason::kHeaderRowFile, i + 1,
         "the column " + name +
             " shows that this is one of rehome's own row files, whose secrets are blanked: use "
             "\"rehome retry RUN --edited FILE\", mend the original file, or "
             "import this one as it stands with --as-plain-input"});
    return;
  }
}

void CheckOnce(std::span<const std::optional<model::Column>> columns,
               std::vector<HeaderFinding>& findings) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i]) continue;
    const auto earlier =
        std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), columns[i]);
    const auto first = static_cast<std::size_t>(earlier - columns.begin());
    if (first == i) continue;
    findings.push_back({model::Reason::kHeaderColumnTwice, i + 1,
                        "fields " + std::to_string(first + 1) + " and " + std::to_string(i + 1) +
                            " of the header both hold the column " +
                            Quoted(model::NameOf(*columns[i])) + ": remove one of them"});
  }
}

// One letter more, less, other, or two neighbours in the wrong order.
bool IsAtMostOneSlipFrom(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  if (a.size() <= 1 && b.size() <= 1) return true;
  return a.size() == 2 && b.size() == 2 && a[0] == b[1] && a[1] == b[0];
}

bool IsOfPasswords(model::Column column) {
  return column == model::Column::kPassword || column == model::Column::kPasswordHash ||
         column == model::Column::kPasswordHashType;
}

// Whether `word` could be a slip for this column of ours, whose letters are `known`. Advice that
// sends a salt as a hash, or a secret as a name, does harm; so there only a slip counts.
bool MayMean(std::string_view word, model::Column column, std::string_view known) {
  if (IsOfPasswords(column) || word.size() <= kShortWord) return IsAtMostOneSlipFrom(word, known);
  return std::none_of(kSecretParts.begin(), kSecretParts.end(), [word](std::string_view part) {
    return word.find(part) != std::string_view::npos;
  });
}

HeaderFinding Lookalike(std::size_t field, std::string_view name, model::Column column) {
  const std::string known(model::NameOf(column));
  return {model::Reason::kHeaderLookalike, field,
          "the column " + Quoted(name) + " looks like " + Quoted(known) +
              ": rename it with --map " + base::ShellQuoted(std::string(name) + "=" + known) +
              " or leave it out with --ignore-column " + base::ShellQuoted(name)};
}

// What is to be said of a name that no column of ours has.
HeaderFinding Unknown(std::size_t field, const std::string& name) {
  constexpr model::Reason kUnknown = model::Reason::kWarnHeaderUnknown;
  if (name.empty()) {
    return {kUnknown, field,
            "field " + std::to_string(field) + " of the header has no name: it is not imported"};
  }
  if (const auto close = LookalikeOf(name)) return Lookalike(field, name, *close);
  return {kUnknown, field, "the column " + Quoted(name) + " is unknown: it is not imported"};
}

}  // namespace

std::optional<model::Column> ColumnOf(std::string_view name, const ColumnOptions& options) {
  if (IsIgnored(name, options)) return std::nullopt;
  for (const auto& [from, to] : options.renames) {
    if (IsNamed(name, from)) return model::ColumnNamed(base::FoldAscii(base::Trim(to)));
  }
  return model::ColumnNamed(base::FoldAscii(name));
}

std::optional<model::Column> LookalikeOf(std::string_view name) {
  const std::string word = LettersAndDigits(name);
  if (word.empty()) return std::nullopt;
  for (const Alias& alias : kAliases) {
    if (alias.word == word) return alias.column;
  }
  std::array<std::string, model::kColumnCount> known;
  std::vector<std::string_view> candidates;
  for (std::size_t i = 0; i < known.size(); ++i) {
    known[i] = LettersAndDigits(model::kColumnNames[i]);
    if (MayMean(word, static_cast<model::Column>(i), known[i])) candidates.push_back(known[i]);
  }
  const std::string close = base::Suggest(word, candidates);
  const auto at = std::find(known.begin(), known.end(), close);
  if (at == known.end()) return std::nullopt;
  return static_cast<model::Column>(at - known.begin());
}

base::Result<ResolvedNames> ResolveNames(std::span<const std::string> names,
                                         const ColumnOptions& options, const std::string& where) {
  if (auto error = CheckOptions(names, options, where)) return *error;
  ResolvedNames resolved;
  std::vector<HeaderFinding>& findings = resolved.findings;
  if (!options.plain_input) CheckNotOurs(names, findings);
  const bool has_ours = options.plain_input || !findings.empty();
  bool looks_like_email = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto column = ColumnOf(names[i], options);
    resolved.columns.push_back(column);
    if (column || IsIgnored(names[i], options)) continue;
    if (has_ours && names[i].starts_with('_')) continue;
    findings.push_back(Unknown(i + 1, names[i]));
    looks_like_email = looks_like_email || LookalikeOf(names[i]) == model::Column::kEmail;
  }
  CheckOnce(resolved.columns, findings);
  const bool has_email = std::find(resolved.columns.begin(), resolved.columns.end(),
                                   model::Column::kEmail) != resolved.columns.end();
  if (!has_email && !looks_like_email) {
    findings.push_back({model::Reason::kHeaderEmailMissing, 0,
                        "the header has no column \"email\": add it, or name the column that "
                        "holds the e-mail with --map 'NAME=email'"});
  }
  std::stable_sort(
      findings.begin(), findings.end(),
      [](const HeaderFinding& a, const HeaderFinding& b) { return a.reason < b.reason; });
  return resolved;
}

}  // namespace rehome::csv

#include "cli/moved_effects.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"
#include "csv/reader.h"

namespace rehome::cli {
namespace {

using model::EffectKind;
using RowNumbers = std::vector<std::int64_t>;
using RowsByEmail = std::map<std::string, RowNumbers>;

// Calls `visit` with number and e-mail (folded) of each well-formed row that has one.
base::Status VisitEmails(const InputState& state, const csv::Header& header,
                         const std::function<void(std::int64_t, const std::string&)>& visit) {
  for (const csv::Range& chunk : state.chunks) {
    auto reader = csv::OpenReader(state.input, header, chunk);
    if (!reader) return reader.error();
    while (true) {
      auto record = (*reader)->Next();
      if (!record) return record.error();
      if (!*record) break;
      const auto* row = std::get_if<model::Row>(&**record);
      if (row == nullptr) continue;
      const std::string email = base::FoldAscii(base::Trim((*row)[model::Column::kEmail]));
      if (!email.empty()) visit(row->position.row, email);
    }
  }
  return {};
}

base::Result<RowsByEmail> RowsOf(const InputState& state, const csv::Header& header,
                                 const std::set<std::string>& emails) {
  RowsByEmail rows;
  RETURN_IF_ERROR(VisitEmails(state, header, [&](std::int64_t row, const std::string& email) {
    if (emails.contains(email)) rows[email].push_back(row);
  }));
  return rows;
}

std::string UserKey(const RowNumbers& rows) {
  return rows.size() > 1 ? "user:" + std::to_string(rows.front()) : "";
}

// Without the id of the organization, which the journal adds.
std::string MembershipKey(const RowNumbers& rows) {
  return rows.size() > 1 ? "membership:" + std::to_string(rows.front()) + ":" : "";
}

bool InPart(std::int64_t row, const journal::RunFacts& facts) {
  return row >= facts.first_row && row <= facts.last_row;
}

bool Holds(const RowNumbers& rows, std::int64_t row) {
  return std::find(rows.begin(), rows.end(), row) != rows.end();
}

// Where the effect of a user stands that had the rows `before`, and where it is to stand.
journal::EffectMove MoveOf(std::int64_t from, const RowNumbers& now,
                           const journal::RunFacts& facts) {
  const bool is_named =
      std::any_of(now.begin(), now.end(), [&](std::int64_t row) { return InPart(row, facts); });
  if (!is_named) return {.from = from, .to = 0, .key = ""};
  return {.from = from, .to = Holds(now, from) ? from : now.front(), .key = UserKey(now)};
}

// The rows at which the effects with these keys stand.
base::Result<std::map<std::string, std::int64_t>> FindKeys(const std::set<std::string>& keys,
                                                           journal::JournalReader& journal) {
  std::map<std::string, std::int64_t> rows;
  RETURN_IF_ERROR(journal.VisitEffects([&](const model::Effect& effect) {
    if (!effect.key.empty() && keys.contains(effect.key)) rows[effect.key] = effect.row;
  }));
  return rows;
}

base::Status NoteOrganizations(const std::vector<model::Organization>& organizations,
                               journal::JournalReader& journal, journal::Reopening& reopening) {
  std::map<std::string, std::int64_t> first_rows;
  for (const model::Organization& organization : organizations) {
    first_rows[model::KeyOf(organization.ref)] = organization.first_row;
  }
  return journal.VisitEffects([&](const model::Effect& effect) {
    if (effect.kind != EffectKind::kOrganization) return;
    const auto at = first_rows.find(effect.key);
    const std::int64_t to = at == first_rows.end() ? 0 : at->second;
    if (to == effect.row) return;
    reopening.organizations.push_back({.from = effect.row, .to = to, .key = effect.key});
  });
}

base::Status NoteUsers(const RowsByEmail& before, const RowsByEmail& now,
                       const journal::RunFacts& facts, journal::JournalReader& journal,
                       journal::Reopening& reopening) {
  std::set<std::string> keys;
  for (const auto& [email, rows] : before) keys.insert(UserKey(rows));
  const auto found = FindKeys(keys, journal);
  if (!found) return found.error();
  for (const auto& [email, rows] : before) {
    const auto at = found->find(UserKey(rows));
    const auto has_now = now.find(email);
    const RowNumbers rows_now = has_now == now.end() ? RowNumbers() : has_now->second;
    reopening.users.push_back(
        MoveOf(at == found->end() ? rows.front() : at->second, rows_now, facts));
    for (const std::int64_t row : rows_now) {
      reopening.membership_keys.emplace_back(row, MembershipKey(rows_now));
    }
  }
  return {};
}

}  // namespace

base::Status FindMovedEffects(const InputState& before, const InputState& now,
                              const csv::Header& header,
                              const std::vector<model::Organization>& organizations,
                              const journal::RunFacts& facts, const std::set<std::int64_t>& rows,
                              journal::JournalReader& journal, journal::Reopening& reopening) {
  RETURN_IF_ERROR(NoteOrganizations(organizations, journal, reopening));
  if (rows.empty()) return {};
  std::set<std::string> emails;
  for (const InputState* state : {&before, &now}) {
    RETURN_IF_ERROR(VisitEmails(*state, header, [&](std::int64_t row, const std::string& email) {
      if (rows.contains(row)) emails.insert(email);
    }));
  }
  const auto rows_before = RowsOf(before, header, emails);
  if (!rows_before) return rows_before.error();
  const auto rows_now = RowsOf(now, header, emails);
  if (!rows_now) return rows_now.error();
  return NoteUsers(*rows_before, *rows_now, facts, journal, reopening);
}

}  // namespace rehome::cli

#include "cli/moved_effects.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/text.h"
#include "csv/reader.h"
#include "model/effect.h"

namespace rehome::cli {
namespace {

using model::Column;
using model::EffectKind;

/// A row of a user, and the organization that it names, as its cells say it.
struct UserRow {
  std::int64_t row = 0;
  std::string organization;
};
using UserRows = std::vector<UserRow>;
using RowsByEmail = std::map<std::string, UserRows>;

std::string OrganizationOf(const model::Row& row) {
  std::string cells;
  for (const Column column : {Column::kOrgId, Column::kOrgExternalId, Column::kOrgName}) {
    // An external_id says which one, however it is called.
    const bool is_named = column == Column::kOrgName && !base::Trim(cells).empty();
    if (!is_named) cells += std::string(base::Trim(row[column])) + "\n";
  }
  return cells;
}

// Calls `visit` with each well-formed row that has an e-mail, and with that (folded).
base::Status VisitEmails(const InputState& state,
                         const std::function<void(const model::Row&, const std::string&)>& visit) {
  for (const csv::Range& chunk : state.chunks) {
    auto reader = csv::OpenReader(state.input, state.header, chunk);
    if (!reader) return reader.error();
    while (true) {
      auto record = (*reader)->Next();
      if (!record) return record.error();
      if (!*record) break;
      const auto* row = std::get_if<model::Row>(&**record);
      if (row == nullptr) continue;
      const std::string email = base::FoldAscii(base::Trim((*row)[Column::kEmail]));
      if (!email.empty()) visit(*row, email);
    }
  }
  return {};
}

base::Result<RowsByEmail> RowsOf(const InputState& state, const std::set<std::string>& emails) {
  RowsByEmail rows;
  RETURN_IF_ERROR(VisitEmails(state, [&](const model::Row& row, const std::string& email) {
    if (emails.contains(email)) rows[email].push_back({row.position.row, OrganizationOf(row)});
  }));
  return rows;
}

std::string UserKey(const UserRows& rows) {
  return rows.size() > 1 ? model::UserKeyOf(rows.front().row) : "";
}

// Without the id of the organization, which the journal adds.
std::string MembershipKey(const UserRows& rows) {
  return rows.size() > 1 ? model::MembershipKeyOf(rows.front().row, "") : "";
}

bool Holds(const UserRows& rows, std::int64_t row) {
  return std::any_of(rows.begin(), rows.end(),
                     [row](const UserRow& one) { return one.row == row; });
}

// Rows outside the part would make the user again when they are imported: nobody asks for what is
// in doubt till then.
base::Status CheckIsNamedInPart(const UserRows& before, const UserRows& now,
                                const journal::RunFacts& facts) {
  const auto in_part = [&](const UserRow& one) {
    return one.row >= facts.first_row && one.row <= facts.last_row;
  };
  if (now.empty() || std::any_of(now.begin(), now.end(), in_part)) return {};
  const auto ours = std::find_if(before.begin(), before.end(), in_part);
  if (ours == before.end()) return {};
  return base::Error{base::ErrorCode::kInput,
                     "row " + std::to_string(ours->row) + " has the user of row " +
                         std::to_string(now.front().row) + ", which run " + facts.run_id +
                         " has not imported yet; import the rest first with `rehome resume " +
                         journal::ArgumentOf(facts) + "`, then correct the row"};
}

// Where the effect of a user is to stand that stands at `from`.
journal::EffectMove MoveOf(std::int64_t from, const UserRows& now) {
  if (now.empty()) return {.from = from, .to = 0, .key = ""};
  return {.from = from, .to = Holds(now, from) ? from : now.front().row, .key = UserKey(now)};
}

// The row to which a membership goes that `left` wants no more: one that shares it.
std::optional<std::int64_t> HeirOf(const UserRow& left, const UserRows& now) {
  const auto heir = std::find_if(now.begin(), now.end(), [&](const UserRow& one) {
    return one.row != left.row && one.organization == left.organization;
  });
  return heir == now.end() ? std::nullopt : std::optional(heir->row);
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

base::Result<std::vector<journal::EffectMove>> MovedOrganizations(
    const std::vector<model::Organization>& organizations, journal::JournalReader& journal) {
  std::map<std::string, std::int64_t> first_rows;
  for (const model::Organization& organization : organizations) {
    first_rows[model::KeyOf(organization.ref)] = organization.first_row;
  }
  std::vector<journal::EffectMove> moves;
  RETURN_IF_ERROR(journal.VisitEffects([&](const model::Effect& effect) {
    if (effect.kind != EffectKind::kOrganization) return;
    const auto at = first_rows.find(effect.key);
    const std::int64_t to = at == first_rows.end() ? 0 : at->second;
    if (to != effect.row) moves.push_back({.from = effect.row, .to = to, .key = effect.key});
  }));
  return moves;
}

base::Status AddUsers(const RowsByEmail& before, const RowsByEmail& now,
                      const journal::RunFacts& facts, journal::JournalReader& journal,
                      journal::MovedEffects& moved) {
  std::set<std::string> keys;
  for (const auto& [email, rows] : before) keys.insert(UserKey(rows));
  const auto found = FindKeys(keys, journal);
  if (!found) return found.error();
  for (const auto& [email, rows] : before) {
    const auto has_now = now.find(email);
    const UserRows rows_now = has_now == now.end() ? UserRows() : has_now->second;
    RETURN_IF_ERROR(CheckIsNamedInPart(rows, rows_now, facts));
    const auto at = found->find(UserKey(rows));
    moved.users.push_back(MoveOf(at == found->end() ? rows.front().row : at->second, rows_now));
    for (const UserRow& one : rows_now) {
      moved.membership_keys.emplace_back(one.row, MembershipKey(rows_now));
    }
    for (const UserRow& one : rows) {
      const bool stays = std::any_of(rows_now.begin(), rows_now.end(), [&](const UserRow& other) {
        return other.row == one.row && other.organization == one.organization;
      });
      const auto heir = stays ? std::nullopt : HeirOf(one, rows_now);
      if (heir) moved.memberships.push_back({.from = one.row, .to = *heir, .key = ""});
    }
  }
  return {};
}

}  // namespace

base::Result<journal::MovedEffects> FindMovedEffects(const InputState& before,
                                                     const InputState& now,
                                                     const journal::RunFacts& facts,
                                                     const std::set<std::int64_t>& rows,
                                                     journal::JournalReader& journal) {
  auto organizations = MovedOrganizations(now.organizations, journal);
  if (!organizations) return organizations.error();
  journal::MovedEffects moved{.organizations = *std::move(organizations)};
  std::set<std::string> emails;
  for (const InputState* state : {&before, &now}) {
    if (rows.empty()) break;
    RETURN_IF_ERROR(VisitEmails(*state, [&](const model::Row& row, const std::string& email) {
      if (rows.contains(row.position.row)) emails.insert(email);
    }));
  }
  if (emails.empty()) return moved;
  const auto rows_before = RowsOf(before, emails);
  if (!rows_before) return rows_before.error();
  const auto rows_now = RowsOf(now, emails);
  if (!rows_now) return rows_now.error();
  RETURN_IF_ERROR(AddUsers(*rows_before, *rows_now, facts, journal, moved));
  return moved;
}

}  // namespace rehome::cli

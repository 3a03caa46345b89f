#include "cli/moved_effects.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
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

/// A row of a user, and the key of the organization that it names; empty when it names none.
struct UserRow {
  std::int64_t row = 0;
  std::string organization;
  bool operator==(const UserRow&) const = default;
};
using UserRows = std::vector<UserRow>;
using RowsByEmail = std::map<std::string, UserRows>;

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

base::Result<RowsByEmail> RowsOf(const InputState& state, const plan::PlanOptions& options,
                                 const std::set<std::string>& emails) {
  RowsByEmail rows;
  RETURN_IF_ERROR(VisitEmails(state, [&](const model::Row& row, const std::string& email) {
    if (!emails.contains(email)) return;
    const auto organization = plan::OrganizationOf(row, options);
    rows[email].push_back(
        {row.position.row, organization ? model::KeyOf(*organization) : std::string()});
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

// What the journal knows of the users and memberships of some rows.
struct KnownEffects {
  std::map<std::string, std::string> organizations;  // ids by key, as far as they are known
  std::map<std::string, std::int64_t> rows_by_key;
  std::set<std::pair<EffectKind, std::int64_t>> done;
  std::set<std::pair<EffectKind, std::int64_t>> in_doubt;  // what may be there
};

base::Result<KnownEffects> ReadEffects(const RowsByEmail& before, journal::JournalReader& journal) {
  std::set<std::string> keys;
  std::set<std::int64_t> rows;
  for (const auto& [email, its_rows] : before) {
    keys.insert(UserKey(its_rows));
    for (const UserRow& one : its_rows) rows.insert(one.row);
  }
  KnownEffects known;
  RETURN_IF_ERROR(journal.VisitEffects([&](const model::Effect& effect) {
    if (effect.kind == EffectKind::kOrganization && !effect.target_id.empty()) {
      known.organizations[effect.key] = effect.target_id;
    }
    const bool is_shared = !effect.key.empty() && keys.contains(effect.key);
    if (is_shared) known.rows_by_key[effect.key] = effect.row;
    if (!is_shared && !rows.contains(effect.row)) return;
    const std::pair<EffectKind, std::int64_t> at(effect.kind, effect.row);
    if (effect.state == model::EffectState::kDone) {
      known.done.insert(at);
    } else if (journal::StaysInDoubt(effect)) {
      known.in_doubt.insert(at);
    }
  }));
  return known;
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

/// Finds the moves of one user after the other.
class UserMoves {
 public:
  UserMoves(const KnownEffects& known, const journal::RunFacts& facts, const CorrectedRows& rows)
      : known_(known), facts_(facts), rows_(rows) {}

  base::Status Add(const UserRows& before, const UserRows& now) {
    RETURN_IF_ERROR(AddUser(before, now));
    for (const UserRow& one : now) {
      found_.moved.membership_keys.emplace_back(one.row, MembershipKey(now));
    }
    for (const UserRow& one : before) RETURN_IF_ERROR(AddMembership(one, now));
    return {};
  }

  MovesFound Take() { return std::move(found_); }

 private:
  base::Status AddUser(const UserRows& before, const UserRows& now) {
    const auto at = known_.rows_by_key.find(UserKey(before));
    const std::int64_t from = at == known_.rows_by_key.end() ? before.front().row : at->second;
    RETURN_IF_ERROR(CheckIsSettled(EffectKind::kUser, from, now, now));
    if (now.empty()) {
      found_.moved.users.push_back({.from = from, .to = 0, .key = ""});
    } else {
      const std::int64_t to = Holds(now, from) ? from : now.front().row;
      found_.moved.users.push_back({.from = from, .to = to, .key = UserKey(now)});
    }
    if (!known_.done.contains({EffectKind::kUser, from})) return {};
    for (const UserRow& one : before) {
      if (!Holds(now, one.row)) found_.leaving.push_back(one.row);
    }
    return {};
  }

  base::Status AddMembership(const UserRow& one, const UserRows& now) {
    UserRows sharing;
    std::copy_if(now.begin(), now.end(), std::back_inserter(sharing),
                 [&](const UserRow& other) { return IsSameOrganization(one, other); });
    RETURN_IF_ERROR(CheckIsSettled(EffectKind::kMembership, one.row, sharing, now));
    const std::int64_t to = DestinationOf(one, sharing, now);
    if (to != one.row) {
      found_.moved.memberships.push_back({.from = one.row, .to = to, .key = ""});
    }
    return {};
  }

  // The row itself before others, and one that is tried before all; 0 when nobody wants it.
  std::int64_t DestinationOf(const UserRow& one, const UserRows& sharing,
                             const UserRows& now) const {
    if (sharing.empty()) return 0;
    const bool stays = Holds(sharing, one.row);
    if (stays && IsTried(one, now)) return one.row;
    const auto tried = std::find_if(sharing.begin(), sharing.end(),
                                    [&](const UserRow& other) { return IsTried(other, now); });
    if (tried != sharing.end()) return tried->row;
    return stays ? one.row : sharing.front().row;
  }

  // One may name it by its external_id and the other by its id.
  bool IsSameOrganization(const UserRow& one, const UserRow& other) const {
    return IdOf(one.organization) == IdOf(other.organization);
  }
  std::string IdOf(const std::string& key) const {
    const auto at = known_.organizations.find(key);
    if (at == known_.organizations.end()) return key;
    return model::KeyOf({.kind = model::OrganizationRef::Kind::kId, .value = at->second});
  }
  bool IsInPart(const UserRow& one) const {
    return one.row >= facts_.first_row && one.row <= facts_.last_row;
  }
  bool IsRejected(std::int64_t row) const {
    return std::binary_search(rows_.rejected.begin(), rows_.rejected.end(), row);
  }
  // A row whose user has a rejected first row follows that.
  bool IsTried(const UserRow& one, const UserRows& of_user) const {
    return IsInPart(one) && !IsRejected(one.row) && !IsRejected(of_user.front().row) &&
           !rows_.settled.contains(one.row);
  }

  // Nobody would ask for what may have been sent, and it stayed in doubt for good. What no row
  // wants any more is noted and forgotten instead. And what stands outside the part is not the
  // run's to report.
  base::Status CheckIsSettled(EffectKind kind, std::int64_t from, const UserRows& wanting,
                              const UserRows& now) const {
    const bool in_doubt = known_.in_doubt.contains({kind, from});
    if (wanting.empty() || !(in_doubt || known_.done.contains({kind, from}))) return {};
    const bool in_part = std::any_of(wanting.begin(), wanting.end(),
                                     [&](const UserRow& one) { return IsInPart(one); });
    const bool tried = std::any_of(wanting.begin(), wanting.end(),
                                   [&](const UserRow& one) { return IsTried(one, now); });
    if (tried || (in_part && !in_doubt)) return {};
    const std::string doubt = "what run " + facts_.run_id + " may have sent of row " +
                              std::to_string(from) + " is wanted by row " +
                              std::to_string(wanting.front().row) + " alone, which ";
    if (in_part) {
      return base::Error{base::ErrorCode::kInput,
                         doubt +
                             "is rejected with these corrections, so that nobody would look "
                             "for it; correct that row too, or its user's first row"};
    }
    return base::Error{base::ErrorCode::kInput,
                       doubt +
                           "the run has not imported yet; import the rest first with `rehome "
                           "resume " +
                           journal::ArgumentOf(facts_) + "`, then correct the row"};
  }

  const KnownEffects& known_;
  const journal::RunFacts& facts_;
  const CorrectedRows& rows_;
  MovesFound found_;
};

// Of the users of all corrected rows: who they were and who they are.
base::Result<std::set<std::string>> EmailsOf(const InputState& before, const InputState& now,
                                             const std::vector<std::int64_t>& rows) {
  std::set<std::string> emails;
  for (const InputState* state : {&before, &now}) {
    RETURN_IF_ERROR(VisitEmails(*state, [&](const model::Row& row, const std::string& email) {
      if (std::binary_search(rows.begin(), rows.end(), row.position.row)) emails.insert(email);
    }));
  }
  return emails;
}

}  // namespace

base::Result<MovesFound> FindMovedEffects(const InputState& before, const InputState& now,
                                          const plan::PlanOptions& options,
                                          const journal::RunFacts& facts, const CorrectedRows& rows,
                                          journal::JournalReader& journal) {
  const auto emails = EmailsOf(before, now, rows.corrected);
  if (!emails) return emails.error();
  const auto rows_before = RowsOf(before, options, *emails);
  if (!rows_before) return rows_before.error();
  const auto rows_now = RowsOf(now, options, *emails);
  if (!rows_now) return rows_now.error();
  const auto known = ReadEffects(*rows_before, journal);
  if (!known) return known.error();
  UserMoves moves(*known, facts, rows);
  for (const auto& [email, its_rows] : *rows_before) {
    const auto its_now = rows_now->find(email);
    RETURN_IF_ERROR(moves.Add(its_rows, its_now == rows_now->end() ? UserRows() : its_now->second));
  }
  MovesFound found = moves.Take();
  auto organizations = MovedOrganizations(now.organizations, journal);
  if (!organizations) return organizations.error();
  found.moved.organizations = *std::move(organizations);
  return found;
}

}  // namespace rehome::cli

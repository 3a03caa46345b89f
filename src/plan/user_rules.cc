#include "plan/user_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "base/secret.h"
#include "base/text.h"
#include "model/request_size.h"
#include "plan/email.h"
#include "plan/metadata.h"
#include "plan/password_hash.h"
#include "plan/planner.h"

namespace rehome::plan {
namespace {

using model::Column;
using model::Reason;
using model::Row;

// The limit of the target's API, and that of its guides.
constexpr std::size_t kMaxExternalIdBytes = 128;
constexpr std::size_t kAdvisedExternalIdBytes = 64;

// Bytes are kept, but a cell of blanks holds no name.
// A quotation mark that is not closed on its line takes the rows up to the next one into the name.
std::optional<std::string> NameIn(const Row& row, Column column, Findings& findings) {
  const std::string& cell = row[column];
  if (base::Trim(cell).empty()) return std::nullopt;
  const auto breaks = std::count(cell.begin(), cell.end(), '\n');
  if (breaks > 0) {
    findings.Warn(Reason::kWarnNameOverLines, column,
                  "the value has " + std::to_string(breaks + 1) + " lines");
  }
  return cell;
}

void CheckEmailVerified(const Row& row, CheckedUser& checked) {
  const std::string_view word = base::Trim(row[Column::kEmailVerified]);
  if (word.empty()) return;
  checked.user.email_verified = ParseYesNo(word);
  if (checked.user.email_verified) return;
  checked.findings.Reject(Reason::kEmailVerifiedInvalid, Column::kEmailVerified,
                          Quote(word) + " is neither true nor false");
}

void CheckExternalId(const Row& row, CheckedUser& checked) {
  const std::string_view id = base::Trim(row[Column::kExternalId]);
  if (id.empty()) return;
  const std::string length = Quote(id) + " has " + std::to_string(id.size()) + " characters";
  if (!base::IsPrintableAscii(id)) {
    checked.findings.Reject(Reason::kExternalIdInvalid, Column::kExternalId,
                            Quote(id) + " holds characters that are not printable ASCII");
    return;
  }
  if (id.size() > kMaxExternalIdBytes) {
    checked.findings.Reject(Reason::kExternalIdTooLong, Column::kExternalId,
                            length + ", where 128 are the most");
    return;
  }
  if (id.size() > kAdvisedExternalIdBytes) {
    checked.findings.Warn(Reason::kWarnExternalIdLong, Column::kExternalId,
                          length + ", where the guides allow 64");
  }
  checked.user.external_id = id;
}

// Columns get swapped: only what could be the name of a type is shown.
std::string QuoteType(std::string_view word) {
  return base::CouldBeName(word) ? Quote(word) : "[masked]";
}

void CheckHash(const std::string& hash, std::string_view type_word, CheckedUser& checked) {
  const auto type = HashTypeNamed(type_word);
  if (!type) {
    checked.findings.Reject(
        Reason::kPasswordHashTypeUnknown, Column::kPasswordHashType,
        QuoteType(type_word) + " is none of " + base::Join(PasswordHashTypes(), ", "));
    return;
  }
  const auto form = CheckPasswordHash(*type, hash);
  if (!form) {
    checked.findings.Reject(Reason::kPasswordHashInvalid, Column::kPasswordHash,
                            "[masked] is no " + *type + " hash: " + form.error().message);
    return;
  }
  checked.user.password = model::PasswordHash{*type, base::Secret(hash)};
}

void CheckPasswords(const Row& row, CheckedUser& checked) {
  const std::string& password = row[Column::kPassword];
  const std::string& hash = row[Column::kPasswordHash];
  const std::string_view type = base::Trim(row[Column::kPasswordHashType]);
  if (!password.empty()) {
    checked.user.password = model::PlainPassword{base::Secret(password)};
  }
  if (!password.empty() && !hash.empty()) {
    checked.findings.Reject(Reason::kPasswordConflict, Column::kPassword,
                            "[masked] stands beside a password_hash");
  }
  if (hash.empty() && type.empty()) return;
  if (hash.empty()) {
    checked.findings.Reject(Reason::kPasswordHashIncomplete, Column::kPasswordHash,
                            "is empty beside the password_hash_type " + QuoteType(type));
    return;
  }
  if (type.empty()) {
    checked.findings.Reject(Reason::kPasswordHashIncomplete, Column::kPasswordHashType,
                            "is empty beside a password_hash");
    return;
  }
  CheckHash(hash, type, checked);
}

std::size_t PasswordBytes(const model::UserRecord& user) {
  if (const auto* plain = std::get_if<model::PlainPassword>(&user.password)) {
    return plain->password.Reveal().size();
  }
  const auto* hashed = std::get_if<model::PasswordHash>(&user.password);
  return hashed == nullptr ? 0 : hashed->hash.Reveal().size();
}

// The values alone, without what stands around them in a request: none is refused that would fit.
void CheckSize(CheckedUser& checked) {
  const model::UserRecord& user = checked.user;
  std::size_t metadata = 0;
  for (const auto& [key, value] : user.metadata) metadata += key.size() + value.size();
  const bool hashed = std::holds_alternative<model::PasswordHash>(user.password);
  const std::array<std::pair<Column, std::size_t>, 5> sizes = {
      {{Column::kEmail, user.email.size()},
       {Column::kFirstName, user.first_name ? user.first_name->size() : 0},
       {Column::kLastName, user.last_name ? user.last_name->size() : 0},
       {hashed ? Column::kPasswordHash : Column::kPassword, PasswordBytes(user)},
       {Column::kMetadata, metadata}}};
  std::size_t all = 0;
  for (const auto& [column, size] : sizes) all += size;
  if (all <= model::kMaxRequestBytes) return;
  const auto largest = std::max_element(
      sizes.begin(), sizes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto shown = [](std::size_t size) {
    return base::WithThousands(static_cast<std::int64_t>(size));
  };
  checked.findings.Reject(Reason::kUserTooLarge, largest->first,
                          "has " + shown(largest->second) + " bytes, and all values of the user " +
                              shown(all) + ", where 102,400 are the most");
}

}  // namespace

std::optional<bool> ParseYesNo(std::string_view text) {
  for (const std::string_view word : {"true", "yes", "y", "1"}) {
    if (base::EqualsFolded(text, word)) return true;
  }
  for (const std::string_view word : {"false", "no", "n", "0"}) {
    if (base::EqualsFolded(text, word)) return false;
  }
  return std::nullopt;
}

Findings CheckEmailColumn(const Row& row) {
  Findings findings;
  const std::string_view email = base::Trim(row[Column::kEmail]);
  if (email.empty()) {
    findings.Reject(Reason::kEmailMissing, Column::kEmail, "is empty");
    return findings;
  }
  const auto form = CheckEmail(email);
  if (!form) {
    findings.Reject(Reason::kEmailInvalid, Column::kEmail,
                    Quote(email) + " " + form.error().message);
  }
  return findings;
}

CheckedUser CheckUser(const Row& row) {
  CheckedUser checked;
  checked.findings = CheckEmailColumn(row);
  checked.user.email = base::Trim(row[Column::kEmail]);
  checked.user.first_name = NameIn(row, Column::kFirstName, checked.findings);
  checked.user.last_name = NameIn(row, Column::kLastName, checked.findings);
  CheckEmailVerified(row, checked);
  CheckExternalId(row, checked);
  CheckPasswords(row, checked);
  CheckedMetadata metadata = CheckMetadata(row[Column::kMetadata]);
  checked.user.metadata = std::move(metadata.entries);
  checked.findings.Append(std::move(metadata.findings));
  CheckSize(checked);
  return checked;
}

}  // namespace rehome::plan

#include "plan/user_rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/secret.h"
#include "base/text.h"
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
  return checked;
}

}  // namespace rehome::plan

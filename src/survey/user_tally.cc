#include "survey/user_tally.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "survey/repeated_users.h"

namespace rehome::survey {
namespace {

// Longer e-mails are refused by column rules, but must have a key all the same.
constexpr std::size_t kUsualBytes = 256;

char Fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

base::Hash128 UserKey(std::string_view email) {
  const std::string_view trimmed = base::Trim(email);
  if (trimmed.size() > kUsualBytes) return base::HashBytes(base::FoldAscii(trimmed));
  std::array<char, kUsualBytes> folded;
  for (std::size_t i = 0; i < trimmed.size(); ++i) folded[i] = Fold(trimmed[i]);
  return base::HashBytes({folded.data(), trimmed.size()});
}

UserTally::UserTally(std::string temporary_directory)
    : directory_(temporary_directory), runs_(std::move(temporary_directory)) {}

void UserTally::Count(std::string_view email, const model::Position& position, bool selected) {
  if (base::Trim(email).empty() || !status_) return;
  run_.Add(UserEntry(UserKey(email), position, selected));
  if (run_.is_full()) status_ = Spill();
}

base::Status UserTally::Spill() {
  run_.Sort();
  RETURN_IF_ERROR(runs_.Append(run_.entries()));
  run_.Clear();
  return {};
}

base::Result<UserTally::Users> UserTally::Finish() {
  RETURN_IF_ERROR(status_);
  Users users;
  RepeatedUsersWriter writer(directory_);
  const auto visit = [&users, &writer](const UserEntry& entry) -> base::Status {
    if (entry.selected()) ++users.distinct_selected;
    if (!entry.repeated()) return {};
    return writer.Add(entry);
  };
  if (runs_.empty()) {
    run_.Sort();
    for (const UserEntry& entry : run_.entries()) RETURN_IF_ERROR(visit(entry));
  } else {
    RETURN_IF_ERROR(Spill());
    RETURN_IF_ERROR(runs_.Merge(visit));
  }
  auto repeated = writer.Finish();
  if (!repeated) return repeated.error();
  users.repeated = std::move(*repeated);
  return users;
}

}  // namespace rehome::survey

#include "survey/user_tally.h"

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "survey/repeated_keys.h"

namespace rehome::survey {
namespace {

// Longer e-mails are refused by column rules, but must have a key all the same.
constexpr std::size_t kUsualBytes = 256;

class UsersByKey final : public RepeatedUsers {
 public:
  explicit UsersByKey(std::shared_ptr<const RepeatedKeys> keys) : keys_(std::move(keys)) {}
  base::Result<std::optional<model::Position>> FirstRow(std::string_view email) const override {
    return keys_->FirstRow(UserKey(email));
  }
  std::int64_t count() const override { return keys_->count(); }

 private:
  const std::shared_ptr<const RepeatedKeys> keys_;
};

char Fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

base::Hash128 UserKey(std::string_view email) {
  const std::string_view trimmed = base::Trim(email);
  if (trimmed.size() > kUsualBytes) return base::HashBytes(base::FoldAscii(trimmed));
  std::array<char, kUsualBytes> folded;
  for (std::size_t i = 0; i < trimmed.size(); ++i) folded[i] = Fold(trimmed[i]);
  return base::HashBytes({folded.data(), trimmed.size()});
}

UserTally::UserTally(std::string temporary_directory) : keys_(std::move(temporary_directory)) {}

void UserTally::Count(std::string_view email, const model::Position& position, bool selected) {
  if (base::Trim(email).empty()) return;
  keys_.Count(UserKey(email), position, selected);
}

base::Result<UserTally::Users> UserTally::Finish() {
  auto keys = keys_.Finish();
  if (!keys) return keys.error();
  return Users{.distinct_selected = keys->distinct_selected,
               .repeated = std::make_shared<UsersByKey>(std::move(keys->repeated))};
}

}  // namespace rehome::survey

#include "dispatch/user_difference.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "json/writer.h"
#include "plan/findings.h"

namespace rehome::dispatch {
namespace {

// More is not read by a person, and the journal keeps it for each row.
constexpr std::size_t kLongestWords = 400;
// What stands behind the name of a field, and between two fields.
constexpr std::string_view kFileSays = ": the file says ";
constexpr std::string_view kBetween = "; ";

std::string MetadataAt(const directory::UserObject& account, const std::string& key) {
  for (const auto& [name, value] : account.metadata) {
    if (name == key) return value;
  }
  return {};
}

// As a detail shows it; what is called a secret or looks like one is not shown.
std::string Shown(std::string_view field, std::string_view value) {
  if (value.empty()) return "nothing";
  const std::string named = std::string(field) + "=";
  const std::string masked = base::MaskSecrets(named + std::string(value));
  return plan::Quote(masked.starts_with(named) ? masked.substr(named.size()) : "[masked]");
}

/// Fields with both values, one after another; those that no longer fit are counted.
class Words {
 public:
  void Add(std::string_view field, std::string_view wanted, std::string_view has) {
    if (text_.size() >= kLongestWords) {
      ++more_;
      return;
    }
    if (!text_.empty()) text_ += kBetween;
    text_ += base::EscapeForTerminal(field, 60) + std::string(kFileSays) + Shown(field, wanted) +
             ", the account " + Shown(field, has);
  }
  std::string Take() && {
    if (more_ > 0) text_ += "; and " + base::Count(more_, "more field", "more fields");
    return std::move(text_);
  }

 private:
  std::string text_;
  std::int64_t more_ = 0;
};

}  // namespace

std::vector<std::string> FieldsIn(std::string_view differs) {
  std::vector<std::string> fields;
  for (auto at = differs.find(kFileSays); at != std::string_view::npos;
       at = differs.find(kFileSays)) {
    const std::string_view before = differs.substr(0, at);
    const auto begin = before.rfind(kBetween);
    fields.emplace_back(begin == std::string_view::npos ? before
                                                        : before.substr(begin + kBetween.size()));
    differs.remove_prefix(at + kFileSays.size());
  }
  return fields;
}

UserDifference DifferenceOf(const model::UserRecord& user, const directory::UserObject& account) {
  UserDifference difference;
  difference.changed.email = account.email;
  Words differs;
  Words fixed;
  json::Writer replaced;
  replaced.BeginObject();
  const auto compare = [&](const std::optional<std::string>& wanted, const std::string& has,
                           std::string_view field, std::optional<std::string>& changed) {
    if (!wanted || directory::IsKeptAs(*wanted, has)) return;
    changed = wanted;
    replaced.Field(field, has);
    differs.Add(field, *wanted, has);
    difference.any = true;
  };
  compare(user.first_name, account.first_name, "first_name", difference.changed.first_name);
  compare(user.last_name, account.last_name, "last_name", difference.changed.last_name);
  compare(user.external_id, account.external_id, "external_id", difference.changed.external_id);
  if (user.email_verified && *user.email_verified != account.email_verified) {
    const auto word = [](bool verified) { return verified ? "true" : "false"; };
    differs.Add("email_verified", word(*user.email_verified), word(account.email_verified));
    // A verified address cannot be unverified; the target refuses that.
    if (account.email_verified) {
      fixed.Add("email_verified", word(false), word(true));
    } else {
      difference.changed.email_verified = true;
      replaced.Field("email_verified", false);
      difference.any = true;
    }
  }
  for (const auto& [key, value] : user.metadata) {
    const std::string has = MetadataAt(account, key);
    if (directory::IsKeptAs(value, has)) continue;
    difference.changed.metadata.emplace_back(key, value);
    replaced.Field("metadata." + key, has);
    differs.Add("metadata." + key, value, has);
    difference.any = true;
  }
  replaced.EndObject();
  difference.replaced = replaced.text();
  difference.differs = std::move(differs).Take();
  difference.fixed = std::move(fixed).Take();
  return difference;
}

}  // namespace rehome::dispatch

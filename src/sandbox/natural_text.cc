#include "sandbox/natural_text.h"

#include <array>
#include <optional>

namespace rehome::sandbox {
namespace {

constexpr std::size_t kIdDigits = 26;

// The natural key of the object with this id, if there is one.
std::optional<std::string> KeyOf(const Store& store, std::string_view id) {
  if (const auto slot = store.users.FindCurrent(id)) return store.users.Current(*slot)->email;
  const std::optional<Slot> slot = store.organizations.FindCurrent(id);
  if (!slot) return std::nullopt;
  const Organization& organization = *store.organizations.Current(*slot);
  return organization.external_id.value_or(organization.name);
}

// The id that begins here, if one does.
std::string_view IdAt(std::string_view text) {
  constexpr std::array<std::string_view, 2> kPrefixes = {"user_", "org_"};
  for (const std::string_view prefix : kPrefixes) {
    if (text.starts_with(prefix)) return text.substr(0, prefix.size() + kIdDigits);
  }
  return {};
}

}  // namespace

std::string NaturalText(const Store& store, std::string_view text) {
  std::string natural;
  natural.reserve(text.size());
  while (!text.empty()) {
    const std::string_view id = IdAt(text);
    const std::optional<std::string> key = id.empty() ? std::nullopt : KeyOf(store, id);
    natural += key ? *key : std::string(1, text.front());
    text.remove_prefix(key ? id.size() : 1);
  }
  return natural;
}

}  // namespace rehome::sandbox

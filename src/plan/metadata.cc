#include "plan/metadata.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "json/value.h"

namespace rehome::plan {
namespace {

using model::Column;
using model::Reason;

// What the target's API refuses beyond, and what its guides advise.
constexpr std::size_t kMaxKeys = 50;
constexpr std::size_t kAdvisedKeys = 10;
constexpr std::size_t kMaxKeyLength = 40;
constexpr std::size_t kMaxValueLength = 600;
// A warning names this many keys: more would hide the sentence behind them.
constexpr std::size_t kNamedKeys = 5;

// Characters, not bytes: every byte that does not continue a UTF-8 sequence starts one.
std::size_t Length(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string List(const std::vector<std::string_view>& keys) {
  std::string list;
  for (std::size_t i = 0; i < std::min(keys.size(), kNamedKeys); ++i) {
    if (i > 0) list += ", ";
    list += Quote(keys[i]);
  }
  if (keys.size() > kNamedKeys)
    list += " and " + std::to_string(keys.size() - kNamedKeys) + " more";
  return list;
}

std::string AsText(const json::Value& value) {
  const auto text = value.AsString();
  return text ? std::string(*text) : json::Serialize(value);
}

// Keys in the order in which they first appear, each with its last value.
std::vector<const json::Member*> UniqueMembers(const json::Value& object) {
  std::vector<const json::Member*> unique;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const json::Member& member : object.members()) {
    const auto [place, is_new] = places.try_emplace(member.key, unique.size());
    if (is_new) {
      unique.push_back(&member);
    } else {
      unique[place->second] = &member;
    }
  }
  return unique;
}

void TakeMembers(const json::Value& object, CheckedMetadata& checked) {
  std::vector<std::string_view> converted;
  std::vector<std::string_view> dropped;
  for (const json::Member* member : UniqueMembers(object)) {
    if (member->value.is_null()) {
      dropped.push_back(member->key);
      continue;
    }
    if (!member->value.is_string()) converted.push_back(member->key);
    checked.entries.emplace_back(member->key, AsText(member->value));
  }
  if (!converted.empty()) {
    checked.findings.Warn(Reason::kWarnMetadataConverted, Column::kMetadata,
                          "turned into strings: " + List(converted));
  }
  if (!dropped.empty()) {
    checked.findings.Warn(Reason::kWarnMetadataNullDropped, Column::kMetadata,
                          "null and left out: " + List(dropped));
  }
}

void CheckLimits(CheckedMetadata& checked) {
  const std::size_t count = checked.entries.size();
  if (count > kMaxKeys) {
    checked.findings.Reject(Reason::kMetadataTooManyKeys, Column::kMetadata,
                            std::to_string(count) + " keys, where 50 are the most");
    return;  // listing the faults of thousands of keys would help nobody
  }
  bool is_ascii = true;
  for (const auto& [key, value] : checked.entries) {
    if (key.empty() || Length(key) > kMaxKeyLength) {
      checked.findings.Reject(Reason::kMetadataKeyInvalid, Column::kMetadata,
                              "the key " + Quote(key) + " does not have 1 to 40 characters");
    }
    if (Length(value) > kMaxValueLength) {
      checked.findings.Reject(Reason::kMetadataValueTooLong, Column::kMetadata,
                              "the value of the key " + Quote(key) + " has " +
                                  std::to_string(Length(value)) +
                                  " characters, where 600 are the most");
    }
    is_ascii = is_ascii && base::IsAscii(key) && base::IsAscii(value);
  }
  if (count > kAdvisedKeys) {
    checked.findings.Warn(Reason::kWarnMetadataManyKeys, Column::kMetadata,
                          std::to_string(count) + " keys, where the guides allow 10");
  }
  if (!is_ascii) {
    checked.findings.Warn(Reason::kWarnMetadataNotAscii, Column::kMetadata,
                          "keys or values hold characters outside ASCII");
  }
}

}  // namespace

CheckedMetadata CheckMetadata(std::string_view cell) {
  CheckedMetadata checked;
  if (base::Trim(cell).empty()) return checked;
  const auto parsed = json::Parse(cell);
  if (!parsed) {
    checked.findings.Reject(Reason::kMetadataInvalid, Column::kMetadata,
                            Quote(cell) + ": " + parsed.error().message);
    return checked;
  }
  if (!parsed->is_object()) {
    checked.findings.Reject(Reason::kMetadataInvalid, Column::kMetadata,
                            Quote(cell) + " is JSON, but no object");
    return checked;
  }
  TakeMembers(*parsed, checked);
  CheckLimits(checked);
  return checked;
}

}  // namespace rehome::plan

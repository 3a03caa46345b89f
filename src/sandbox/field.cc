#include "sandbox/field.h"

#include <algorithm>
#include <span>

#include "base/text.h"

namespace rehome::sandbox {
namespace {

constexpr std::size_t kMaxExternalId = 128;
constexpr std::size_t kMaxMetadataPairs = 50;
constexpr std::size_t kMaxMetadataKey = 40;
constexpr std::size_t kMaxMetadataValue = 600;

std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

}  // namespace

void FieldReader::Add(std::string_view code, std::string_view message) {
  complaints_.push_back({std::string(code), std::string(message)});
}

std::optional<std::string> FieldReader::Text(std::string_view key) {
  const json::Value* value = body_.Find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (const auto text = value->AsString()) return std::string(*text);
  Add(std::string(key) + "_must_be_a_string", std::string(key) + " must be a string.");
  return std::nullopt;
}

std::string FieldReader::RequiredText(std::string_view key, std::string_view label) {
  const json::Value* value = body_.Find(key);
  if (value != nullptr && value->is_string() && !value->AsString()->empty()) {
    return std::string(*value->AsString());
  }
  Add(std::string(key) + "_string_required", std::string(label) + " should be a non-empty string.");
  return {};
}

std::optional<bool> FieldReader::Flag(std::string_view key) {
  const json::Value* value = body_.Find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (const auto flag = value->AsBool()) return flag;
  Add(std::string(key) + "_must_be_a_boolean", std::string(key) + " must be a boolean value.");
  return std::nullopt;
}

std::optional<std::string> FieldReader::ExternalId() {
  std::optional<std::string> text = Text("external_id");
  if (!text) return std::nullopt;
  if (text->empty() || text->size() > kMaxExternalId || !base::IsAscii(*text)) {
    Add("external_id_invalid", "external_id must have 1 to 128 ASCII characters.");
    return std::nullopt;
  }
  return text;
}

Metadata FieldReader::MergedMetadata(const Metadata& current) {
  const json::Value* value = body_.Find("metadata");
  if (value == nullptr || value->is_null()) return current;
  if (!value->is_object()) {
    Add("metadata_required", "Metadata must be an object of strings.");
    return current;
  }
  if (value->members().empty()) return {};
  Metadata merged = current;
  for (const json::Member& member : value->members()) {
    const auto text = member.value.AsString();
    if (text) {
      merged.insert_or_assign(member.key, std::string(*text));
      continue;
    }
    if (member.value.is_null() && merged.erase(member.key) > 0) continue;
    Add("metadata_required", "Metadata values must be strings.");
    return current;
  }
  return merged;
}

std::optional<std::vector<std::string>> FieldReader::RoleSlugs() {
  const json::Value* list = body_.Find("role_slugs");
  const std::optional<std::string> single = Text("role_slug");
  if (list == nullptr || list->is_null()) {
    if (!single) return std::nullopt;
    return std::vector<std::string>{*single};
  }
  if (single) {
    Add("role_slug_and_role_slugs_provided", "Give role_slug or role_slugs, not both.");
    return std::nullopt;
  }
  std::vector<std::string> slugs;
  for (const json::Value& element : list->elements()) {
    const auto slug = element.AsString();
    if (!slug) break;
    if (std::find(slugs.begin(), slugs.end(), *slug) == slugs.end()) slugs.emplace_back(*slug);
  }
  const bool all_text = std::all_of(list->elements().begin(), list->elements().end(),
                                    [](const json::Value& value) { return value.is_string(); });
  if (slugs.empty() || !all_text) {
    Add("role_slugs_invalid", "role_slugs must be a non-empty array of strings.");
    return std::nullopt;
  }
  return slugs;
}

std::optional<Response> CheckMetadataLimits(const Metadata& metadata) {
  bool fits = metadata.size() <= kMaxMetadataPairs;
  for (const auto& [key, value] : metadata) {
    fits = fits && !key.empty() && CountCharacters(key) <= kMaxMetadataKey &&
           CountCharacters(value) <= kMaxMetadataValue;
  }
  if (fits) return std::nullopt;
  return Problem(400, "invalid_metadata",
                 "Metadata may have at most 50 pairs with keys of 1 to 40 and values of at most "
                 "600 characters.");
}

}  // namespace rehome::sandbox

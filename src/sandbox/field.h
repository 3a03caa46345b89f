#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "sandbox/message.h"
#include "sandbox/object.h"
#include "sandbox/problem.h"

namespace rehome::sandbox {

/// Reads the fields of one request body and collects what is wrong with them. One owner; the body
/// must outlive it.
class FieldReader {
 public:
  explicit FieldReader(const json::Value& body) : body_(body) {}

  /// The field is there, null included: an update leaves absent fields alone.
  bool Has(std::string_view key) const { return body_.Find(key) != nullptr; }
  /// A string; null and absent give nothing.
  std::optional<std::string> Text(std::string_view key);
  /// A non-empty string. `label` is the field in words, for the message.
  std::string RequiredText(std::string_view key, std::string_view label);
  std::optional<bool> Flag(std::string_view key);
  /// 1 to 128 ASCII characters; null and absent give nothing.
  std::optional<std::string> ExternalId();
  /// `current` with the changes of `metadata`: null deletes a key if there is anything to delete,
  /// `{}` clears all.
  Metadata MergedMetadata(const Metadata& current);
  /// `role_slug` or `role_slugs` without repetitions; nothing when neither is given.
  std::optional<std::vector<std::string>> RoleSlugs();

  void Add(std::string_view code, std::string_view message);
  const std::vector<Complaint>& complaints() const { return complaints_; }

 private:
  const json::Value& body_;
  std::vector<Complaint> complaints_;
};

/// The 400 `invalid_metadata` when the limits are passed: 50 pairs, keys of 40 and values of 600
/// characters.
std::optional<Response> CheckMetadataLimits(const Metadata& metadata);

}  // namespace rehome::sandbox

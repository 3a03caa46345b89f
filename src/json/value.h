#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rehome::json {

enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };

class Value;
struct Member;

/// A parsed JSON document or a part of one: an immutable tree that owns its text. Any thread may
/// read it.
class Value {
 public:
  Value() = default;

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_object() const { return kind_ == Kind::kObject; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_string() const { return kind_ == Kind::kString; }

  /// Each gives nothing when the value is of another kind.
  std::optional<bool> AsBool() const;
  std::optional<std::int64_t> AsInt() const;  ///< also nothing for fractions
  std::optional<double> AsDouble() const;
  std::optional<std::string_view> AsString() const;
  /// The number as it stood in the text, e.g. "1.50"; empty for other kinds.
  std::string_view NumberText() const;

  /// The member of an object; nullptr when it is absent or this is no object. With a doubled key
  /// the last one counts.
  const Value* Find(std::string_view key) const;
  /// The string member `key`, or empty: for answers whose keys may be missing or null.
  std::string_view StringAt(std::string_view key) const;
  std::span<const Member> members() const;
  std::span<const Value> elements() const { return elements_; }

 private:
  friend class Builder;
  Kind kind_ = Kind::kNull;
  bool bool_ = false;
  std::string text_;  // of a string (unescaped) or a number (as written)
  std::vector<Value> elements_;
  std::vector<Member> members_;
};

struct Member {
  std::string key;
  Value value;
};

inline std::span<const Member> Value::members() const { return members_; }

/// Parses exactly one JSON document, at most 64 levels deep; kFormat otherwise. The message says
/// what is wrong but never quotes the text (it may hold secrets).
base::Result<Value> Parse(std::string_view text);

/// Writes `value` as compact JSON, numbers as they were written.
std::string Serialize(const Value& value);

}  // namespace rehome::json

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace rehome::json {

/// Writes one compact JSON document, front to back. Keys and values must come in a legal order.
/// Text that is not UTF-8 is written with U+FFFD in place of the bad bytes, characters that could
/// steer a terminal as escapes, which mean the same: documents are shown in terminals. One owner.
class Writer {
 public:
  Writer& BeginObject();
  Writer& EndObject();
  Writer& BeginArray();
  Writer& EndArray();
  Writer& Key(std::string_view key);
  Writer& String(std::string_view value);
  Writer& Int(std::int64_t value);
  Writer& Double(double value);  ///< shortest form; NaN and infinity as null
  Writer& Bool(bool value);
  Writer& Null();
  /// A piece of JSON that is already written.
  Writer& Raw(std::string_view json);

  /// `Key(key)` and the value.
  Writer& Field(std::string_view key, std::string_view value);
  Writer& Field(std::string_view key, const char* value) {
    return Field(key, std::string_view(value));
  }
  Writer& Field(std::string_view key, std::int64_t value);
  Writer& Field(std::string_view key, int value) {
    return Field(key, static_cast<std::int64_t>(value));
  }
  Writer& Field(std::string_view key, bool value);
  Writer& Field(std::string_view key, double value);

  /// The document so far; complete when every Begin has its End.
  const std::string& text() const { return text_; }
  /// Gives away what is written so far; the document goes on behind it.
  std::string TakePiece() { return std::exchange(text_, {}); }
  /// Gives the document away and is ready for the next one.
  std::string Take() {
    needs_comma_ = false;
    return std::exchange(text_, {});
  }

 private:
  void Separate();
  std::string text_;
  bool needs_comma_ = false;
};

}  // namespace rehome::json

#include "json/writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace rehome::json {
namespace {

bool NeedsEscape(char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; }

void AppendEscape(char c, std::string& to) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      to += "\\\"";
      return;
    case '\\':
      to += "\\\\";
      return;
    case '\b':
      to += "\\b";
      return;
    case '\f':
      to += "\\f";
      return;
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:  // the other control characters
      to += "\\u00";
      to += kHex[static_cast<unsigned char>(c) >> 4];
      to += kHex[static_cast<unsigned char>(c) & 0xf];
  }
}

void AppendUnit(unsigned unit, std::string& to) {
  constexpr std::string_view kHex = "0123456789abcdef";
  to += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) to += kHex[unit >> shift & 0xfU];
}

// As one unit of UTF-16 or as two.
void AppendCodePoint(unsigned code, std::string& to) {
  if (code < 0x10000) {
    AppendUnit(code, to);
    return;
  }
  AppendUnit(0xd800U + ((code - 0x10000) >> 10U), to);
  AppendUnit(0xdc00U + ((code - 0x10000) & 0x3ffU), to);
}

// Appends well-formed UTF-8 in runs: most text needs no escape at all.
void AppendEscaped(std::string_view text, std::string& to) {
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const base::SteeringCharacter steering = base::SteeringAtFront(text.substr(at));
    if (steering.bytes == 0 && !NeedsEscape(text[at])) continue;
    to += text.substr(start, at - start);
    if (steering.bytes > 0) {
      AppendCodePoint(steering.code, to);
      at += steering.bytes - 1;
    } else {
      AppendEscape(text[at], to);
    }
    start = at + 1;
  }
  to += text.substr(start);
}

void AppendQuoted(std::string_view text, std::string& to) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  to += '"';
  while (const auto bad = base::FindInvalidUtf8(text)) {
    AppendEscaped(text.substr(0, *bad), to);
    to += kReplacement;
    text.remove_prefix(*bad + 1);
  }
  AppendEscaped(text, to);
  to += '"';
}

}  // namespace

void Writer::Separate() {
  if (needs_comma_) text_ += ',';
  needs_comma_ = true;
}

Writer& Writer::BeginObject() {
  Separate();
  text_ += '{';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::EndObject() {
  text_ += '}';
  needs_comma_ = true;
  return *this;
}

Writer& Writer::BeginArray() {
  Separate();
  text_ += '[';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::EndArray() {
  text_ += ']';
  needs_comma_ = true;
  return *this;
}

Writer& Writer::Key(std::string_view key) {
  Separate();
  AppendQuoted(key, text_);
  text_ += ':';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::String(std::string_view value) {
  Separate();
  AppendQuoted(value, text_);
  return *this;
}

Writer& Writer::Int(std::int64_t value) {
  Separate();
  text_ += std::to_string(value);
  return *this;
}

Writer& Writer::Double(double value) {
  if (!std::isfinite(value)) return Null();
  Separate();
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  text_.append(digits.data(), end.ptr);
  return *this;
}

Writer& Writer::Bool(bool value) { return Raw(value ? "true" : "false"); }

Writer& Writer::Null() { return Raw("null"); }

Writer& Writer::Raw(std::string_view json) {
  Separate();
  text_ += json;
  return *this;
}

Writer& Writer::Field(std::string_view key, std::string_view value) {
  return Key(key).String(value);
}
Writer& Writer::Field(std::string_view key, std::int64_t value) { return Key(key).Int(value); }
Writer& Writer::Field(std::string_view key, bool value) { return Key(key).Bool(value); }
Writer& Writer::Field(std::string_view key, double value) { return Key(key).Double(value); }

}  // namespace rehome::json

#include "sandbox/target.h"

namespace rehome::sandbox {
namespace {

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

enum class Plus { kIsPlus, kIsBlank };

std::optional<std::string> Decode(std::string_view text, Plus plus) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '+' && plus == Plus::kIsBlank) {
      decoded += ' ';
      continue;
    }
    if (text[at] != '%') {
      decoded += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const auto high = HexDigit(text[at + 1]);
    const auto low = HexDigit(text[at + 2]);
    if (!high || !low) return std::nullopt;
    decoded += static_cast<char>(*high << 4 | *low);
    at += 2;
  }
  return decoded;
}

// Takes the part up to `separator` (or all) from the front of `rest`.
std::string_view TakePart(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

}  // namespace

std::optional<std::string_view> Target::Find(std::string_view key) const {
  for (auto pair = query.rbegin(); pair != query.rend(); ++pair) {
    if (pair->first != key) continue;
    if (pair->second.empty()) return std::nullopt;
    return pair->second;
  }
  return std::nullopt;
}

std::optional<Target> ParseTarget(std::string_view target) {
  Target parsed;
  std::string_view path = TakePart(target, '?');
  while (!path.empty()) {
    const std::string_view part = TakePart(path, '/');
    if (part.empty()) continue;
    std::optional<std::string> segment = Decode(part, Plus::kIsPlus);
    if (!segment) return std::nullopt;
    parsed.segments.push_back(*std::move(segment));
  }
  while (!target.empty()) {
    std::string_view pair = TakePart(target, '&');
    std::optional<std::string> key = Decode(TakePart(pair, '='), Plus::kIsBlank);
    std::optional<std::string> value = Decode(pair, Plus::kIsBlank);
    if (!key || !value) return std::nullopt;
    parsed.query.emplace_back(*std::move(key), *std::move(value));
  }
  return parsed;
}

}  // namespace rehome::sandbox

#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace rehome::base {
namespace {

// As long as a path may be; a longer word is no file name, and would bury what stands behind it.
constexpr std::size_t kMaxShellWord = 4096;

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

char Fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

unsigned char Byte(char c) { return static_cast<unsigned char>(c); }

// Length of the well-formed UTF-8 sequence at the front of `text` (1 to 4), or 0. The table is
// that of the Unicode standard (3.9, table 3-7): no overlong forms, no surrogates.
std::size_t Utf8SequenceLength(std::string_view text) {
  const unsigned char first = Byte(text[0]);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    if (first == 0xe0) low = 0xa0;
    if (first == 0xed) high = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    if (first == 0xf0) low = 0x90;
    if (first == 0xf4) high = 0x8f;
  } else {
    return 0;
  }
  if (text.size() < length) return 0;
  if (Byte(text[1]) < low || Byte(text[1]) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (Byte(text[i]) < 0x80 || Byte(text[i]) > 0xbf) return 0;
  }
  return length;
}

unsigned DecodeUtf8(std::string_view sequence) {
  if (sequence.size() == 1) return Byte(sequence[0]);
  unsigned code = Byte(sequence[0]) & (0x7fU >> sequence.size());
  for (std::size_t i = 1; i < sequence.size(); ++i) code = code << 6 | (Byte(sequence[i]) & 0x3fU);
  return code;
}

// Characters that can reorder or hide text: bidirectional controls, zero-width, line separators,
// fillers without a picture, tags. Selectors that choose between pictures of an emoji are none.
bool IsDeceptive(unsigned code) {
  return (code >= 0x7f && code <= 0x9f) || code == 0xad || code == 0x34f || code == 0x61c ||
         code == 0x115f || code == 0x1160 || code == 0x17b4 || code == 0x17b5 ||
         (code >= 0x180b && code <= 0x180f) || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
         code == 0x3164 || code == 0xfeff || code == 0xffa0 || (code >= 0xfff9 && code <= 0xfffb) ||
         (code >= 0x1d173 && code <= 0x1d17a) || (code >= 0xe0000 && code <= 0xe01ef);
}

// Letters changed, added, left out, or swapped with their neighbour.
std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> previous(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = previous[j - 1] + (Fold(a[i - 1]) == Fold(b[j - 1]) ? 0 : 1);
      current[j] = std::min({change, previous[j] + 1, current[j - 1] + 1});
      const bool swapped =
          i > 1 && j > 1 && Fold(a[i - 1]) == Fold(b[j - 2]) && Fold(a[i - 2]) == Fold(b[j - 1]);
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

}  // namespace

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string FoldAscii(std::string_view text) {
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), Fold);
  return folded;
}

bool EqualsFolded(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return Fold(x) == Fold(y); });
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string Join(std::span<const std::string> parts, std::string_view separator) {
  std::string joined;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

std::optional<std::int64_t> ParseInt(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> ParseDouble(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string WithThousands(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t start = number < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > start + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string Count(std::int64_t number, std::string_view singular, std::string_view plural) {
  return WithThousands(number) + " " + std::string(number == 1 ? singular : plural);
}

std::string FormatBytes(std::int64_t bytes) {
  if (bytes < 1000) return Count(bytes, "byte", "bytes");
  constexpr std::array<const char*, 4> kUnits = {"kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits[unit]);
  return text.data();
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return Byte(c) < 0x80; });
}

bool IsPrintableAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::optional<std::size_t> FindInvalidUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = Utf8SequenceLength(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

SteeringCharacter SteeringAtFront(std::string_view text) {
  if (text.empty() || Byte(text.front()) < 0x7f) return {};
  const std::size_t length = Utf8SequenceLength(text);
  if (length == 0) return {};
  const unsigned code = DecodeUtf8(text.substr(0, length));
  return IsDeceptive(code) ? SteeringCharacter{code, length} : SteeringCharacter{};
}

std::string EscapeForTerminal(std::string_view text, std::size_t max_bytes) {
  std::string safe;
  for (std::size_t at = 0; at < text.size();) {
    if (safe.size() >= max_bytes) return safe + "…";
    const std::size_t length = Utf8SequenceLength(text.substr(at));
    const std::string_view sequence = text.substr(at, std::max<std::size_t>(length, 1));
    const unsigned code = length == 0 ? Byte(text[at]) : DecodeUtf8(sequence);
    std::array<char, 16> escape{};
    if (length == 0 || code < 0x20 || code == 0x7f) {
      std::snprintf(escape.data(), escape.size(), "\\x%02x", code);
      safe += escape.data();
    } else if (IsDeceptive(code)) {
      // Beyond four digits it has to be said where they end.
      std::snprintf(escape.data(), escape.size(), code > 0xffff ? "\\u{%x}" : "\\u%04x", code);
      safe += escape.data();
    } else {
      safe += sequence;
    }
    at += sequence.size();
  }
  return safe;
}

std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : EscapeForTerminal(text, kMaxShellWord)) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string ShellWord(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (Fold(c) >= 'a' && Fold(c) <= 'z') ||
           std::string_view("-_./:,%+@=").find(c) != std::string_view::npos;
  });
  return plain && !text.empty() ? std::string(text) : ShellQuoted(text);
}

std::string MaskEmail(std::string_view email) {
  const std::size_t at = email.rfind('@');
  if (at == std::string_view::npos || at == 0) return "***";
  const std::size_t first = std::max<std::size_t>(Utf8SequenceLength(email), 1);
  return std::string(email.substr(0, std::min(first, at))) + "***" + std::string(email.substr(at));
}

std::string PercentEncode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (Fold(c) >= 'a' && Fold(c) <= 'z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    if (plain) {
      encoded += c;
      continue;
    }
    std::array<char, 4> escape{};
    std::snprintf(escape.data(), escape.size(), "%%%02X", static_cast<unsigned>(Byte(c)));
    encoded += escape.data();
  }
  return encoded;
}

std::string Suggest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return std::string(best);
}

}  // namespace rehome::base

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace rehome::base {
namespace {

constexpr std::string_view kMask = "[masked]";
constexpr std::string_view kCut = "…";
// Shorter ones are in ordinary words: masked there, they would spoil the words and give themselves
// away by it. The second is for values of letters alone, which may be an ordinary word.
constexpr std::size_t kShortestWithinWords = 4;
constexpr std::size_t kShortestLettersWithinWords = 8;
// What is longer is no part of a code by accident (`password_too_short`).
constexpr std::size_t kShortestWithinCodes = 16;

bool IsTokenByte(char c) {
  constexpr std::string_view kPunctuation = "_-$/+=.,{}";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kPunctuation.find(c) != std::string_view::npos;
}

// API keys and password hashes by their shape.
bool LooksSecret(std::string_view token) {
  constexpr std::array<std::string_view, 9> kStarts = {
      "sk_",  "$2a$", "$2b$", "$2y$", "$argon2", "$scrypt$", "$pbkdf2", "$firebase-scrypt$",
      "{SSHA"};
  for (const std::string_view start : kStarts) {
    if (token.find(start) != std::string_view::npos) return true;
  }
  return false;
}

// Names whose values are secret whatever they look like.
bool NamesSecret(std::string_view name) {
  const std::string folded = FoldAscii(name);
  return folded.find("password") != std::string::npos || folded.ends_with("token") ||
         folded.ends_with("secret");
}

std::size_t CountBlanks(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t");
  return at == std::string_view::npos ? text.size() : at;
}

std::size_t QuotedSize(std::string_view text, char quote) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      return at;
    }
  }
  return text.size();
}

/// Where a value lies in the text behind its name.
struct Place {
  std::size_t begin = 0;
  std::size_t size = 0;
};

// The value in `": "value"`, `: value` and the like; nothing when no colon follows.
std::optional<Place> ValueBehind(std::string_view text) {
  std::size_t at = text.starts_with('"') || text.starts_with('\'') ? 1 : 0;
  at += CountBlanks(text.substr(at));
  if (at >= text.size() || text[at] != ':') return std::nullopt;
  ++at;
  at += CountBlanks(text.substr(at));
  if (at >= text.size()) return std::nullopt;
  if (text[at] == '"' || text[at] == '\'') {
    return Place{at + 1, QuotedSize(text.substr(at + 1), text[at])};
  }
  return Place{at, std::min(text.find_first_of(" \t\r\n,;&}", at), text.size()) - at};
}

// What follows the word Bearer.
std::optional<Place> TokenBehind(std::string_view text) {
  const std::size_t begin = CountBlanks(text);
  std::size_t end = begin;
  while (end < text.size() && IsTokenByte(text[end])) ++end;
  if (begin == 0 || begin == end) return std::nullopt;
  return Place{begin, end - begin};
}

std::string MaskToken(std::string_view token) {
  if (LooksSecret(token)) return std::string(kMask);
  const std::size_t equals = token.find('=');
  const bool assigns = equals != std::string_view::npos && NamesSecret(token.substr(0, equals));
  if (!assigns) return std::string(token);
  return std::string(token.substr(0, equals + 1)) + std::string(kMask);
}

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

bool IsWordByte(char c) { return (c >= '0' && c <= '9') || IsLetter(c); }

/// Which neighbours of a value make it a mere part of a word.
enum class Joins {
  kNothing,  ///< it is masked wherever it stands
  kLetters,
  kLettersAndDigits,
};

Joins JoinsOf(std::string_view value) {
  if (value.size() < kShortestWithinWords) return Joins::kLettersAndDigits;
  const bool may_be_word = value.size() < kShortestLettersWithinWords &&
                           std::all_of(value.begin(), value.end(), IsLetter);
  return may_be_word ? Joins::kLetters : Joins::kNothing;
}

bool Joined(Joins joins, char neighbour) {
  switch (joins) {
    case Joins::kNothing:
      return false;
    case Joins::kLetters:
      return IsLetter(neighbour);
    case Joins::kLettersAndDigits:
      return IsWordByte(neighbour);
  }
  return false;
}

// The letter of an escape (`\n`) is no part of the word behind it.
bool JoinsBefore(std::string_view text, Joins joins) {
  if (text.empty() || !Joined(joins, text.back())) return false;
  return text.size() < 2 || text[text.size() - 2] != '\\';
}

bool JoinsBehind(std::string_view text, Joins joins) {
  return !text.empty() && Joined(joins, text.front());
}

// How many bytes at the end of a text that was cut are the beginning of `value`.
std::size_t CountCutOff(std::string_view text, std::string_view value) {
  for (std::size_t size = std::min(text.size(), value.size()); size > 0; --size) {
    if (!text.ends_with(value.substr(0, size))) continue;
    const Joins joins = size < kShortestWithinWords ? Joins::kLettersAndDigits : JoinsOf(value);
    return JoinsBefore(text.substr(0, text.size() - size), joins) ? 0 : size;
  }
  return 0;
}

bool IsCode(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

std::string MaskValueInCode(std::string_view code, std::string_view value) {
  const bool is_name = IsCode(code) && code != value && value.size() < kShortestWithinCodes;
  return is_name ? std::string(code) : MaskValue(code, value);
}

}  // namespace

std::string MaskSecrets(std::string_view text, std::size_t max_bytes) {
  std::string masked;
  for (std::size_t at = 0; at < text.size();) {
    if (!IsTokenByte(text[at])) {
      masked += text[at++];
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && IsTokenByte(text[end])) ++end;
    const std::string_view token = text.substr(at, end - at);
    masked += MaskToken(token);
    at = end;
    std::optional<Place> value;
    if (NamesSecret(token)) value = ValueBehind(text.substr(at));
    if (EqualsFolded(token, "bearer")) value = TokenBehind(text.substr(at));
    if (!value) continue;
    masked += text.substr(at, value->begin);
    masked += kMask;
    at += value->begin + value->size;
  }
  if (masked.size() <= max_bytes) return masked;
  masked.resize(max_bytes);
  if (const auto broken = FindInvalidUtf8(masked)) masked.resize(*broken);
  return masked + std::string(kCut);
}

std::string MaskValue(std::string_view text, std::string_view value) {
  if (value.empty()) return std::string(text);
  const Joins joins = JoinsOf(value);
  std::string masked;
  std::size_t kept = 0;  // up to here `text` is in `masked`
  for (std::size_t at = text.find(value); at != std::string_view::npos;) {
    const std::size_t end = at + value.size();
    const bool within =
        JoinsBefore(text.substr(0, at), joins) || JoinsBehind(text.substr(end), joins);
    if (!within) {
      masked += text.substr(kept, at - kept);
      masked += kMask;
      kept = end;
    }
    at = text.find(value, within ? at + 1 : end);
  }
  const std::string_view rest = text.substr(kept);
  if (!text.ends_with(kCut) || rest.size() < kCut.size()) return masked + std::string(rest);
  const std::string_view whole = rest.substr(0, rest.size() - kCut.size());
  const std::size_t cut_off = CountCutOff(whole, value);
  masked += whole.substr(0, whole.size() - cut_off);
  return masked + std::string(cut_off > 0 ? kMask : "") + std::string(kCut);
}

std::string MaskValueInCodes(std::string_view codes, std::string_view value) {
  // A part of a name has no slash; a hash may.
  if (value.find('/') != std::string_view::npos) return MaskValue(codes, value);
  std::vector<std::string> masked;
  for (const std::string& code : Split(codes, '/')) masked.push_back(MaskValueInCode(code, value));
  return Join(masked, "/");
}

bool CouldBeName(std::string_view word) {
  constexpr std::size_t kLongestName = 20;
  return word.size() <= kLongestName && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_';
         });
}

}  // namespace rehome::base

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::base {

/// Without ASCII blanks and control characters (space, tab, CR, LF, VT, FF) at both ends.
std::string_view Trim(std::string_view text);
/// ASCII letters in lower case, every other byte kept.
std::string FoldAscii(std::string_view text);
bool EqualsFolded(std::string_view a, std::string_view b);
std::vector<std::string> Split(std::string_view text, char separator);
std::string Join(std::span<const std::string> parts, std::string_view separator);
/// The whole text as a decimal number, or nothing.
std::optional<std::int64_t> ParseInt(std::string_view text);
std::optional<double> ParseDouble(std::string_view text);
/// `1234567` as `1,234,567`.
std::string WithThousands(std::int64_t number);
/// `1 row`, `2 rows`.
std::string Count(std::int64_t number, std::string_view singular, std::string_view plural);
/// `19.1 MB` (decimal units).
std::string FormatBytes(std::int64_t bytes);
bool IsAscii(std::string_view text);
bool IsPrintableAscii(std::string_view text);
/// Offset of the first byte that is not part of well-formed UTF-8, or nothing.
std::optional<std::size_t> FindInvalidUtf8(std::string_view text);
/// A character that could steer a terminal, or reorder or hide what stands beside it: controls but
/// those of ASCII, bidirectional, zero-width and invisible ones, and DEL.
struct SteeringCharacter {
  unsigned code = 0;
  std::size_t bytes = 0;  ///< of its UTF-8; 0 = there is none
};
/// What stands at the front of well-formed UTF-8, when it is such a character.
SteeringCharacter SteeringAtFront(std::string_view text);
/// Control characters, escapes, bidirectional and zero-width characters as `\x1b` or `\u202e`, so
/// that a hostile value cannot steer a terminal; at most `max_bytes` bytes, then `…`.
std::string EscapeForTerminal(std::string_view text, std::size_t max_bytes = 200);
/// `'it'\\''s'`: one word for a POSIX shell, so that advice can be pasted. Its control characters
/// are escaped as EscapeForTerminal does.
std::string ShellQuoted(std::string_view text);
/// The same, but without quotes where a shell needs none.
std::string ShellWord(std::string_view text);
/// `a***@example.com`: an e-mail as logs show it.
std::string MaskEmail(std::string_view email);
/// Replaces what looks like a credential (API keys, password hashes, bearer tokens) or is named as
/// one (`"password":"…"`, `token=…`) by `[masked]` and cuts at `max_bytes`: for words of the target
/// that go into our files. E-mails are kept.
std::string MaskSecrets(std::string_view text, std::size_t max_bytes = 500);
/// Replaces each `value` in `text` by `[masked]`, also one that `MaskSecrets` has cut off. A value
/// of under 4 bytes, or of under 8 letters, only where it stands alone: within words it says
/// nothing about the secret.
std::string MaskValue(std::string_view text, std::string_view value);
/// The same for codes of the target, joined by `/`. Those of `a-z` and `_` are its names and quote
/// nobody: there only a code that is `value` as a whole, or a value of 16 bytes or more.
std::string MaskValueInCodes(std::string_view codes, std::string_view value);
/// True for a word that could name something and is no password hash: at most 20 letters, digits,
/// `-` and `_`.
bool CouldBeName(std::string_view word);
/// Percent-encodes every byte outside `A-Za-z0-9-._~`.
std::string PercentEncode(std::string_view text);
/// The candidate that is at most a third of its letters away from `word`, or empty.
std::string Suggest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace rehome::base

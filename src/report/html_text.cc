#include "report/html_text.h"

#include <algorithm>
#include <cstdint>

#include "base/digest.h"
#include "base/text.h"

namespace rehome::report {
namespace {

constexpr std::string_view kCut = " [cut; the row files have the whole]";

std::string WithEntities(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

unsigned NibbleOf(char digit) {
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

std::string Base64Of(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view three = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8U | (i < three.size() ? static_cast<unsigned char>(three[i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text += i <= three.size() ? kDigits[bits >> (18 - 6 * i) & 63U] : '=';
    }
  }
  return text;
}

}  // namespace

std::string HtmlText(std::string_view text, std::size_t max_bytes) {
  return WithEntities(ShownValue(text, max_bytes));
}

std::string ShownValue(std::string_view text, std::size_t max_bytes) {
  std::string shown = base::EscapeForTerminal(text, max_bytes);
  if (text.size() > max_bytes) shown += kCut;
  return shown;
}

std::string Sentence(std::string_view text) {
  std::string sentence(text);
  const std::string_view word = text.substr(0, text.find(' '));
  const bool plain = std::all_of(word.begin(), word.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
  if (!word.empty() && plain) sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
  return sentence;
}

std::string JsonForPage(std::string_view json) {
  constexpr std::string_view kLineSeparator = "\u2028";
  constexpr std::string_view kParagraphSeparator = "\u2029";
  std::string safe;
  safe.reserve(json.size());
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    const std::string_view three = c == '\xe2' ? json.substr(at, 3) : std::string_view();
    if (c == '<') {
      safe += "\\u003c";
    } else if (c == '>') {
      safe += "\\u003e";
    } else if (c == '&') {
      safe += "\\u0026";
    } else if (three == kLineSeparator || three == kParagraphSeparator) {
      safe += three == kLineSeparator ? "\\u2028" : "\\u2029";
      at += 2;
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string PolicyHash(std::string_view bytes) {
  const std::string hex = base::Sha256Hex(bytes);
  std::string digest;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    digest += static_cast<char>(NibbleOf(hex[i]) << 4U | NibbleOf(hex[i + 1]));
  }
  return "sha256-" + Base64Of(digest);
}

}  // namespace rehome::report

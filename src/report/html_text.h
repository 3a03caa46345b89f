#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rehome::report {

/// `text` for the text or a quoted attribute of a page: `& < > " '` as entities. Control
/// characters, escapes and characters that turn the direction of text show as `\x1b` or `\u202e`,
/// as on a terminal; what is longer than `max_bytes` is cut, saying so.
std::string HtmlText(std::string_view text, std::size_t max_bytes = 2000);

/// The same without entities, for values that the page's script writes as text.
std::string ShownValue(std::string_view text, std::size_t max_bytes = 300);

/// `text` with a capital letter, unless it begins with a name such as `email_verified`.
std::string Sentence(std::string_view text);

/// JSON so that it may stand in a script element: no `<`, `>` or `&`, and no line separators, which
/// are none in JSON but are in JavaScript.
std::string JsonForPage(std::string_view json);

/// `sha256-…` of these bytes, as a Content-Security-Policy names a script or style.
std::string PolicyHash(std::string_view bytes);

}  // namespace rehome::report

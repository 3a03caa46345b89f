#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rehome::csv {

/// A field as RFC 4180 wants it: quoted when it holds the delimiter, a quotation mark, CR, LF, or
/// blanks at an end; bytes kept.
std::string EncodeField(std::string_view field, char delimiter = ',');
/// One record with its final LF.
std::string EncodeRecord(std::span<const std::string> fields, char delimiter = ',');

}  // namespace rehome::csv

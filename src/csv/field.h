#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehome::csv {

/// The value of a well-formed raw field: without its quotes, doubled ones halved. Gives a part of
/// `raw`, or of `scratch` when bytes had to move.
std::string_view Unquote(std::string_view raw, std::string& scratch);

/// The raw fields of one record (without its line end); delimiters inside quotes separate nothing.
std::vector<std::string_view> SplitRecord(std::string_view record, char delimiter);

}  // namespace rehome::csv

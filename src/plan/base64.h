#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace rehome::plan {

/// How many bytes `text` stands for, when it is standard base64 without padding.
std::optional<std::size_t> Base64Size(std::string_view text);

/// The same for base64 that may be padded to a multiple of four characters.
std::optional<std::size_t> PaddedBase64Size(std::string_view text);

}  // namespace rehome::plan

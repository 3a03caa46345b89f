#include "plan/base64.h"

#include <algorithm>

namespace rehome::plan {
namespace {

bool IsBase64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

}  // namespace

std::optional<std::size_t> Base64Size(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;  // six bits are no byte
  if (!std::all_of(text.begin(), text.end(), IsBase64)) return std::nullopt;
  return text.size() / 4 * 3 + text.size() % 4 * 3 / 4;
}

std::optional<std::size_t> PaddedBase64Size(std::string_view text) {
  if (!text.ends_with('=')) return Base64Size(text);
  if (text.size() % 4 != 0) return std::nullopt;
  text.remove_suffix(1);
  if (text.ends_with('=')) text.remove_suffix(1);
  return Base64Size(text);
}

}  // namespace rehome::plan

#include "plan/phc_hash.h"

#include <algorithm>

#include "base/text.h"
#include "plan/base64.h"

namespace rehome::plan {
namespace {

// No bound below comes near a billion; longer digits are not shown, whatever they are.
constexpr std::size_t kMaxDigits = 10;

base::Error Fault(std::string words) { return {base::ErrorCode::kFormat, std::move(words)}; }

std::vector<std::string_view> Pieces(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

base::Status CheckBase64(std::string_view what, std::string_view text) {
  if (text.empty()) return Fault("its " + std::string(what) + " is empty");
  if (text.ends_with('=')) return Fault("its " + std::string(what) + " is padded with =");
  if (!Base64Size(text)) return Fault("its " + std::string(what) + " is not base64");
  return {};
}

}  // namespace

base::Result<PhcHash> PhcHash::Parse(std::string_view text, std::string_view version,
                                     std::initializer_list<std::string_view> names) {
  const std::vector<std::string_view> pieces = Pieces(text, '$');
  const std::size_t parameters_at = version.empty() ? 2 : 3;
  if (pieces.size() != parameters_at + 3 || !pieces[0].empty()) {
    return Fault("it does not have " + std::to_string(parameters_at + 2) +
                 " parts, each after a $");
  }
  if (!version.empty() && pieces[2] != version) {
    return Fault("its version is not " + std::string(version));
  }
  PhcHash parsed;
  parsed.id_ = pieces[1];
  parsed.salt_ = pieces[parameters_at + 1];
  parsed.hash_ = pieces[parameters_at + 2];
  RETURN_IF_ERROR(parsed.TakeParameters(pieces[parameters_at], names));
  return parsed;
}

base::Status PhcHash::TakeParameters(std::string_view text,
                                     std::initializer_list<std::string_view> names) {
  for (const std::string_view piece : Pieces(text, ',')) {
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) return Fault("its parameters are not name=value pairs");
    const std::string_view name = piece.substr(0, equals);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      return Fault("it has a parameter that its type does not have");
    }
    if (!Parameter(name).empty())
      return Fault("its parameter " + std::string(name) + " is doubled");
    parameters_.emplace_back(name, piece.substr(equals + 1));
  }
  for (const std::string_view name : names) {
    if (Parameter(name).empty()) return Fault("its parameter " + std::string(name) + " is missing");
  }
  return {};
}

std::string_view PhcHash::Parameter(std::string_view name) const {
  for (const auto& parameter : parameters_) {
    if (parameter.first == name) return parameter.second;
  }
  return {};
}

base::Result<std::int64_t> PhcHash::Number(std::string_view name, std::int64_t low,
                                           std::int64_t high) const {
  const std::string_view text = Parameter(name);
  const auto number = text.size() > kMaxDigits ? std::nullopt : base::ParseInt(text);
  if (!number) return Fault("its parameter " + std::string(name) + " is not a number in range");
  if (*number >= low && *number <= high) return *number;
  return Fault("its parameter " + std::string(name) + " is " + std::to_string(*number) +
               ", outside " + std::to_string(low) + " to " + std::to_string(high));
}

base::Status CheckSaltAndHash(const PhcHash& hash) {
  RETURN_IF_ERROR(CheckBase64("salt", hash.salt()));
  return CheckBase64("hash", hash.hash());
}

}  // namespace rehome::plan

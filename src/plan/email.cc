#include "plan/email.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"

namespace rehome::plan {
namespace {

// RFC 5321: 64 for the local part, the @ and 255 for the domain.
constexpr std::size_t kMaxBytes = 320;
constexpr std::size_t kMaxLabelBytes = 63;

base::Error Fault(std::string words) { return {base::ErrorCode::kFormat, std::move(words)}; }

// Escaping changes exactly the control, zero-width and direction-changing characters.
bool HoldsInvisible(std::string_view text) {
  return base::EscapeForTerminal(text, text.size() + 1) != text;
}

bool HoldsBlank(std::string_view text) {
  constexpr std::string_view kNoBreakSpace = "\xc2\xa0";
  constexpr std::string_view kWideSpace = "\xe3\x80\x80";
  return text.find(' ') != std::string_view::npos ||
         text.find(kNoBreakSpace) != std::string_view::npos ||
         text.find(kWideSpace) != std::string_view::npos;
}

bool IsLabelByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

base::Status CheckLabel(std::string_view label) {
  if (label.empty()) return Fault("has an empty part between the dots of its domain");
  if (label.size() > kMaxLabelBytes) {
    return Fault("has a part of more than 63 characters in its domain");
  }
  if (label.front() == '-' || label.back() == '-') {
    return Fault("has a part that starts or ends with - in its domain");
  }
  if (!std::all_of(label.begin(), label.end(), IsLabelByte)) {
    return Fault("has a character in its domain that domains do not have");
  }
  return {};
}

}  // namespace

base::Status CheckEmail(std::string_view email) {
  if (email.size() > kMaxBytes) return Fault("is longer than 320 characters");
  if (HoldsInvisible(email)) return Fault("holds a control or invisible character");
  if (HoldsBlank(email)) return Fault("holds a blank");
  if (email.find(',') != std::string_view::npos) return Fault("holds a comma");
  const std::size_t at = email.find('@');
  if (at == std::string_view::npos) return Fault("has no @");
  if (email.find('@', at + 1) != std::string_view::npos) return Fault("has more than one @");
  if (at == 0) return Fault("has nothing before the @");
  const std::string_view domain = email.substr(at + 1);
  if (domain.empty()) return Fault("has nothing after the @");
  if (domain.front() == '.' || domain.back() == '.') {
    return Fault("has a dot at an end of its domain");
  }
  for (const std::string& label : base::Split(domain, '.')) RETURN_IF_ERROR(CheckLabel(label));
  return {};
}

}  // namespace rehome::plan

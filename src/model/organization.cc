#include "model/organization.h"

#include <algorithm>

#include "base/text.h"
#include "model/request_size.h"

namespace rehome::model {
namespace {

constexpr std::string_view kIdStart = "org_";

}  // namespace

// An id becomes a part of a URL.
bool IsOrganizationId(std::string_view text) {
  return text.size() > kIdStart.size() && text.starts_with(kIdStart) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

bool IsOrganizationExternalId(std::string_view text) {
  return !text.empty() && text.size() <= kMaxOrganizationExternalIdBytes &&
         base::IsPrintableAscii(text);
}

bool IsOrganizationName(std::string_view text) { return text.size() <= kMaxRequestBytes; }

}  // namespace rehome::model

#include "sandbox/fault.h"

#include <array>
#include <utility>

namespace rehome::sandbox {
namespace {

using Kind = Fault::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 15> kKinds = {{
    {Kind::kReset, "reset"},
    {Kind::kClose, "close"},
    {Kind::kHang, "hang"},
    {Kind::kStatus, "status"},
    {Kind::kHtml, "html"},
    {Kind::kEmpty, "empty"},
    {Kind::kHalfBody, "half_body"},
    {Kind::kWrongLength, "wrong_length"},
    {Kind::kHuge, "huge"},
    {Kind::kGzip, "gzip"},
    {Kind::kOtherBody, "other_body"},
    {Kind::kStale, "stale"},
    {Kind::kListRepeat, "list_repeat"},
    {Kind::kListSkip, "list_skip"},
    {Kind::kDialect, "dialect"},
}};

constexpr std::array<std::pair<Subject, std::string_view>, 7> kSubjects = {{
    {Subject::kOrganization, "organization"},
    {Subject::kUser, "user"},
    {Subject::kMembership, "membership"},
    {Subject::kLookUp, "lookup"},
    {Subject::kList, "list"},
    {Subject::kChange, "change"},
    {Subject::kOther, "other"},
}};

// The name that a value has in one of the tables above, and the other way round.
template <class Table, class Value>
std::string_view NameIn(const Table& table, Value value) {
  for (const auto& [key, name] : table) {
    if (key == value) return name;
  }
  return "";
}

template <class Table>
auto FindIn(const Table& table, std::string_view name) -> decltype(std::optional(table[0].first)) {
  for (const auto& [key, its_name] : table) {
    if (its_name == name) return key;
  }
  return std::nullopt;
}

}  // namespace

std::string_view Name(Subject subject) { return NameIn(kSubjects, subject); }
std::optional<Subject> ParseSubject(std::string_view name) { return FindIn(kSubjects, name); }
std::optional<Kind> ParseFaultKind(std::string_view name) { return FindIn(kKinds, name); }

Subject SubjectOf(const Route& route, const Target& target) {
  if (route.pattern.starts_with("/authorization/")) return Subject::kOther;
  if (route.method == "PUT") return Subject::kChange;
  if (route.method == "POST") {
    if (route.pattern == "/organizations") return Subject::kOrganization;
    return route.pattern == "/user_management/users" ? Subject::kUser : Subject::kMembership;
  }
  if (route.method != "GET") return Subject::kOther;
  const bool one = route.pattern.find("{}") != std::string_view::npos;
  const bool few = target.Find("email") || target.Find("user_id") || target.Find("search");
  return one || few ? Subject::kLookUp : Subject::kList;
}

bool MayComeBefore(Kind kind) {
  return kind == Kind::kReset || kind == Kind::kClose || kind == Kind::kHang ||
         kind == Kind::kStatus || kind == Kind::kHtml || kind == Kind::kEmpty;
}

std::string Name(const Fault& fault) {
  std::string name(NameIn(kKinds, fault.kind));
  const bool has_status = fault.kind == Kind::kStatus || fault.kind == Kind::kDialect;
  if (has_status) name += "_" + std::to_string(fault.status);
  if (MayComeBefore(fault.kind)) name += fault.when == Fault::When::kBefore ? "_before" : "_after";
  return name;
}

}  // namespace rehome::sandbox

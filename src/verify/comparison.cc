#include "verify/comparison.h"

#include <algorithm>
#include <set>
#include <utility>

namespace rehome::verify {
namespace {

using model::FindingKind;
using model::VerificationFinding;

VerificationFinding FindingOf(FindingKind kind, const Expectation& expected) {
  VerificationFinding finding;
  finding.kind = kind;
  finding.object = expected.object.kind;
  finding.row = expected.object.row;
  finding.target_id = expected.object.target_id;
  if (expected.object.kind == model::EffectKind::kMembership) {
    finding.user_id = At(expected.fields, "user_id");
    finding.organization_id = expected.object.organization_id;
  }
  return finding;
}

// What stands in its place, if anything does, tells how it went missing.
VerificationFinding Missing(const Expectation& expected, const std::vector<TargetObject>& others) {
  VerificationFinding finding = FindingOf(FindingKind::kMissing, expected);
  for (const TargetObject& other : others) {
    finding.field = SharedKey(expected, other);
    if (finding.field.empty()) continue;
    finding.other_id = other.id;
    finding.expected = At(expected.fields, finding.field);
    finding.found = At(other.fields, finding.field);
    break;
  }
  return finding;
}

}  // namespace

base::Result<Expectation> Expect(journal::ExpectedObject object) {
  auto fields = Decode(object.fields);
  if (!fields) return fields.error();
  return Expectation{.object = std::move(object), .fields = *std::move(fields)};
}

std::vector<VerificationFinding> Mismatches(const Expectation& expected,
                                            const TargetObject& found) {
  std::vector<VerificationFinding> findings;
  if (expected.object.depth == journal::ExpectedObject::Depth::kExistence) return findings;
  for (const auto& [name, value] : expected.fields) {
    const std::string_view has = At(found.fields, name);
    if (IsSame(name, value, has)) continue;
    VerificationFinding finding = FindingOf(FindingKind::kMismatch, expected);
    finding.field = name;
    finding.expected = value;
    finding.found = has;
    findings.push_back(std::move(finding));
  }
  return findings;
}

VerificationFinding Unanswered(const Expectation& expected, std::string what_came) {
  VerificationFinding finding = FindingOf(FindingKind::kUnanswered, expected);
  finding.found = std::move(what_came);
  return finding;
}

std::string SharedKey(const Expectation& expected, const TargetObject& other) {
  const auto others = UniqueKeysOf(other.kind, other.fields);
  for (const UniqueKey& mine : UniqueKeysOf(expected.object.kind, expected.fields)) {
    for (const UniqueKey& theirs : others) {
      if (mine.key == theirs.key) return mine.field;
    }
  }
  return {};
}

std::vector<VerificationFinding> Conclude(const Expectation& expected,
                                          const std::vector<TargetObject>& seen) {
  const auto itself = std::find_if(seen.begin(), seen.end(), [&](const TargetObject& object) {
    return object.id == expected.object.target_id;
  });
  if (itself == seen.end()) return {Missing(expected, seen)};
  std::vector<VerificationFinding> findings = Mismatches(expected, *itself);
  std::set<std::string> told;
  for (const TargetObject& other : seen) {
    if (other.id == itself->id || !told.insert(other.id).second) continue;
    const std::string field = SharedKey(expected, other);
    if (field.empty()) continue;
    VerificationFinding finding = FindingOf(FindingKind::kDuplicate, expected);
    finding.other_id = other.id;
    finding.field = field;
    finding.expected = At(expected.fields, field);
    finding.found = At(other.fields, field);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace rehome::verify

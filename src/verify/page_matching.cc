#include "verify/page_matching.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "verify/comparison.h"

namespace rehome::verify {
namespace {

std::string TextOf(const std::vector<model::VerificationFinding>& mismatches) {
  std::vector<std::string> parts;
  parts.reserve(mismatches.size());
  for (const model::VerificationFinding& mismatch : mismatches) {
    parts.push_back(mismatch.found.empty() ? "no " + mismatch.field
                                           : mismatch.field + " \"" + mismatch.found + "\"");
  }
  return "a list showed " + base::Join(parts, ", ");
}

base::Status MatchById(journal::VerificationStore& store, const TargetObject& object,
                       ComparedCounts& counts) {
  auto candidates = store.Find(KeyOfId(object.kind, object.id));
  if (!candidates) return candidates.error();
  for (journal::ExpectedObject& candidate : *candidates) {
    if (candidate.kind != object.kind || candidate.target_id != object.id) continue;
    auto expected = Expect(std::move(candidate));
    if (!expected) return expected.error();
    const std::int64_t number = expected->object.number;
    const auto is_new = store.MarkSeen(number);
    if (!is_new) return is_new.error();
    if (*is_new) ++counts[object.kind];
    const auto mismatches = Mismatches(*expected, object);
    if (!mismatches.empty()) RETURN_IF_ERROR(store.Suspect(number, TextOf(mismatches)));
  }
  return {};
}

base::Status MatchByKeys(journal::VerificationStore& store, const TargetObject& object) {
  for (const UniqueKey& key : UniqueKeysOf(object.kind, object.fields)) {
    auto candidates = store.Find(key.key);
    if (!candidates) return candidates.error();
    for (journal::ExpectedObject& candidate : *candidates) {
      if (candidate.kind != object.kind || candidate.target_id == object.id) continue;
      auto expected = Expect(std::move(candidate));
      if (!expected) return expected.error();
      const std::string field = SharedKey(*expected, object);
      if (field.empty()) continue;
      RETURN_IF_ERROR(store.Suspect(expected->object.number,
                                    "a list showed " + object.id + " with the same " + field));
      RETURN_IF_ERROR(store.AddDouble(expected->object.number, object.id));
    }
  }
  return {};
}

}  // namespace

base::Status MatchPage(journal::VerificationStore& store, const ObjectPage& page,
                       ComparedCounts& counts) {
  RETURN_IF_ERROR(store.Begin());
  for (const TargetObject& object : page.objects) {
    RETURN_IF_ERROR(MatchById(store, object, counts));
    RETURN_IF_ERROR(MatchByKeys(store, object));
  }
  return store.Commit();
}

}  // namespace rehome::verify

#include "verify/page_matching.h"

#include <utility>

#include "verify/comparison.h"

namespace rehome::verify {
namespace {

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
    if (!Mismatches(*expected, object).empty()) RETURN_IF_ERROR(store.Suspect(number));
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
      if (SharedKey(*expected, object).empty()) continue;
      RETURN_IF_ERROR(store.SuspectDouble(expected->object.number, object.id));
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

#pragma once

#include <vector>

#include "base/result.h"
#include "journal/verification_store.h"
#include "model/verification.h"
#include "verify/target_object.h"

namespace rehome::verify {

/// An expected object with its fields decoded.
struct Expectation {
  journal::ExpectedObject object;
  Fields fields;
};
base::Result<Expectation> Expect(journal::ExpectedObject object);

/// The fields of `found`, the object that the run knows by this id, that are not as they should be.
std::vector<model::VerificationFinding> Mismatches(const Expectation& expected,
                                                   const TargetObject& found);
/// The first field in which `other`, another object, must not be equal to the expected one and is;
/// empty when there is none.
std::string SharedKey(const Expectation& expected, const TargetObject& other);

/// Nothing believable was answered about the object; `what_came` instead.
model::VerificationFinding Unanswered(const Expectation& expected, std::string what_came);

/// What is wrong with an object, from everything that the target shows by its id and by its keys:
/// the object itself, if it is there, and others.
std::vector<model::VerificationFinding> Conclude(const Expectation& expected,
                                                 const std::vector<TargetObject>& seen);

}  // namespace rehome::verify

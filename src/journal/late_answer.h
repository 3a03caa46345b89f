#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "journal/record.h"

namespace rehome::journal {

/// The event that is kept in place of a record that comes from incarnation `epoch` of a run when a
/// later one goes on with it: what it heard too late, `at_ms` by the wall clock. An event stays as
/// it is.
Event LateAnswerOf(const Record& record, std::int64_t epoch, std::int64_t at_ms);

/// What incarnation `epoch` is told then; `place` names the journal.
base::Error FencedError(const std::string& place, std::int64_t epoch, std::int64_t newest);

}  // namespace rehome::journal

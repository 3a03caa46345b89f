#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "journal/sqlite_journal.h"
#include "journal/verification_store.h"
#include "survey/survey.h"
#include "verify/lag_wait.h"

namespace rehome::verify {

/// Where the expected objects come from; all must outlive the call.
struct ExpectedSources {
  csv::Input input;  ///< the file that was imported, unchanged
  const csv::Header& header;
  const survey::Survey& survey;
  journal::JournalReader& journal;
};

/// Fills and seals `store` with every object that the run made, changed or found: the journal says
/// which, the file says with which fields. Both are read once, in the order of the rows. Gives the
/// last objects that the run made, one of each kind that it made any of. `go_on` is asked often,
/// also while the store or the journal are at something long; soon after it says no, the result is
/// an error of kLimit. Blocks; any one thread.
base::Result<std::vector<NewestObject>> LoadExpectedObjects(const ExpectedSources& sources,
                                                            journal::VerificationStore& store,
                                                            const std::function<bool()>& go_on);

}  // namespace rehome::verify

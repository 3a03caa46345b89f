#pragma once

#include "cli/consent.h"
#include "cli/options.h"
#include "cli/progress_view.h"
#include "cli/retry_plan.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// Says what is retried, what was corrected (the first cells before and after), what of the edited
/// file is not applied, and what stays rejected.
void TellPlan(const journal::RunFacts& facts, const RetryCommand& command, const RetryPlan& plan,
              ProgressView& view);

/// Gets the user's word for an edited file, after `TellPlan`: --yes, or an answer on the terminal;
/// else the command that would run is shown. A retry without one is covered by the consent of its
/// import.
Consent AskRetryConsent(const RetryCommand& command);

}  // namespace rehome::cli

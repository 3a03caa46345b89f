#pragma once

#include <string>

#include "cli/session.h"

namespace rehome::cli {

/// What the user is about to allow, as lines for stderr.
std::string ConsentText(const Session& session);

enum class Consent { kGiven, kDeclined, kCannotAsk };

/// Shows the plan and gets the user's word: --yes, or an answer on the terminal. Without either the
/// exact command that would run is shown as well.
Consent AskConsent(const Session& session, bool yes);

}  // namespace rehome::cli

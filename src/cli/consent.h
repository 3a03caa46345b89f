#pragma once

#include <string>

#include "cli/session.h"

namespace rehome::cli {

/// What of a file is to be made, by which requests, and how long that takes, as lines for stderr.
/// `rejected` as below.
std::string PlanText(const Session& session, const std::string& rejected = "");

/// What the user is about to allow, as lines for stderr.
/// `rejected` says how many of its rows make nothing; empty = they were not counted.
std::string ConsentText(const Session& session, const std::string& rejected);

enum class Consent { kGiven, kDeclined, kCannotAsk };

/// Shows the plan and gets the user's word: --yes, or an answer on the terminal. Without either the
/// exact command that would run is shown as well.
Consent AskConsent(const Session& session, bool yes);

}  // namespace rehome::cli

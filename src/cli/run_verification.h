#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/event_log.h"
#include "cli/phase_progress.h"
#include "cli/progress_view.h"
#include "cli/run_control.h"
#include "cli/session.h"
#include "dispatch/quotas.h"
#include "http/event_loop.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "model/verification.h"
#include "report/summary.h"
#include "verify/verifier.h"

namespace rehome::cli {

/// A run that is to be verified, and what is needed for it. Everything must outlive the call.
struct VerificationInputs {
  const Session& session;  ///< its file is the one that was imported, by its hash
  const journal::RunDirectory& run;
  const report::Summary& summary;  ///< of the run, so far
  journal::JournalReader& journal;
  http::EventLoop& loop;
  EventLog& events;
  ProgressView& view;
  const base::Clock& clock;
  /// What a signal leaves behind: an import's verification is recorded as incomplete with what it
  /// found; one that was asked for by itself leaves verification.csv as it was.
  enum class AtSignal { kRecord, kLeaveAsItWas };
  AtSignal at_signal = AtSignal::kRecord;
  RunControl* control = nullptr;                          ///< who is asked meanwhile; null = nobody
  std::shared_ptr<const dispatch::Quotas> sent_before{};  ///< by the import, if that was here
  std::string continue_with;  ///< the command that goes on after a second signal
  /// Called about once a second with the summary so far, for status.json.
  std::function<void(const report::Summary& summary, const std::vector<PhaseProgress>& phases)>
      on_progress;
  std::vector<PhaseProgress> phases{};  ///< of the run, before the verification
  /// Called before verification.csv is replaced: it must not stand beside an older verdict.
  std::function<base::Status()> before_findings{};
};

/// How a verification came to its end.
struct VerificationEnd {
  model::Verification verification;
  std::vector<report::ErrorGroup> findings;
  std::vector<PhaseProgress> phases;  ///< of the run, this one included
  std::optional<int> signal;          ///< that ended it before it was complete
};

/// Makes the verifier of a run, which calls `on_finding`.
using MakeVerifierOf = std::function<std::unique_ptr<verify::Verifier>(
    verify::VerifierOptions options, verify::VerifierInputs inputs)>;

/// Reads back what the run wrote: on other threads, while this one answers signals, shows progress
/// and ends it at the deadline or when the lock is lost. Writes verification.csv, but see AtSignal.
/// Signals must be held and lines too.
base::Result<VerificationEnd> VerifyRun(const VerificationInputs& inputs,
                                        const MakeVerifierOf& make = verify::MakeVerifier);

}  // namespace rehome::cli

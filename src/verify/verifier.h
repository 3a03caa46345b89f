#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "csv/dialect.h"
#include "dispatch/brake.h"
#include "dispatch/settings.h"
#include "http/event_loop.h"
#include "journal/sqlite_journal.h"
#include "model/verification.h"
#include "survey/survey.h"

namespace rehome::verify {

struct VerifierOptions {
  dispatch::DispatchSettings dispatch;  ///< pace, run id (of the requests), seed, settle schedule
  std::string store_path;               ///< a file for its memory on disk; removed at the end
};

/// What a verification works on; everything must outlive the verifier. The file is the one that was
/// imported: the caller has compared its hash.
struct VerifierInputs {
  csv::Input input;
  const csv::Header& header;
  const survey::Survey& survey;
  journal::JournalReader& journal;
  http::EventLoop& loop;
  const base::Clock& clock;
  /// Called for each finding once it is certain, on the verifier's threads but never two at a time.
  std::function<void(const model::VerificationFinding&)> on_finding;
};

/// Reads back what a run wrote and compares every field with the file. Only reads. Runs on threads
/// of its own; Start and WaitFor from one thread, the others from any.
class Verifier {
 public:
  virtual ~Verifier() = default;
  virtual void Start() = 0;
  /// Waits until it has ended, at most `real` time; true = ended.
  virtual bool WaitFor(std::chrono::milliseconds real) = 0;
  /// Ends it early: its state is then kIncomplete.
  virtual void Interrupt() = 0;
  /// Nothing more is sent until Resume; what is out is finished. Before Start: from its first
  /// request on.
  virtual void Pause() = 0;
  virtual void Resume() = 0;
  /// From now on; what was sent lately counts.
  virtual void SetPace(const dispatch::PaceSettings& pace) = 0;
  /// How far it is; after the end: what it came to.
  virtual model::Verification Look() const = 0;
  /// What sets its pace.
  virtual dispatch::BrakeTimes Brakes() const = 0;
};

std::unique_ptr<Verifier> MakeVerifier(VerifierOptions options, VerifierInputs inputs);

}  // namespace rehome::verify

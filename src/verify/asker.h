#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "dispatch/counters.h"
#include "dispatch/mismatch.h"
#include "dispatch/sender.h"
#include "dispatch/settings.h"
#include "http/transport.h"
#include "model/reason.h"

namespace rehome::verify {

/// What a verification asks the target with: reads only, at the pace of the run. Whatever makes it
/// pointless to go on stops it, and every request comes back as stopped then. Event-loop thread;
/// the references must outlive it.
class Asker {
 public:
  Asker(const dispatch::DispatchSettings& settings, http::Transport& transport,
        const base::Clock& clock, dispatch::Counters& counters);
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  /// `why`: one sentence; the first one counts.
  void Stop(std::string why);
  void Stop(const base::Error& error);
  bool stopped() const { return sender.stopped(); }
  const std::string& why_stopped() const { return why_stopped_; }

  /// For dispatch::FindObject. Who asked is answered "no believable answer" in the end; wrong
  /// answers to three different questions, with no believable one between them, stop all.
  void CountMismatch(const dispatch::Mismatch& mismatch);
  /// An answer was about what was asked.
  void CountBelieved() { wrong_in_a_row_.clear(); }

  std::int64_t requests() const;      ///< that left
  std::int64_t rate_limited() const;  ///< answers with 429
  std::int64_t mismatched_answers() const { return counters_.mismatched_answers.load(); }
  const dispatch::DispatchSettings& settings;
  const base::Clock& clock;
  dispatch::Sender sender;

 private:
  dispatch::Counters& counters_;
  std::string why_stopped_;
  std::set<std::string> wrong_in_a_row_;  // questions
};

}  // namespace rehome::verify

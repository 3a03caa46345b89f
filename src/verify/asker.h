#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "dispatch/counters.h"
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

  /// For dispatch::FindObject. Three stop it.
  void CountMismatch(const std::string& request_id, model::Phase phase);

  /// Requests that left.
  std::int64_t requests() const;
  const dispatch::DispatchSettings& settings;
  const base::Clock& clock;
  dispatch::Sender sender;

 private:
  dispatch::Counters& counters_;
  std::string why_stopped_;
};

}  // namespace rehome::verify

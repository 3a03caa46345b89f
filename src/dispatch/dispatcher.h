#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "dispatch/context.h"
#include "dispatch/counters.h"
#include "dispatch/ensure_task.h"
#include "dispatch/failure_limit.h"
#include "dispatch/flights.h"
#include "dispatch/row_job.h"
#include "dispatch/row_task.h"
#include "dispatch/sender.h"
#include "dispatch/settings.h"
#include "http/transport.h"
#include "journal/journal.h"
#include "model/organization.h"

namespace rehome::dispatch {

/// Gets organizations and rows done against the target. Passive: an event loop drives it, and every
/// call but `Expect` happens on that loop's thread. All references must outlive it.
class Dispatcher final : public http::Driver {
 public:
  /// `post` hands a function to the event loop's thread from any other.
  Dispatcher(const DispatchSettings& settings, http::Transport& transport, const base::Clock& clock,
             journal::Journal& journal, Counters& counters,
             std::function<void(std::function<void()>)> post);

  /// A row of a user with several rows was read and will be submitted. In the order of the file,
  /// from the thread that reads; any order of submitting is fine then.
  void Expect(std::int64_t lead_row, std::int64_t row) { context_.row_order.Enter(lead_row, row); }

  using RowDone = std::function<void(RowJobPtr)>;
  /// `done` is called exactly once, after the outcome is durable or when the run stops.
  void SubmitRow(RowJobPtr job, RowDone done);

  using OrganizationDone = std::function<void(const model::Effect&, EnsureTask::Ending)>;
  /// Finds or creates an organization; its effect is durable before `done`. `set_aside` is called
  /// when its fate is in doubt and others should go on meanwhile.
  void EnsureOrganization(const model::Organization& organization,
                          const std::optional<model::Effect>& known,
                          std::function<void()> set_aside, OrganizationDone done);

  void set_failure_limit(FailureLimit limit) { failure_limit_ = limit; }
  /// Stops: nothing new leaves, what is out is waited for, then everything comes back.
  void Stop();
  /// The same because of a limit of the run's own, which is its failure.
  void Stop(base::Error error);
  /// Ends the run with an error. What is prepared does not leave either.
  void Fail(base::Error error);
  bool stopped() const { return sender_.stopped(); }
  /// The error that ended the run, if one did.
  const std::optional<base::Error>& failure() const { return failure_; }
  /// Called on the loop's thread when the run stops for whatever reason.
  std::function<void()> on_stop;
  /// No more work will be submitted: the loop may end when all is done.
  void Finish() { finishing_ = true; }

  void Poll(base::Instant now) override { sender_.Poll(now); }
  std::optional<base::Instant> NextDeadline() const override { return sender_.NextDeadline(); }
  bool finished() const override { return finishing_ && open_ == 0; }

 private:
  void CountRow(const RowJob& job);
  void Remember(base::Error error);
  void Keep(std::string type, std::string_view why);

  Sender sender_;
  Context context_;
  Flights flights_;
  FailureLimit failure_limit_;
  std::optional<base::Error> failure_;
  std::int64_t open_ = 0;  // rows and organizations under way
  bool finishing_ = false;
};

}  // namespace rehome::dispatch

#pragma once

#include <cstdint>
#include <functional>
#include <limits>
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
#include "dispatch/row_queue.h"
#include "dispatch/row_task.h"
#include "dispatch/sender.h"
#include "dispatch/settings.h"
#include "http/transport.h"
#include "journal/journal.h"
#include "model/organization.h"
#include "pace/rows_in_flight.h"

namespace rehome::dispatch {

/// Gets organizations and rows done against the target. Passive: an event loop drives it, and every
/// call but those of `Expect` happens on that loop's thread. All references must outlive it.
class Dispatcher final : public http::Driver {
 public:
  /// `post` hands a function to the event loop's thread from any other.
  Dispatcher(const DispatchSettings& settings, http::Transport& transport, const base::Clock& clock,
             journal::Journal& journal, Counters& counters,
             std::function<void(std::function<void()>)> post);

  /// A row of a user with several rows was read and will be submitted. In the order of the file,
  /// from the thread that reads; any order of submitting is fine then.
  void Expect(std::int64_t lead_row, std::int64_t row) { context_.row_order.Enter(lead_row, row); }

  /// A row was read and will be submitted: those of which this was said start in that order. From
  /// the thread that reads.
  void ExpectInTurn(std::int64_t row) { waiting_.Expect(row); }

  using RowDone = std::function<void(RowJobPtr)>;
  /// The row starts as soon as it is its turn and fewer are under way than may be. `done` is called
  /// exactly once, after the outcome is durable or when the run stops.
  void SubmitRow(RowJobPtr job, RowDone done);

  using OrganizationDone = std::function<void(const model::Effect&, EnsureTask::Ending)>;
  /// Finds or creates an organization; its effect is durable before `done`. `set_aside` is called
  /// when its fate is in doubt and others should go on meanwhile.
  void EnsureOrganization(const model::Organization& organization,
                          const std::optional<model::Effect>& known,
                          std::function<void()> set_aside, OrganizationDone done);

  /// How many rows may be under way at once, from now on; nothing = as many as are useful. Before
  /// it was called: all.
  void SetRowsInFlight(std::optional<int> rows);
  /// See Sender.
  void Pause() { sender_.Pause(); }
  void Resume() { sender_.Resume(); }
  void SetPace(const PaceSettings& pace);
  const Quotas& quotas() const { return sender_.quotas(); }

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

  void Poll(base::Instant now) override;
  std::optional<base::Instant> NextDeadline() const override;
  bool finished() const override { return finishing_ && open_ == 0; }

 private:
  bool MayStartRow() const;
  void StartRows();
  void StartRow(RowQueue::Entry entry);
  void LookAtRows(base::Instant now);
  void CountRow(const RowJob& job);
  void Remember(base::Error error);
  void Keep(std::string type, std::string_view why);

  Sender sender_;
  Context context_;
  Flights flights_;
  FailureLimit failure_limit_;
  std::optional<base::Error> failure_;
  std::int64_t open_ = 0;  // rows and organizations that came and are not done
  RowQueue waiting_;       // of these, rows that have not been started
  int under_way_ = 0;      // rows that have been started, and are to be sent
  int allowed_ = std::numeric_limits<int>::max();  // of these
  std::int64_t rows_done_ = 0;                     // of these, so far
  std::optional<pace::RowsInFlight> useful_;       // decides what is allowed
  bool finishing_ = false;
};

}  // namespace rehome::dispatch

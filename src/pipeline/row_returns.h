#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "dispatch/row_job.h"
#include "http/transport.h"

namespace rehome::pipeline {

/// Rows that are done, on their way back to the flow graph: handed over together, when `enough`
/// have gathered or the first has waited a millisecond. One by one they would wake a worker each,
/// and a worker that is woken spins before it sleeps again, which costs more CPU than a request.
/// It stands between the event loop and the driver proper. Event-loop thread; `driver` and `clock`
/// must outlive it, and it must outlive the rows.
class RowReturns final : public http::Driver {
 public:
  using Done = std::function<void(dispatch::RowJobPtr)>;

  RowReturns(http::Driver& driver, const base::Clock& clock, std::size_t enough)
      : driver_(driver), clock_(clock), enough_(enough) {}

  void Add(dispatch::RowJobPtr job, Done done);

  void Poll(base::Instant now) override;
  std::optional<base::Instant> NextDeadline() const override;
  bool finished() const override { return rows_.empty() && driver_.finished(); }

 private:
  http::Driver& driver_;
  const base::Clock& clock_;
  const std::size_t enough_;
  std::vector<std::pair<dispatch::RowJobPtr, Done>> rows_;
  base::Instant due_;  // when rows_ go, if there are any
};

}  // namespace rehome::pipeline

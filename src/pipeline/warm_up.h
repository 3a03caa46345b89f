#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "dispatch/dispatcher.h"
#include "dispatch/organization_cache.h"
#include "journal/journal.h"
#include "model/organization.h"
#include "pipeline/events.h"
#include "pipeline/tally.h"

namespace rehome::pipeline {

/// Gets every organization of the input into the shared cache, one at a time (or `concurrency` at a
/// time). One whose fate is in doubt is set aside while the others go on. Lives on the event loop's
/// thread; the references must outlive it.
class WarmUp {
 public:
  struct Setup {
    dispatch::Dispatcher& dispatcher;
    dispatch::OrganizationCache& cache;
    journal::Journal& journal;
    std::function<void(std::function<void()>)> post;
    Tally& tally;
    EventSink& events;
    int concurrency = 1;
    bool plans_only = false;  ///< a dry run: what counts as created is to be
  };
  struct Counts {
    std::int64_t found = 0;
    std::int64_t created = 0;
    std::int64_t failed = 0;
    std::int64_t tried() const { return found + created + failed; }
  };

  WarmUp(Setup setup, const std::vector<model::Organization>& organizations,
         std::function<void()> done);
  /// Call on the event loop's thread; `done` is called once, there.
  void Start();
  const Counts& counts() const { return counts_; }

 private:
  void StartMore();
  void StartOne(const model::Organization& organization);
  void Ask(const model::Organization& organization, const std::optional<model::Effect>& known);
  void OnSettled(const model::Effect& effect);
  void SayProgress();
  void CheckFailures();
  void EndIfDone();

  Setup setup_;
  const std::vector<model::Organization>& organizations_;
  std::function<void()> done_;
  std::size_t next_ = 0;
  int active_ = 0;         // being asked, not set aside
  std::int64_t open_ = 0;  // being asked, set-aside ones included
  Counts counts_;
  std::vector<std::string> first_failures_;
  bool ended_ = false;
};

}  // namespace rehome::pipeline

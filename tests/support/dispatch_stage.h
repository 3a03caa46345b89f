#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/dispatcher.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"
#include "support/memory_journal.h"
#include "support/target_model.h"

namespace rehome::support {

/// A dispatcher on virtual time between a journal in memory and a target in memory, driven to its
/// end without a thread. Every create is checked to be in the journal before it leaves.
class DispatchStage {
 public:
  explicit DispatchStage(dispatch::DispatchSettings wanted = Unhurried())
      : settings(std::move(wanted)) {
    transport.on_start = [this](const http::Request& request) { CheckIntent(request); };
    Restart();
  }
  DispatchStage(const DispatchStage&) = delete;
  DispatchStage& operator=(const DispatchStage&) = delete;

  /// No quota of ours.
  static dispatch::DispatchSettings Unhurried() {
    dispatch::DispatchSettings settings;
    settings.pace = dispatch::NoPace();
    return settings;
  }

  /// A new dispatcher over the same journal and target, as a resumed run has it.
  void Restart() {
    settings.run_id = "run." + std::to_string(++incarnations_);
    dispatcher = std::make_unique<dispatch::Dispatcher>(
        settings, transport, clock, journal, counters,
        [this](std::function<void()> task) { posted_.push_back(std::move(task)); });
  }

  /// Runs until nothing is left to wait for, or until `until`.
  void Run(std::optional<base::Instant> until = std::nullopt) {
    for (int steps = 0; steps < kMostSteps; ++steps) {
      if (Step()) continue;
      std::optional<base::Instant> next = dispatcher->NextDeadline();
      if (const auto arrival = transport.NextDeadline(); arrival && (!next || *arrival < *next)) {
        next = arrival;
      }
      if (until && (!next || *next > *until)) {
        clock.AdvanceTo(*until);
        return;
      }
      if (!next) return;
      clock.AdvanceTo(*next);
    }
    ADD_FAILURE() << "it never comes to rest";
  }
  void RunFor(base::Duration duration) { Run(clock.Now() + duration); }
  /// One round without time passing; false = nothing to do now.
  bool Step() {
    bool moved = false;
    while (!posted_.empty()) {
      const auto task = std::move(posted_.front());
      posted_.pop_front();
      task();
      moved = true;
    }
    moved = journal.Deliver() > 0 || moved;
    dispatcher->Poll(clock.Now());
    moved = transport.Deliver() > 0 || moved;
    return moved || !posted_.empty() || journal.waiting();
  }

  void Submit(dispatch::RowJobPtr job) {
    dispatcher->SubmitRow(std::move(job), [this](dispatch::RowJobPtr done) {
      ++came_back[done->plan.position.row];
      done_.push_back(std::move(done));
    });
  }
  /// Submits and runs to the end; the row's outcome.
  model::Outcome RunRow(dispatch::RowJobPtr job) {
    Submit(job);
    Run();
    return job->outcome;
  }
  struct OrganizationEnd {
    model::Effect effect;
    std::optional<dispatch::EnsureTask::Ending> ending;
    int set_aside = 0;
  };
  void Ensure(const model::Organization& organization, OrganizationEnd& end,
              std::optional<model::Effect> known = std::nullopt) {
    dispatcher->EnsureOrganization(
        organization, std::move(known), [&end] { ++end.set_aside; },
        [&end](const model::Effect& effect, dispatch::EnsureTask::Ending ending) {
          end.effect = effect;
          end.ending = ending;
        });
  }
  OrganizationEnd RunOrganization(const model::Organization& organization,
                                  std::optional<model::Effect> known = std::nullopt) {
    OrganizationEnd end;
    Ensure(organization, end, std::move(known));
    Run();
    return end;
  }

  dispatch::DispatchSettings settings;
  FakeClock clock;
  TargetModel target{clock};
  MemoryJournal journal;
  dispatch::Counters counters;
  /// Answers in place of the target where it gives something.
  std::function<std::optional<Scripted>(const http::Request&)> instead;
  FakeTransport transport{clock, [this](const http::Request& request) {
                            auto scripted = instead ? instead(request) : std::nullopt;
                            return scripted ? *std::move(scripted) : target.Answer(request);
                          }};
  std::unique_ptr<dispatch::Dispatcher> dispatcher;
  std::map<std::int64_t, int> came_back;  ///< times each row came back

 private:
  // Far more than any test takes.
  static constexpr int kMostSteps = 2'000'000;

  void CheckIntent(const http::Request& request) {
    EXPECT_TRUE(ids_.insert(request.request_id).second) << "a request id was used twice";
    if (request.method != http::Method::kPost) return;
    EXPECT_TRUE(journal.HasIntent(request.idempotency_key))
        << "POST " << request.target << " left before its intent was in the journal";
  }

  int incarnations_ = 0;
  std::deque<std::function<void()>> posted_;
  std::set<std::string> ids_;
  std::vector<dispatch::RowJobPtr> done_;
};

/// A row of its own user, without an organization.
inline dispatch::RowJobPtr MakeRow(std::int64_t row, const std::string& email) {
  auto job = std::make_shared<dispatch::RowJob>();
  job->plan.position = {.row = row, .line = row + 1, .offset = row * 10};
  job->plan.lead_row = row;
  job->plan.user.email = email;
  return job;
}

/// The same with a membership in an organization that warm-up found.
inline dispatch::RowJobPtr MakeRow(std::int64_t row, const std::string& email,
                                   const std::string& organization_id) {
  auto job = MakeRow(row, email);
  job->organization_key = "external_id:" + organization_id;
  job->plan.organization = model::OrganizationRef{.kind = model::OrganizationRef::Kind::kExternalId,
                                                  .value = organization_id};
  job->organization = dispatch::CachedOrganization{.id = organization_id};
  return job;
}

inline model::Organization MakeOrganization(const std::string& external_id,
                                            const std::string& name) {
  model::Organization organization;
  organization.ref = {.kind = model::OrganizationRef::Kind::kExternalId, .value = external_id};
  organization.name = name;
  organization.first_row = 1;
  organization.rows = 1;
  return organization;
}

}  // namespace rehome::support

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "dispatch/counters.h"
#include "dispatch/create_gate.h"
#include "dispatch/mismatch.h"
#include "dispatch/row_order.h"
#include "dispatch/sender.h"
#include "dispatch/settings.h"
#include "dispatch/user_memberships.h"
#include "journal/journal.h"
#include "model/effect.h"
#include "model/reason.h"

namespace rehome::dispatch {

/// What the tasks of one dispatcher share. Event-loop thread only; the references outlive it.
struct Context {
  const DispatchSettings& settings;
  const base::Clock& clock;
  journal::Journal& journal;
  Sender& sender;
  Counters& counters;
  /// Has a function called soon on the event loop's thread; callable from any thread.
  std::function<void(std::function<void()>)> post;
  /// Ends the run with an error.
  std::function<void(base::Error)> fatal;
  CreateGate create_gate;  ///< of users
  RowOrder row_order{};    ///< of users with several rows
  UserMemberships user_memberships{};
  /// The first row to which the target refused several roles for one membership: its environment
  /// does not have that enabled, and no other such row has to ask. 0 = none.
  std::int64_t several_roles_refused_to = 0;

  /// Whether the target would surely refuse to give these roles to one membership.
  bool RefusesRoles(const std::vector<std::string>& slugs) const {
    return several_roles_refused_to != 0 && slugs.size() > 1;
  }
  /// Of a journal that was made anew: takes an effect that it does not know for one that may have
  /// been sent.
  void PresumeSent(model::Effect& effect) const;
  /// Why such a request is not sent.
  std::string RolesRefusedText() const;

  /// Commits `records`; `then` runs on the event loop with whether they are durable. When they are
  /// not, the run ends: what cannot be remembered must not be done.
  void Commit(std::vector<journal::Record> records, std::function<void(bool durable)> then) {
    // `then` is moved all the way: whatever it holds must not end on the journal's thread.
    journal.Append(std::move(records), [post = post, fatal = fatal, then = std::move(then)](
                                           const base::Status& status) mutable {
      post([fatal = std::move(fatal), then = std::move(then), status] {
        if (!status) fatal(status.error());
        then(status.ok());
      });
    });
  }

  /// Keeps something in the journal for people; `json` is an object.
  void KeepEvent(std::string type, std::string json);

  /// Kept in the journal; three in a run stop it: the cause is a cache or a proxy, not a row.
  void CountMismatch(const Mismatch& mismatch);
};

}  // namespace rehome::dispatch

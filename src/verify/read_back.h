#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dispatch/counters.h"
#include "dispatch/settings.h"
#include "http/transport.h"
#include "journal/verification_store.h"
#include "model/verification.h"
#include "verify/asker.h"
#include "verify/lag_wait.h"
#include "verify/page_matching.h"
#include "verify/page_walk.h"
#include "verify/suspicion_rounds.h"

namespace rehome::verify {

/// Reads back what a run wrote: waits until its last objects show, goes through the target's lists,
/// then asks for whatever did not look right until it is certain. Passive: an event loop drives it,
/// on one thread; the references must outlive it. Its only writes are to the store.
class ReadBack final : public http::Driver {
 public:
  using OnFinding = std::function<void(const model::VerificationFinding&)>;
  ReadBack(const dispatch::DispatchSettings& settings, http::Transport& transport,
           const base::Clock& clock, journal::VerificationStore& store, OnFinding on_finding);

  /// The store is sealed; `newest` are the last objects that the run made, one of a kind.
  void Start(const std::vector<NewestObject>& newest);
  /// Ends it early; `why` is one sentence.
  void Stop(std::string why) { asker_.Stop(std::move(why)); }
  void Pause() { asker_.sender.Pause(); }
  void Resume() { asker_.sender.Resume(); }
  void SetPace(const dispatch::PaceSettings& pace) { asker_.sender.SetPace(pace); }
  /// How far it is; once it is finished: what it came to.
  model::Verification Look() const;
  dispatch::BrakeTimes Brakes() const { return counters_.brakes.Copy(); }

  void Poll(base::Instant now) override { asker_.sender.Poll(now); }
  std::optional<base::Instant> NextDeadline() const override {
    return asker_.sender.NextDeadline();
  }
  bool finished() const override { return ended_; }

 private:
  void WalkAll();
  void WalkKind(model::EffectKind kind);
  void WalkGroups();
  void WalkOne(PageWalk::List list, std::function<void()> then);
  void OnWalked(model::EffectKind kind, const Walked& walked);
  void OnWalkEnd();
  void OnFound(const model::VerificationFinding& finding);
  void CountUnchecked(const SuspicionRounds::End& end);
  void End(const SuspicionRounds::End& end);

  const base::Clock& clock_;
  dispatch::Counters counters_;
  Asker asker_;
  journal::VerificationStore& store_;
  OnFinding on_finding_;
  ComparedCounts counts_;
  SuspicionRounds rounds_;
  base::Instant started_{};
  int open_ = 0;            // waits, then walks, under way
  std::string last_group_;  // the organization whose memberships were begun last
  bool all_groups_ = false;
  std::map<model::EffectKind, Walked> unread_lists_;
  model::Verification result_;
  bool ended_ = false;
};

}  // namespace rehome::verify

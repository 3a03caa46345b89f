#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "journal/verification_store.h"
#include "model/verification.h"
#include "verify/asker.h"
#include "verify/comparison.h"
#include "verify/inspection.h"
#include "verify/page_matching.h"

namespace rehome::verify {

/// Asks for every suspected object by itself, many at a time, again and again on the settle
/// schedule, until it is right or the target's lag is surely over: what is still wrong then is a
/// finding. All wait together, so a hundred take hardly longer than one. Event-loop thread; the
/// references must outlive it.
class SuspicionRounds {
 public:
  using OnFinding = std::function<void(const model::VerificationFinding&)>;
  /// What the rounds came to; so far, when they were stopped.
  struct End {
    std::int64_t unread = 0;  ///< objects of which no round got a believable answer
    std::string why;          ///< of one of them
    /// Objects of each kind that are there and of whose external_id the target shows one object at
    /// a time: another one with the same may be hidden behind them.
    std::map<model::EffectKind, std::int64_t> external_ids;
  };
  using Done = std::function<void(const End&)>;

  SuspicionRounds(Asker& asker, journal::VerificationStore& store, ComparedCounts& counts,
                  OnFinding on_finding, Done done);
  /// `settled_from`: since when nothing of the run was written any more.
  void Start(base::Instant settled_from);

 private:
  void StartRound();
  void Fill();
  void InspectOne(journal::ExpectedObject object);
  void OnInspected(const journal::ExpectedObject& object, const Inspected& inspected);
  base::Status Judge(const journal::ExpectedObject& object, const Inspected& inspected);
  base::Status TellUnanswered(const journal::ExpectedObject& object, const std::string& why);
  base::Status CountAsCompared(const journal::ExpectedObject& object);
  base::Status CountExternalId(const journal::ExpectedObject& object, const Inspected& inspected);
  void EndRound();
  base::Duration WaitForNextRound() const;
  void Stopped();

  Asker& asker_;
  journal::VerificationStore& store_;
  ComparedCounts& counts_;
  OnFinding on_finding_;
  Done done_;
  base::Instant settled_from_{};
  int round_ = 0;
  bool last_round_ = false;
  std::int64_t reached_ = 0;  // the number up to which this round has asked
  bool all_asked_ = false;
  bool filling_ = false;
  int in_flight_ = 0;
  std::int64_t left_ = 0;  // still suspected after this round
  End end_;
};

}  // namespace rehome::verify

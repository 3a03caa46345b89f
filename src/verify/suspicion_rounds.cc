#include "verify/suspicion_rounds.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "dispatch/finding.h"
#include "verify/lag_wait.h"

namespace rehome::verify {
namespace {

// Enough to use the read quota at any latency up to 0.7 s; more would only take memory.
constexpr int kInFlight = 64;

}  // namespace

SuspicionRounds::SuspicionRounds(Asker& asker, journal::VerificationStore& store,
                                 ComparedCounts& counts, OnFinding on_finding, Done done)
    : asker_(asker),
      store_(store),
      counts_(counts),
      on_finding_(std::move(on_finding)),
      done_(std::move(done)) {}

void SuspicionRounds::Start(base::Instant settled_from) {
  settled_from_ = settled_from;
  StartRound();
}

void SuspicionRounds::StartRound() {
  // Seen wrong once is not enough, however long ago the run ended.
  last_round_ = round_ > 0 && asker_.clock.Now() - settled_from_ >= LongestLag(asker_.settings);
  reached_ = 0;
  all_asked_ = false;
  left_ = 0;
  Fill();
}

void SuspicionRounds::Fill() {
  if (std::exchange(filling_, true)) return;
  while (!asker_.stopped() && !all_asked_ && in_flight_ < kInFlight) {
    auto objects = store_.Suspected(reached_, kInFlight - in_flight_);
    if (!objects) {
      asker_.Stop(objects.error());
      break;
    }
    all_asked_ = objects->empty();
    for (journal::ExpectedObject& object : *objects) {
      reached_ = object.number;
      InspectOne(std::move(object));
    }
  }
  filling_ = false;
  if (in_flight_ > 0) return;
  if (asker_.stopped()) {
    Stopped();
    return;
  }
  EndRound();
}

void SuspicionRounds::InspectOne(journal::ExpectedObject object) {
  auto doubles = store_.DoublesOf(object.number);
  auto expected = Expect(object);
  if (!doubles || !expected) {
    asker_.Stop(doubles ? expected.error() : doubles.error());
    return;
  }
  ++in_flight_;
  // The first look may well use an open connection: it only tells what is right.
  const auto connection = round_ == 0 ? http::Connection::kAny : http::Connection::kFresh;
  Inspect(asker_, *std::move(expected), *doubles, connection,
          [this, object = std::move(object)](const Inspected& inspected) {
            --in_flight_;
            OnInspected(object, inspected);
          });
}

void SuspicionRounds::OnInspected(const journal::ExpectedObject& object,
                                  const Inspected& inspected) {
  if (inspected.fate != Inspected::Fate::kStopped) {
    if (const auto judged = Judge(object, inspected); !judged) asker_.Stop(judged.error());
  }
  Fill();
}

base::Status SuspicionRounds::Judge(const journal::ExpectedObject& object,
                                    const Inspected& inspected) {
  const bool failed = inspected.fate == Inspected::Fate::kFailed;
  const bool wrong = failed || !inspected.findings.empty();
  if (wrong && !last_round_) {
    ++left_;
    return {};
  }
  if (failed) {
    if (end_.unread++ == 0) {
      end_.why = std::string(NameOf(object.kind)) + " " + object.target_id + " (row " +
                 std::to_string(object.row) + ") could not be read: " + inspected.why;
    }
    RETURN_IF_ERROR(TellUnanswered(object, inspected.why));
    return store_.Clear(object.number);
  }
  RETURN_IF_ERROR(CountAsCompared(object));
  RETURN_IF_ERROR(CountExternalId(object, inspected));
  for (const model::VerificationFinding& finding : inspected.findings) on_finding_(finding);
  return store_.Clear(object.number);
}

// What a list showed of it is no proof, and yet more than nothing.
base::Status SuspicionRounds::TellUnanswered(const journal::ExpectedObject& object,
                                             const std::string& why) {
  const auto expected = Expect(object);
  if (!expected) return expected.error();
  const auto shown = store_.ShownOf(object.number);
  if (!shown) return shown.error();
  on_finding_(Unanswered(*expected, shown->empty() ? why : *shown + "; asked for alone: " + why));
  // A page that showed it had counted it as compared.
  const auto is_new = store_.MarkSeen(object.number);
  if (!is_new) return is_new.error();
  if (!*is_new) --counts_[object.kind];
  return {};
}

base::Status SuspicionRounds::CountExternalId(const journal::ExpectedObject& object,
                                              const Inspected& inspected) {
  // Of one that is missing, the answer was nobody or the other one.
  const auto& findings = inspected.findings;
  if (!findings.empty() && findings.front().kind == model::FindingKind::kMissing) return {};
  const auto expected = Expect(object);
  if (!expected) return expected.error();
  if (!At(expected->fields, "external_id").empty()) ++end_.external_ids[object.kind];
  return {};
}

base::Status SuspicionRounds::CountAsCompared(const journal::ExpectedObject& object) {
  const auto is_new = store_.MarkSeen(object.number);
  if (!is_new) return is_new.error();
  if (*is_new) ++counts_[object.kind];
  return {};
}

void SuspicionRounds::EndRound() {
  if (left_ == 0) {
    done_(end_);
    return;
  }
  ++round_;
  asker_.sender.After(WaitForNextRound(), [this](bool stopped) {
    if (stopped) {
      Stopped();
      return;
    }
    StartRound();
  });
}

// To the next moment of the schedule; before the look that decides, long enough for caches to
// expire: the two looks that make a finding must not get one answer.
base::Duration SuspicionRounds::WaitForNextRound() const {
  const base::Duration passed = asker_.clock.Now() - settled_from_;
  base::Duration moment{0};
  for (const base::Duration wait : asker_.settings.settle) {
    moment += wait;
    if (moment <= passed) continue;
    const bool decides = moment >= LongestLag(asker_.settings);
    return decides ? std::max(moment - passed, dispatch::kCacheExpiry) : moment - passed;
  }
  return dispatch::kCacheExpiry;
}

void SuspicionRounds::Stopped() { done_(end_); }

}  // namespace rehome::verify

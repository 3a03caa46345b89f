#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "journal/sqlite_journal.h"

namespace rehome::support {

/// A journal of records that a test wrote by hand, in the order in which it wrote them. `broken`
/// makes every visit fail.
class FakeJournalReader final : public journal::JournalReader {
 public:
  std::vector<model::Effect> effects;
  std::vector<model::Outcome> outcomes;
  std::vector<journal::Event> events;
  std::vector<journal::Chunk> chunks;
  std::vector<journal::Correction> corrections;
  base::Status broken;

  void StopWhen(std::function<bool()> stop) override { stop_ = std::move(stop); }
  base::Status VisitEffects(const std::function<void(const model::Effect&)>& visit) override {
    return Visit(effects, visit);
  }
  base::Status VisitOutcomes(const std::function<void(const model::Outcome&)>& visit) override {
    return Visit(outcomes, visit);
  }
  base::Status VisitCreatedUsers(
      const std::function<void(std::string_view user_id)>& visit) override {
    if (!broken) return broken;
    for (const model::Effect& effect : effects) {
      const bool created = effect.provenance == model::Provenance::kCreated ||
                           effect.provenance == model::Provenance::kCreatedInDoubt;
      if (effect.kind == model::EffectKind::kUser && created) visit(effect.target_id);
    }
    return {};
  }
  base::Result<std::int64_t> CountUsersInDoubt() override { return std::int64_t{0}; }
  base::Result<journal::EndedCounts> CountEnded() override {
    if (!broken) return broken.error();
    journal::EndedCounts ended;
    for (const model::Outcome& outcome : outcomes) {
      ++ended.rows[static_cast<std::size_t>(outcome.kind)];
      for (const model::Effect& effect : effects) {
        if (effect.row != outcome.row) continue;
        const auto kind = static_cast<std::size_t>(effect.outcome);
        if (effect.kind == model::EffectKind::kUser) ++ended.users[kind];
        if (effect.kind == model::EffectKind::kMembership) ++ended.memberships[kind];
      }
    }
    return ended;
  }
  base::Status VisitTroubles(const std::function<void(const model::Outcome&)>& visit) override {
    using model::OutcomeKind;
    return Visit<model::Outcome>(outcomes, [&](const model::Outcome& outcome) {
      const bool bad = outcome.kind == OutcomeKind::kRejected ||
                       outcome.kind == OutcomeKind::kFailed || outcome.kind == OutcomeKind::kParked;
      if (bad || !outcome.warnings.empty()) visit(outcome);
    });
  }
  base::Status VisitEvents(const std::function<void(const journal::Event&)>& visit) override {
    return Visit(events, visit);
  }
  base::Result<std::vector<journal::Chunk>> Chunks() override {
    if (!broken) return broken.error();
    return chunks;
  }
  base::Result<std::vector<journal::Correction>> Corrections() override {
    if (!broken) return broken.error();
    return corrections;
  }
  std::int64_t epoch() const override { return 1; }

 private:
  template <class T>
  base::Status Visit(const std::vector<T>& records, const std::function<void(const T&)>& visit) {
    if (!broken) return broken;
    for (const T& record : records) {
      if (stop_ && stop_()) return base::Error{base::ErrorCode::kIo, "stopped"};
      visit(record);
    }
    return {};
  }

  std::function<bool()> stop_;
};

}  // namespace rehome::support

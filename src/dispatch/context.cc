#include "dispatch/context.h"

#include <string>
#include <utility>

namespace rehome::dispatch {

void Context::PresumeSent(model::Effect& effect) const {
  const bool is_known =
      effect.maybe_sent || effect.intent_ms != 0 || effect.state != model::EffectState::kIntended;
  if (settings.presumed_sent_since_ms == 0 || is_known) return;
  effect.maybe_sent = true;
  effect.intent_ms = settings.presumed_sent_since_ms;
}

std::string Context::RolesRefusedText() const {
  return "not sent: the target refused several roles to row " +
         std::to_string(several_roles_refused_to);
}

void Context::KeepEvent(std::string type, std::string json) {
  std::vector<journal::Record> records;
  records.emplace_back(journal::Event{.at_ms = clock.WallNow().time_since_epoch().count(),
                                      .type = std::move(type),
                                      .json = std::move(json)});
  Commit(std::move(records), [](bool) {});
}

void Context::CountMismatch(const Mismatch& mismatch) {
  KeepEvent("answer_mismatch", EncodeMismatch(mismatch));
  if (settings.on_mismatch) settings.on_mismatch(mismatch);
  if (counters.mismatched_answers.fetch_add(1) + 1 != kMismatchesThatStop) return;
  fatal(TooManyMismatches(mismatch));
}

}  // namespace rehome::dispatch

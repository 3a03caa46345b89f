#include "dispatch/flights.h"

#include <utility>

#include "base/check.h"

namespace rehome::dispatch {
namespace {

bool IsSettled(const model::Effect& effect) {
  switch (effect.state) {
    case model::EffectState::kDone:
    case model::EffectState::kFailed:
    case model::EffectState::kParked:
      return true;
    case model::EffectState::kIntended:
    case model::EffectState::kSent:
    case model::EffectState::kUnknown:
      return false;
  }
  return false;
}

}  // namespace

void Flights::Join(const std::string& key, Maker make, Waiter wait) {
  const auto [flight, first] = flights_.try_emplace(key);
  if (!first) {
    flight->second.push_back(std::move(wait));
    return;
  }
  context_.journal.FindEffect(
      key, [this, key, make = std::move(make), wait = std::move(wait),
            post = context_.post](base::Result<std::optional<model::Effect>> found) mutable {
        post([this, key, make = std::move(make), wait = std::move(wait), found = std::move(found)] {
          if (!found) {
            context_.fatal(found.error());
            wait(std::nullopt);
            Landed(key, std::nullopt);
            return;
          }
          if (*found && IsSettled(**found)) {
            wait(*found);
            Landed(key, *found);
            return;
          }
          make(*found);
        });
      });
}

void Flights::Landed(const std::string& key, const std::optional<model::Effect>& effect) {
  const auto flight = flights_.find(key);
  CHECK(flight != flights_.end());
  const std::vector<Waiter> waiters = std::move(flight->second);
  flights_.erase(flight);
  for (const Waiter& waiter : waiters) waiter(effect);
}

}  // namespace rehome::dispatch

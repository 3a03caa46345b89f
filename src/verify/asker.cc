#include "verify/asker.h"

#include <utility>

#include "dispatch/context.h"

namespace rehome::verify {

Asker::Asker(const dispatch::DispatchSettings& wanted, http::Transport& transport,
             const base::Clock& time, dispatch::Counters& counters)
    : settings(wanted),
      clock(time),
      sender(settings, transport, clock, counters,
             [this](const base::Error& error) { Stop(error); }),
      counters_(counters) {}

void Asker::Stop(std::string why) {
  if (why_stopped_.empty()) why_stopped_ = std::move(why);
  sender.Stop();
}

void Asker::Stop(const base::Error& error) {
  if (error.code == base::ErrorCode::kUnreachable) {
    Stop("the target could not be reached (" + error.message + ")");
    return;
  }
  Stop(error.message);
}

void Asker::CountMismatch(const std::string&, model::Phase) {
  if (counters_.mismatched_answers.fetch_add(1) + 1 != dispatch::kMismatchesThatStop) return;
  Stop(dispatch::TooManyMismatches());
}

std::int64_t Asker::requests() const {
  return counters_.requests[dispatch::Counters::At(model::Phase::kVerification)].load();
}

}  // namespace rehome::verify

#include "verify/asker.h"

#include <iterator>
#include <utility>

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

void Asker::CountMismatch(const dispatch::Mismatch& mismatch) {
  counters_.mismatched_answers.fetch_add(1);
  if (settings.on_mismatch) settings.on_mismatch(mismatch);
  wrong_in_a_row_.insert(mismatch.question);
  if (std::ssize(wrong_in_a_row_) < dispatch::kMismatchesThatStop) return;
  Stop(dispatch::TooManyMismatches(mismatch));
}

std::int64_t Asker::requests() const {
  return counters_.requests[dispatch::Counters::At(model::Phase::kVerification)].load();
}

std::int64_t Asker::rate_limited() const {
  return counters_.rate_limited[dispatch::Counters::At(model::Phase::kVerification)].load();
}

}  // namespace rehome::verify

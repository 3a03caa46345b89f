#include "verify/lag_wait.h"

#include <chrono>
#include <numeric>
#include <utility>

#include "verify/question.h"

namespace rehome::verify {
namespace {

// How far two servers' clocks and the whole seconds of a Date header may lead astray.
constexpr base::Duration kClockTolerance = std::chrono::seconds(5);

}  // namespace

base::Duration LongestLag(const dispatch::DispatchSettings& settings) {
  return std::accumulate(settings.settle.begin(), settings.settle.end(), base::Duration(0));
}

LagWait::LagWait(Asker& asker, NewestObject object, Done done)
    : asker_(asker), object_(std::move(object)), done_(std::move(done)) {}

void LagWait::LookLater() {
  const auto& settle = asker_.settings.settle;
  if (looks_ >= settle.size() || MustShow()) {
    done_();
    return;
  }
  asker_.sender.After(settle[looks_++], [self = shared_from_this()](bool stopped) {
    if (stopped) {
      self->done_();
      return;
    }
    self->Look();
  });
}

void LagWait::Look() {
  Ask(asker_, AskById(object_.kind, object_.target_id), http::Connection::kAny,
      [self = shared_from_this()](const Reading& reading) {
        if (reading.fate != Reading::Fate::kAnswered || !reading.page.objects.empty()) {
          self->done_();
          return;
        }
        self->LookLater();
      });
}

// By the server's clock, which is known once it has answered.
bool LagWait::MustShow() const {
  if (looks_ == 0) return false;
  const base::WallTime created = base::ParseIso8601(object_.created_at);
  const base::Duration age = asker_.clock.WallNow() - created + asker_.sender.server_clock_offset();
  return age > LongestLag(asker_.settings) + kClockTolerance;
}

}  // namespace rehome::verify

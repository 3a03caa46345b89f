#include "verify/page_walk.h"

#include <utility>

namespace rehome::verify {
namespace {

using Which = journal::VerificationStore::Which;

// Even for a handful of objects a list shows doubles that no question for one of them does.
constexpr std::int64_t kFewPages = 10;

}  // namespace

std::int64_t MostPages(model::EffectKind kind, std::int64_t objects) {
  // A user is asked for by e-mail and by external_id, everything else by one key.
  const std::int64_t each = kind == model::EffectKind::kUser ? 2 : 1;
  return kFewPages + each * objects;
}

PageWalk::PageWalk(Asker& asker, journal::VerificationStore& store, ComparedCounts& counts,
                   List list, Done done)
    : asker_(asker),
      store_(store),
      counts_(counts),
      list_(std::move(list)),
      done_(std::move(done)) {}

void PageWalk::AskNext(const std::string& after) {
  Ask(asker_, AskPage(list_.kind, list_.organization_id, after), http::Connection::kAny,
      [self = shared_from_this(), after](const Reading& reading) {
        self->OnReading(after, reading);
      });
}

void PageWalk::OnReading(const std::string& after, const Reading& reading) {
  switch (reading.fate) {
    case Reading::Fate::kStopped:
      done_({.how = Walked::How::kStopped});
      return;
    case Reading::Fate::kFailed:
      // Perhaps this page is ill by itself: its objects may well be asked for one by one.
      Fail(reading.why);
      return;
    case Reading::Fate::kAnswered:
      break;
  }
  // The list of an organization that was deleted may be unknown as well as empty.
  const bool may_be_unknown = after.empty() && list_.kind == model::EffectKind::kMembership;
  if (!reading.is_known && !may_be_unknown) {
    OnUnknownPage(after);
    return;
  }
  ++pages_;
  if (const auto matched = MatchPage(store_, reading.page, counts_); !matched) {
    asker_.Stop(matched.error());
    done_({.how = Walked::How::kStopped});
    return;
  }
  const std::string& next = reading.page.after;
  if (next.empty()) {
    End(Which::kUnseen, {.how = Walked::How::kWhole});
    return;
  }
  if (next == after || LeadsBack(next)) {
    Fail("it leads back to a page that was read");
    return;
  }
  if (pages_ >= list_.most_pages) {
    End(Which::kAll, {.how = Walked::How::kGivenUp});
    return;
  }
  AskNext(next);
}

// Brent's way of finding a circle: the waymark moves on after 1, 2, 4, 8 … pages, so a walk in
// circles meets it, and one cursor is remembered whatever the number of pages.
bool PageWalk::LeadsBack(const std::string& next) {
  if (next == waymark_) return true;
  if (pages_ >= next_waymark_) {
    waymark_ = next;
    next_waymark_ *= 2;
  }
  return false;
}

// The object after which the page begins may have been deleted meanwhile: then a second walk finds
// another way.
void PageWalk::OnUnknownPage(const std::string& after) {
  if (after.empty() || restarted_) {
    Fail("the target does not know a page of it (HTTP 404)");
    return;
  }
  restarted_ = true;
  pages_ = 0;
  waymark_.clear();
  next_waymark_ = 1;
  AskNext("");
}

void PageWalk::Fail(std::string why) {
  End(Which::kAll, {.how = Walked::How::kFailed, .why = std::move(why)});
}

void PageWalk::End(Which suspected, const Walked& walked) {
  const auto status = store_.SuspectObjects(list_.kind, list_.organization_id, suspected);
  if (!status) asker_.Stop(status.error());
  done_(walked);
}

}  // namespace rehome::verify

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dispatch/context.h"

namespace rehome::dispatch {

/// What a look-up gave.
template <class Object>
struct Finding {
  enum class Fate {
    kFound,
    kAbsent,   ///< the target does not know it (404, and not from a cache)
    kStopped,  ///< the run stops
    kFailed,   ///< no believable answer; `reply` has the last words
  };
  Fate fate = Fate::kFailed;
  Object object;
  directory::Reply reply;
  int sends = 0;
};

/// Longer than the 5 s for which the caches of the incident kept answers.
inline constexpr base::Duration kCacheExpiry = std::chrono::seconds(6);
/// Times one look-up is asked again when its answer belonged to something else.
inline constexpr int kAsksAfterMismatch = 2;

/// A list that has nothing and says that it goes on: what was asked for may be on the next page.
/// The keys asked for are unique, so no list that is well has one.
template <class Object>
bool EndsTooSoon(const directory::Page<Object>& page) {
  return page.objects.empty() && !page.after.empty();
}
inline constexpr const char* kEndsTooSoon =
    "the target's list is empty and says that it goes on: whether the object is there is not known";

/// Reads one object and checks that the answer is about what was asked. A mismatch, something that
/// is no such object or a cached answer is counted, waited out and asked again on a fresh
/// connection. `Reader` is a Context, or what has its `sender` and `CountMismatch` for somebody who
/// only reads; it must outlive the search. Kept alive by the callbacks it waits for.
template <class Object, class Reader>
class Search : public std::enable_shared_from_this<Search<Object, Reader>> {
 public:
  using Parse = std::function<std::optional<Object>(std::string_view)>;
  using IsIt = std::function<bool(const Object&)>;
  using Done = std::function<void(Finding<Object>)>;

  Search(Reader& reader, Purpose purpose, http::Request request, Parse parse, IsIt is_it, Done done)
      : reader_(reader),
        purpose_(purpose),
        request_(std::move(request)),
        parse_(std::move(parse)),
        is_it_(std::move(is_it)),
        done_(std::move(done)) {}

  void Ask() {
    http::Request copy = request_;
    reader_.sender.Read(
        purpose_, std::move(copy),
        [self = this->shared_from_this()](Answer answer) { self->OnAnswer(std::move(answer)); });
  }

 private:
  using Fate = typename Finding<Object>::Fate;

  void OnAnswer(Answer answer) {
    finding_.sends += answer.sends;
    finding_.reply = std::move(answer.reply);
    if (answer.fate != Answer::Fate::kAnswered) {
      End(answer.fate == Answer::Fate::kStopped ? Fate::kStopped : Fate::kFailed);
      return;
    }
    const bool absent = finding_.reply.meaning == directory::Meaning::kNotFound;
    const bool readable = finding_.reply.meaning == directory::Meaning::kOk ||
                          finding_.reply.meaning == directory::Meaning::kUnreadable;
    if (!absent && !readable) {
      End(Fate::kFailed);
      return;
    }
    std::optional<Object> object = absent ? std::nullopt : parse_(answer.response.body);
    const bool believed = absent || (object && is_it_(*object));
    if (!believed || directory::CameFromCache(answer.response)) {
      OnMismatch(answer);
      return;
    }
    if (object) finding_.object = std::move(*object);
    End(absent ? Fate::kAbsent : Fate::kFound);
  }

  void OnMismatch(const Answer& answer) {
    reader_.CountMismatch({.request_id = answer.request_id,
                           .phase = purpose_.phase,
                           .question = request_.target,
                           .traces = answer.response.traces});
    if (reader_.sender.stopped()) {
      // It was the one that stops the run: what was asked about is for a resume to judge.
      End(Fate::kStopped);
      return;
    }
    finding_.reply.reason = model::Reason::kAnswerMismatch;
    if (mismatches_++ >= kAsksAfterMismatch) {
      End(Fate::kFailed);
      return;
    }
    request_.connection = http::Connection::kFresh;
    reader_.sender.After(kCacheExpiry, [self = this->shared_from_this()](bool stopped) {
      if (stopped) {
        self->End(Fate::kStopped);
        return;
      }
      self->Ask();
    });
  }

  void End(Fate fate) {
    finding_.fate = fate;
    std::exchange(done_, nullptr)(std::move(finding_));
  }

  Reader& reader_;
  Purpose purpose_;
  http::Request request_;
  Parse parse_;
  IsIt is_it_;
  Done done_;
  Finding<Object> finding_;
  int mismatches_ = 0;
};

/// Begins a search: `parse` turns a body into an object (nothing = not such an object), `is_it`
/// compares identities.
template <class Object, class Reader>
void FindObject(Reader& reader, Purpose purpose, http::Request request,
                std::function<std::optional<Object>(std::string_view)> parse,
                std::function<bool(const Object&)> is_it,
                std::function<void(Finding<Object>)> done) {
  std::make_shared<Search<Object, Reader>>(reader, purpose, std::move(request), std::move(parse),
                                           std::move(is_it), std::move(done))
      ->Ask();
}

}  // namespace rehome::dispatch

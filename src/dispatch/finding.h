#pragma once

#include <functional>
#include <optional>
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

/// Reads one object and checks that the answer is about what was asked: `parse` turns a body into
/// an object (nothing = not such an object), `is_it` compares identities. A mismatch, something
/// that is no such object or a cached answer is counted, waited out and asked again on a fresh
/// connection. `context` is a Context, or what has its `sender` and `CountMismatch` for somebody
/// who only reads.
template <class Object, class Reader>
void FindObject(Reader& context, Purpose purpose, http::Request request,
                std::function<std::optional<Object>(std::string_view)> parse,
                std::function<bool(const Object&)> is_it, std::function<void(Finding<Object>)> done,
                int asked = 0, int sends = 0) {
  http::Request copy = request;
  context.sender.Read(
      purpose, std::move(copy),
      [&context, purpose, request = std::move(request), parse = std::move(parse),
       is_it = std::move(is_it), done = std::move(done), asked, sends](Answer answer) mutable {
        using Fate = typename Finding<Object>::Fate;
        Finding<Object> finding;
        finding.sends = sends + answer.sends;
        finding.reply = std::move(answer.reply);
        if (answer.fate == Answer::Fate::kStopped) {
          finding.fate = Fate::kStopped;
          done(std::move(finding));
          return;
        }
        if (answer.fate != Answer::Fate::kAnswered) {
          done(std::move(finding));
          return;
        }
        const bool absent = finding.reply.meaning == directory::Meaning::kNotFound;
        const bool readable = finding.reply.meaning == directory::Meaning::kOk ||
                              finding.reply.meaning == directory::Meaning::kUnreadable;
        if (!absent && !readable) {
          done(std::move(finding));
          return;
        }
        std::optional<Object> object = absent ? std::nullopt : parse(answer.response.body);
        if ((absent || (object && is_it(*object))) && !directory::CameFromCache(answer.response)) {
          finding.fate = absent ? Fate::kAbsent : Fate::kFound;
          if (object) finding.object = std::move(*object);
          done(std::move(finding));
          return;
        }
        context.CountMismatch(answer.request_id, purpose.phase);
        if (context.sender.stopped()) {
          // It was the one that stops the run: what was asked about is for a resume to judge.
          finding.fate = Fate::kStopped;
          done(std::move(finding));
          return;
        }
        finding.reply.reason = model::Reason::kAnswerMismatch;
        if (asked >= kAsksAfterMismatch) {
          done(std::move(finding));
          return;
        }
        request.connection = http::Connection::kFresh;
        const int total = finding.sends;
        context.sender.After(
            kCacheExpiry,
            [&context, purpose, request = std::move(request), parse = std::move(parse),
             is_it = std::move(is_it), done = std::move(done), asked, total](bool stopped) mutable {
              if (stopped) {
                Finding<Object> nothing;
                nothing.fate = Finding<Object>::Fate::kStopped;
                nothing.sends = total;
                done(std::move(nothing));
                return;
              }
              FindObject<Object>(context, purpose, std::move(request), std::move(parse),
                                 std::move(is_it), std::move(done), asked + 1, total);
            });
      });
}

}  // namespace rehome::dispatch

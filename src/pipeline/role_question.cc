#include "pipeline/role_question.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "directory/requests.h"
#include "pace/backoff.h"

namespace rehome::pipeline {
namespace {

// Somebody waits for the question whether to import. More tries would ask a target that is ill what
// the import finds out by itself; fewer would let a hiccup hide a wrong role.
constexpr int kMostTries = 3;
constexpr base::Duration kLongestWait = std::chrono::seconds(10);
constexpr base::Duration kTimeout = std::chrono::seconds(10);

std::string WordsOf(const model::TargetWords& words) {
  std::string text = "HTTP " + std::to_string(words.http_status);
  if (!words.message.empty()) text += ", \"" + words.message + "\"";
  return text;
}

}  // namespace

RoleQuestion::RoleQuestion(http::Transport& transport, const base::Clock& clock, std::uint64_t seed,
                           std::string id)
    : transport_(transport),
      clock_(clock),
      random_(seed),
      id_(std::move(id)),
      begin_(clock.Now()),
      next_(begin_) {}

void RoleQuestion::Poll(base::Instant now) {
  if (finished_ || out_ || now < next_) return;
  out_ = true;
  ++tries_;
  http::Request request = directory::ListRoles();
  request.timeout = kTimeout;
  request.request_id = id_ + "-" + std::to_string(tries_);
  // After the first try also because a cache may have answered on this connection.
  if (tries_ > 1) request.connection = http::Connection::kFresh;
  transport_.Start(std::move(request), [this](const http::Completion& completion) {
    out_ = false;
    OnCompletion(completion);
  });
}

std::optional<base::Instant> RoleQuestion::NextDeadline() const {
  if (finished_ || out_) return std::nullopt;
  return next_;
}

void RoleQuestion::OnCompletion(const http::Completion& completion) {
  if (!completion.response) {
    trouble_ = completion.error.message;
    // Of a target that is not there the import has tries and words of its own.
    finished_ = completion.error.kind != http::TransportError::Kind::kAmbiguous;
    if (!finished_) TryAgain(base::Duration(0));
    return;
  }
  const http::Response& response = *completion.response;
  Judge(response, directory::Understand(directory::Subject::kMembership, response));
}

void RoleQuestion::Judge(const http::Response& response, const directory::Reply& reply) {
  trouble_ = WordsOf(reply.words);
  switch (reply.meaning) {
    case directory::Meaning::kOk:
    case directory::Meaning::kUnreadable:
      TakeList(response);
      return;
    case directory::Meaning::kRateLimited:
    case directory::Meaning::kServerTrouble:
      TryAgain(
          pace::ParseRetryAfter(reply.retry_after, clock_.WallNow()).value_or(base::Duration(0)));
      return;
    case directory::Meaning::kExists:
    case directory::Meaning::kNotFound:
    case directory::Meaning::kUnauthorized:
    case directory::Meaning::kForbidden:
    case directory::Meaning::kRedirect:
    case directory::Meaning::kIdempotencyPending:
    case directory::Meaning::kIdempotencyReused:
    case directory::Meaning::kRefused:
      finished_ = true;
      return;
  }
}

void RoleQuestion::TakeList(const http::Response& response) {
  if (directory::CameFromCache(response)) {
    trouble_ = "the answer came from a cache";
    TryAgain(base::Duration(0));
    return;
  }
  slugs_ = directory::ParseRoleSlugs(response.body);
  if (slugs_ && slugs_->empty()) {
    slugs_.reset();
    trouble_ = "its list of roles is empty";
    if (!std::exchange(was_empty_, true)) {
      TryAgain(base::Duration(0));
      return;
    }
  } else {
    trouble_ = slugs_ ? "" : "the answer is no list of roles";
  }
  finished_ = true;
}

void RoleQuestion::TryAgain(base::Duration asked) {
  const base::Duration wait = std::max(asked, pace::BackoffAfter(tries_, random_));
  next_ = clock_.Now() + wait;
  finished_ = tries_ >= kMostTries || wait > kLongestWait || next_ - begin_ > 2 * kLongestWait;
}

}  // namespace rehome::pipeline

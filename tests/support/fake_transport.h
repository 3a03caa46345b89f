#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/transport.h"

namespace rehome::support {

/// An answer on its way.
struct Scripted {
  http::Completion completion;
  base::Duration after = std::chrono::milliseconds(20);
};

/// A complete answer with a JSON body.
inline Scripted Answered(int status, std::string body, std::string retry_after = {}) {
  Scripted scripted;
  scripted.completion.response = http::Response{.status = status,
                                                .body = std::move(body),
                                                .content_type = "application/json",
                                                .request_id = "req_fake",
                                                .retry_after = std::move(retry_after),
                                                .date = "",
                                                .age = "",
                                                .traces = ""};
  return scripted;
}

inline Scripted Broken(http::TransportError::Kind kind, std::string words,
                       base::Duration after = std::chrono::milliseconds(20)) {
  Scripted scripted;
  scripted.completion.error = {.kind = kind, .message = std::move(words)};
  scripted.after = after;
  return scripted;
}

/// A transport whose answers a function makes up; it remembers every request. Answers are handed
/// over by `Deliver` when the clock has come to them. One thread.
class FakeTransport final : public http::Transport {
 public:
  using Answerer = std::function<Scripted(const http::Request&)>;
  FakeTransport(const base::Clock& clock, Answerer answerer)
      : clock_(clock), answerer_(std::move(answerer)) {}

  void Start(http::Request request, Done done) override {
    if (on_start) on_start(request);
    const bool held_back = request.may_send && !request.may_send();
    Scripted scripted =
        held_back ? Broken(http::TransportError::Kind::kNotSent, "held back") : answerer_(request);
    if (held_back) ++held_back_;
    starts_.push_back(clock_.Now());
    requests_.push_back(std::move(request));
    under_way_.emplace(clock_.Now() + scripted.after,
                       [completion = std::move(scripted.completion), done = std::move(done)] {
                         done(completion);
                       });
  }
  int in_flight() const override { return static_cast<int>(under_way_.size()); }

  std::optional<base::Instant> NextDeadline() const {
    if (under_way_.empty()) return std::nullopt;
    return under_way_.begin()->first;
  }
  /// Hands over what is due; says how many.
  int Deliver() {
    int delivered = 0;
    while (!under_way_.empty() && under_way_.begin()->first <= clock_.Now()) {
      const auto done = std::move(under_way_.begin()->second);
      under_way_.erase(under_way_.begin());
      done();
      ++delivered;
    }
    return delivered;
  }

  const std::vector<http::Request>& requests() const { return requests_; }
  /// When each of them left.
  const std::vector<base::Instant>& starts() const { return starts_; }
  int CountOf(http::Method method) const {
    int count = 0;
    for (const http::Request& request : requests_) count += request.method == method ? 1 : 0;
    return count;
  }

  /// Requests that `may_send` held back; they are among `requests`.
  int held_back() const { return held_back_; }

  /// Called before anything else happens to a request.
  std::function<void(const http::Request&)> on_start;

 private:
  const base::Clock& clock_;
  Answerer answerer_;
  std::vector<http::Request> requests_;
  std::vector<base::Instant> starts_;
  std::multimap<base::Instant, std::function<void()>> under_way_;
  int held_back_ = 0;
};

}  // namespace rehome::support

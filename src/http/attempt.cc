#include "http/attempt.h"

#include <algorithm>
#include <utility>

namespace rehome::http {
namespace {

std::string HeaderLine(std::string_view name, const std::string& value) {
  return value.empty() ? std::string() : std::string(name) + ": " + value;
}

}  // namespace

void Attempt::Begin(Request request, const std::string& endpoint) {
  request_ = std::move(request);
  response_ = Response{};
  head_.Reset(response_);
  url_ = endpoint + request_.target;
  own_lines_ = {HeaderLine("X-Request-ID", request_.request_id),
                HeaderLine("Idempotency-Key", request_.idempotency_key)};
  stop_ = Failure::Stop::kNone;
  departed_ = false;
}

bool Attempt::MayDepart() {
  if (departed_) {
    stop_ = Failure::Stop::kRepeat;
    return false;
  }
  if (request_.may_send && !request_.may_send()) {
    stop_ = Failure::Stop::kCancelled;
    return false;
  }
  departed_ = true;
  return true;
}

bool Attempt::TakeHeaderLine(std::string_view line) {
  if (head_.Accept(line)) return true;
  stop_ = Failure::Stop::kHeadTooLarge;
  return false;
}

bool Attempt::TakeBody(std::string_view bytes) {
  if (bytes.size() > kMaxBodyBytes - response_.body.size()) {
    stop_ = Failure::Stop::kBodyTooLarge;
    return false;
  }
  response_.body.append(bytes);
  return true;
}

Completion Attempt::Answered(int status, std::string_view place) {
  if (!head_.ended()) {
    return Failed({false, false, "the connection broke within the headers of the answer"}, place,
                  base::Duration(0));
  }
  response_.status = status;
  return {std::move(response_), {}};
}

Completion Attempt::Failed(Verdict verdict, std::string_view place,
                           base::Duration connect_timeout) const {
  Failure failure;
  failure.stop = stop_;
  failure.departed = departed_;
  failure.timed_out = verdict.timed_out;
  failure.certificate = verdict.certificate;
  failure.words = std::move(verdict.words);
  failure.limit = departed_ ? request_.timeout : std::min(request_.timeout, connect_timeout);
  return {std::nullopt, Explain(failure, place)};
}

void Attempt::Forget() {
  request_ = Request{};
  response_ = Response{};
}

}  // namespace rehome::http

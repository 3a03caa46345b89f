#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "json/value.h"
#include "sandbox/service.h"

namespace rehome::sandbox {

/// A clock that moves only when a test says so.
class StillClock final : public base::Clock {
 public:
  base::Instant Now() const override { return base::Instant(elapsed_ + std::chrono::hours(1)); }
  base::WallTime WallNow() const override {
    // 2026-11-23T09:30:00.000Z
    return base::WallTime(
        std::chrono::milliseconds(1795426200000 + base::ToMilliseconds(elapsed_)));
  }
  double rate() const override { return 1.0; }
  void Advance(base::Duration duration) { elapsed_ += duration; }

 private:
  base::Duration elapsed_{0};
};

/// The service with a still clock and the right key; each test makes its own.
class ServicePeer {
 public:
  explicit ServicePeer(const SandboxOptions& options = {}) : service_(options, clock_) {}

  StillClock& clock() { return clock_; }
  Service& service() { return service_; }

  Answer Send(std::string_view method, std::string_view target, std::string_view body = "",
              std::string_view idempotency_key = "") {
    Request request;
    request.method = method;
    request.target = target;
    request.authorization = "Bearer sk_test_default";
    request.request_id = "request-1";
    request.idempotency_key = idempotency_key;
    request.body = body;
    return service_.Serve(request);
  }

  Response Get(std::string_view target) { return Send("GET", target).response; }
  Response Post(std::string_view target, std::string_view body) {
    return Send("POST", target, body).response;
  }
  Response Put(std::string_view target, std::string_view body) {
    return Send("PUT", target, body).response;
  }
  Response Delete(std::string_view target) { return Send("DELETE", target).response; }

  /// Creates an object, which must work, and gives its id.
  std::string Create(std::string_view target, std::string_view body) {
    const Response response = Post(target, body);
    EXPECT_EQ(response.status, 201) << target << " " << body << " -> " << response.body;
    return response.effect ? response.effect->id : std::string();
  }
  std::string CreateUser(std::string_view email) {
    return Create(kUsers, R"({"email":")" + std::string(email) + "\"}");
  }
  std::string CreateOrganization(std::string_view name) {
    return Create(kOrganizations, R"({"name":")" + std::string(name) + "\"}");
  }

  static constexpr std::string_view kUsers = "/user_management/users";
  static constexpr std::string_view kOrganizations = "/organizations";
  static constexpr std::string_view kMemberships = "/user_management/organization_memberships";

 private:
  StillClock clock_;
  Service service_;
};

/// The body of a membership of this user in this organization; `more` may add members.
inline std::string MembershipBody(const std::string& user_id, const std::string& organization_id,
                                  const std::string& more = "") {
  return R"({"user_id":")" + user_id + R"(","organization_id":")" + organization_id + "\"" + more +
         "}";
}

inline json::Value ParseBody(const Response& response) {
  base::Result<json::Value> value = json::Parse(response.body);
  EXPECT_TRUE(value.ok()) << response.body;
  return value ? *std::move(value) : json::Value();
}

/// A string member of the body.
inline std::string BodyString(const Response& response, std::string_view key) {
  return std::string(ParseBody(response).StringAt(key));
}

/// The code of the body and those of its `errors`, joined by blanks.
inline std::string Codes(const Response& response) {
  const json::Value body = ParseBody(response);
  std::vector<std::string> codes = {std::string(body.StringAt("code"))};
  if (const json::Value* errors = body.Find("errors")) {
    for (const json::Value& error : errors->elements()) {
      codes.emplace_back(error.StringAt("code"));
    }
  }
  return base::Join(codes, " ");
}

/// The ids of a list answer, joined by blanks.
inline std::string ListedIds(const Response& response) {
  EXPECT_EQ(response.status, 200) << response.body;
  const json::Value body = ParseBody(response);
  std::vector<std::string> ids;
  if (const json::Value* objects = body.Find("data")) {
    for (const json::Value& object : objects->elements()) ids.emplace_back(object.StringAt("id"));
  }
  return base::Join(ids, " ");
}

}  // namespace rehome::sandbox

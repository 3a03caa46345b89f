#pragma once

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "http/request.h"
#include "json/value.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"
#include "support/target_objects.h"

namespace rehome::support {

/// What goes wrong with one request. "After" = it was applied first.
enum class Fault {
  kNone,
  kNotSent,
  kResetBefore,
  kResetAfter,
  kTimeoutBefore,
  kTimeoutAfter,
  kTimeoutThenApplied,  ///< applied 10 s after the client gave up
  k500Before,
  k500After,
  kUnreadableBefore,  ///< 200 with a body that is cut
  kUnreadableAfter,
  kOtherObjectBefore,  ///< a good answer that belongs to another request
  kOtherObjectAfter,
  kCachedAfter,    ///< the right answer with an Age
  kCachedAbsence,  ///< 404 with an Age
  kEmptyPage,      ///< a list of nothing that says that it goes on
  k503Before,      ///< with `retry_after`
  kRateLimited,
  kUnauthorized,
  kRedirect,
  kRefused,
  kKeyReused,    ///< another request had the idempotency key
  kAnswer,       ///< `answer`
  kAnswerAfter,  ///< applied, then `answer`
};

/// The target in memory: unique or not, with a lag between a write and its visibility, with faults
/// as asked. It counts what it really applied: the oracle. One thread, virtual time.
class TargetModel {
 public:
  explicit TargetModel(const FakeClock& clock) : clock_(clock) {}

  base::Duration lag{0};
  bool unique = true;
  bool references_lag = false;      ///< memberships of what does not show yet are answered 404
  base::Duration server_offset{0};  ///< its clock less ours
  base::Duration latency = std::chrono::milliseconds(20);
  std::string retry_after;  ///< of answers with 429 and of k503Before
  /// The body of kRefused.
  std::string refusal = R"({"message":"Validation failed","code":"invalid_request_parameters"})";
  Scripted answer;  ///< of kAnswer and kAnswerAfter
  /// The cursor of each page of a search, for the cursor it was asked with; empty = one page.
  std::function<std::string(const std::string& after)> next_page;
  /// Asked for every request; empty = no faults.
  std::function<Fault(const http::Request&)> fault;

  TargetUser& AddUser(TargetUser user) { return Keep(users, std::move(user), "user_"); }
  TargetOrganization& AddOrganization(TargetOrganization organization) {
    return Keep(organizations, std::move(organization), "org_");
  }
  TargetMembership& AddMembership(TargetMembership membership) {
    return Keep(memberships, std::move(membership), "om_");
  }

  std::vector<TargetUser> users;
  std::vector<TargetOrganization> organizations;
  std::vector<TargetMembership> memberships;
  /// Creates that were applied, by `user:…`, `organization:…`, `membership:…:…`.
  std::map<std::string, int> applied;
  int updates_applied = 0;
  int refused_as_existing = 0;
  int reactivated = 0;  ///< inactive memberships that a create made active

  /// The creates that were applied more than once.
  std::vector<std::string> AppliedTwice() const {
    std::vector<std::string> twice;
    for (const auto& [what, times] : applied) {
      if (times > 1) twice.push_back(what);
    }
    return twice;
  }

  Scripted Answer(const http::Request& request) {
    ApplyLateOnes();
    const Fault now = fault ? fault(request) : Fault::kNone;
    Scripted scripted = AnswerWith(now, request);
    if (scripted.completion.response) {
      scripted.completion.response->date = HttpDate();
      scripted.after = latency;
    }
    return scripted;
  }
  /// Writes that reach the target after the client gave up; call before counting.
  void ApplyLateOnes() {
    while (!late_.empty() && late_.front().first <= clock_.Now()) {
      const http::Request request = std::move(late_.front().second);
      late_.erase(late_.begin());
      Apply(request);
    }
  }

 private:
  template <class Object>
  Object& Keep(std::vector<Object>& all, Object object, const std::string& prefix) {
    if (object.id.empty()) object.id = prefix + "01H" + std::to_string(++last_id_);
    if (object.created == base::WallTime{}) object.created = Now();
    all.push_back(std::move(object));
    return all.back();
  }

  base::WallTime Now() const {
    return clock_.WallNow() + std::chrono::duration_cast<std::chrono::milliseconds>(server_offset);
  }
  std::string HttpDate() const {
    const std::time_t seconds = Now().time_since_epoch().count() / 1000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text.data();
  }

  Scripted AnswerWith(Fault fault_now, const http::Request& request) {
    using Kind = http::TransportError::Kind;
    switch (fault_now) {
      case Fault::kNone:
        return Apply(request);
      case Fault::kNotSent:
        return Broken(Kind::kNotSent, "could not connect to the target");
      case Fault::kResetAfter:
        Apply(request);
        [[fallthrough]];
      case Fault::kResetBefore:
        return Broken(Kind::kAmbiguous, "the connection was reset");
      case Fault::kTimeoutAfter:
        Apply(request);
        [[fallthrough]];
      case Fault::kTimeoutBefore:
        return Broken(Kind::kAmbiguous, "no answer in time", request.timeout);
      case Fault::kTimeoutThenApplied:
        late_.emplace_back(clock_.Now() + request.timeout + std::chrono::seconds(10), request);
        return Broken(Kind::kAmbiguous, "no answer in time", request.timeout);
      case Fault::k500After:
        Apply(request);
        [[fallthrough]];
      case Fault::k500Before:
        return Answered(500, R"({"message":"Internal server error"})");
      case Fault::kUnreadableAfter:
        Apply(request);
        [[fallthrough]];
      case Fault::kUnreadableBefore:
        return Answered(200, R"({"object":"us)");
      case Fault::kOtherObjectAfter:
        Apply(request);
        [[fallthrough]];
      case Fault::kOtherObjectBefore:
        return OtherObject(request);
      case Fault::kCachedAfter: {
        Scripted scripted = Apply(request);
        if (scripted.completion.response) scripted.completion.response->age = "3";
        return scripted;
      }
      case Fault::kCachedAbsence: {
        Scripted scripted = NotFound();
        scripted.completion.response->age = "3";
        return scripted;
      }
      case Fault::kEmptyPage:
        return Answered(200, RenderList({}, "next"));
      case Fault::k503Before:
        return Answered(503, R"({"message":"Service unavailable"})", retry_after);
      case Fault::kRateLimited:
        return Answered(429, R"({"message":"Too many requests"})", retry_after);
      case Fault::kUnauthorized:
        return Answered(401, R"({"message":"Unauthorized"})");
      case Fault::kRedirect:
        return Answered(302, R"({"message":"moved"})");
      case Fault::kRefused:
        return Answered(422, refusal);
      case Fault::kKeyReused:
        return Answered(400, R"({"message":"Another idempotency key (k) with different request )"
                             R"(parameters was found. Please use a different idempotency key."})");
      case Fault::kAnswerAfter:
        Apply(request);
        [[fallthrough]];
      case Fault::kAnswer:
        return answer;
    }
    return Answered(500, "");
  }

  static Scripted OtherObject(const http::Request& request) {
    if (IsBelow(request, kUsersPath)) {
      const std::string one = Render(TargetUser{.id = "user_01Other", .email = "other@x.example"});
      const bool list = request.target.find('?') != std::string::npos;
      return Answered(200, list ? RenderList({one}) : one);
    }
    if (IsBelow(request, kMembershipsPath)) {
      const std::string one = Render(TargetMembership{
          .id = "om_01Other", .user_id = "user_01Other", .organization_id = "org_01Other"});
      return Answered(200, request.method == http::Method::kGet ? RenderList({one}) : one);
    }
    return Answered(200, Render(TargetOrganization{
                             .id = "org_01Other", .name = "Other", .external_id = "other"}));
  }

  Scripted Apply(const http::Request& request) {
    const bool read = request.method == http::Method::kGet;
    const json::Value body = BodyOf(request);
    if (IsBelow(request, kUsersPath)) {
      if (read) return ReadUsers(request);
      return request.method == http::Method::kPost ? CreateUser(body) : UpdateUser(request, body);
    }
    if (IsBelow(request, kMembershipsPath)) {
      if (read) return ReadMemberships(request);
      return request.method == http::Method::kPost ? CreateMembership(body)
                                                   : UpdateMembership(request, body);
    }
    return read ? ReadOrganizations(request) : CreateOrganization(body);
  }

  bool Shows(const base::WallTime created) const { return created + LagMs() <= Now(); }
  std::chrono::milliseconds LagMs() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(lag);
  }
  Scripted Exists(std::string body) {
    ++refused_as_existing;
    return Answered(400, std::move(body));
  }

  Scripted CreateOrganization(const json::Value& body) {
    TargetOrganization wanted{.id = "",
                              .name = std::string(body.StringAt("name")),
                              .external_id = std::string(body.StringAt("external_id"))};
    const bool taken = std::any_of(organizations.begin(), organizations.end(), [&](const auto& o) {
      return !wanted.external_id.empty() && o.external_id == wanted.external_id;
    });
    if (unique && taken) {
      return Exists(R"({"message":"The external_id provided has already been assigned to )"
                    R"(another organization.","code":"external_id_already_used"})");
    }
    ++applied["organization:" + (wanted.external_id.empty() ? wanted.name : wanted.external_id)];
    return Answered(201, Render(AddOrganization(std::move(wanted))));
  }
  Scripted CreateUser(const json::Value& body) {
    TargetUser wanted = UserOf(body);
    const bool taken = std::any_of(users.begin(), users.end(), [&](const TargetUser& user) {
      return base::EqualsFolded(user.email, wanted.email);
    });
    if (unique && taken) {
      return Exists(R"({"message":"Could not create user.","code":"user_creation_error",)"
                    R"("errors":[{"code":"email_not_available","message":"taken"}]})");
    }
    const bool id_taken = std::any_of(users.begin(), users.end(), [&](const TargetUser& user) {
      return !wanted.external_id.empty() && user.external_id == wanted.external_id;
    });
    if (unique && id_taken) {
      return Exists(R"({"message":"Could not create user.","code":"user_creation_error",)"
                    R"("errors":[{"code":"external_id_already_used","message":"taken"}]})");
    }
    ++applied["user:" + base::FoldAscii(wanted.email)];
    return Answered(201, Render(AddUser(std::move(wanted))));
  }
  Scripted CreateMembership(const json::Value& body) {
    TargetMembership wanted{.id = "",
                            .user_id = std::string(body.StringAt("user_id")),
                            .organization_id = std::string(body.StringAt("organization_id")),
                            .roles = RolesOf(body)};
    if (references_lag && !ReferencesShow(wanted)) {
      return Answered(404, R"({"message":"User not found","code":"entity_not_found"})");
    }
    const auto there = std::find_if(memberships.begin(), memberships.end(), [&](const auto& m) {
      return m.user_id == wanted.user_id && m.organization_id == wanted.organization_id;
    });
    if (unique && there != memberships.end()) {
      if (there->status == "inactive") return Reactivate(*there, wanted);
      return Exists(R"({"message":"exists","code":"organization_membership_already_exists"})");
    }
    ++applied["membership:" + wanted.user_id + ":" + wanted.organization_id];
    return Answered(201, Render(AddMembership(std::move(wanted))));
  }
  Scripted Reactivate(TargetMembership& membership, const TargetMembership& wanted) {
    ++reactivated;
    membership.status = "active";
    membership.roles = wanted.roles;
    membership.updated = Now();
    return Answered(201, Render(membership));
  }
  bool ReferencesShow(const TargetMembership& membership) const {
    const auto shows = [&](const auto& all, const std::string& id) {
      return std::any_of(all.begin(), all.end(),
                         [&](const auto& one) { return one.id == id && Shows(one.created); });
    };
    return shows(users, membership.user_id) && shows(organizations, membership.organization_id);
  }

  Scripted UpdateUser(const http::Request& request, const json::Value& body) {
    for (TargetUser& user : users) {
      if (user.id != LastOf(request.target)) continue;
      ++updates_applied;
      Change(user, body);
      return Answered(200, Render(user));
    }
    return NotFound();
  }
  Scripted UpdateMembership(const http::Request& request, const json::Value& body) {
    for (TargetMembership& membership : memberships) {
      if (membership.id != LastOf(request.target)) continue;
      ++updates_applied;
      membership.roles = RolesOf(body);
      return Answered(200, Render(membership));
    }
    return NotFound();
  }

  /// Those that show, for a list.
  template <class Object>
  Scripted ReadPage(const std::vector<Object>& all, const http::Request& request) const {
    std::vector<Object> shown;
    for (const Object& object : all) {
      if (Shows(object.created)) shown.push_back(object);
    }
    return Answered(200, RenderPage(shown, ParameterOf(request.target, "after").value_or("")));
  }
  Scripted ReadUsers(const http::Request& request) const {
    const auto email = ParameterOf(request.target, "email");
    const std::string last = LastOf(request.target);
    if (!email && last == "users") return ReadPage(users, request);
    const bool by_external_id = request.target.find("/external_id/") != std::string::npos;
    std::vector<std::string> found;
    for (const TargetUser& user : users) {
      const std::string& name = by_external_id ? user.external_id : user.id;
      const bool wanted = email ? base::EqualsFolded(user.email, *email) : name == last;
      if (wanted && Shows(user.created)) found.push_back(Render(user));
    }
    if (email) return Answered(200, RenderList(found));
    return found.empty() ? NotFound() : Answered(200, found.front());
  }
  Scripted ReadMemberships(const http::Request& request) const {
    const auto user = ParameterOf(request.target, "user_id");
    const auto organization = ParameterOf(request.target, "organization_id");
    const bool one = !user && !organization;
    std::vector<TargetMembership> found;
    for (const TargetMembership& membership : memberships) {
      if (one && membership.id != LastOf(request.target)) continue;
      if (user && membership.user_id != *user) continue;
      if (organization && membership.organization_id != *organization) continue;
      found.push_back(membership);
    }
    if (!one) return ReadPage(found, request);
    return found.empty() || !Shows(found.front().created) ? NotFound()
                                                          : Answered(200, Render(found.front()));
  }
  Scripted ReadOrganizations(const http::Request& request) const {
    const auto search = ParameterOf(request.target, "search");
    const std::string last = LastOf(request.target);
    if (!search && last == "organizations") return ReadPage(organizations, request);
    std::vector<std::string> found;
    for (const TargetOrganization& organization : organizations) {
      const bool wanted = search ? organization.name.find(*search) != std::string::npos
                                 : organization.external_id == last || organization.id == last;
      if (wanted && Shows(organization.created)) found.push_back(Render(organization));
    }
    if (search) {
      const std::string after = ParameterOf(request.target, "after").value_or("");
      return Answered(200, RenderList(found, next_page ? next_page(after) : ""));
    }
    return found.empty() ? NotFound() : Answered(200, found.front());
  }

  const FakeClock& clock_;
  int last_id_ = 0;
  std::vector<std::pair<base::Instant, http::Request>> late_;
};

}  // namespace rehome::support

#include "sandbox/service.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "json/value.h"
#include "sandbox/control.h"
#include "sandbox/natural_text.h"
#include "sandbox/problem.h"
#include "sandbox/seed.h"

namespace rehome::sandbox {
namespace {

// The size at which the target's framework refuses a body unless told otherwise.
constexpr std::size_t kMaxBodyBytes = 100 * 1024;

bool HasKey(const Request& request, std::string_view api_key) {
  constexpr std::string_view kScheme = "Bearer ";
  return request.authorization.starts_with(kScheme) &&
         request.authorization.substr(kScheme.size()) == api_key;
}

bool IsControl(const std::optional<Target>& target) {
  return target && !target->segments.empty() && target->segments.front() == "_sandbox";
}

void RefuseForQuota(const Quota::Refusal& over, Answer& answer) {
  Fault fault;
  fault.status = 429;
  fault.retry_after = over.retry_after;
  Spoiler::Replace(fault, answer);
  answer.fault = "quota_" + std::string(over.name);
}

}  // namespace

Service::Service(const SandboxOptions& options, const base::Clock& clock)
    : clock_(clock), world_(options, clock.WallNow()) {}

base::Status Service::OpenRecord() {
  base::MutexLock lock(mutex_);
  if (world_.options.record_path.empty()) return {};
  return world_.record.OpenFile(world_.options.record_path);
}

base::Status Service::SetFaults(std::string_view script) {
  const base::Result<json::Value> body = json::Parse(script);
  if (!body || !body->is_object()) {
    return base::Error{base::ErrorCode::kUsage, "the faults are not a JSON object"};
  }
  Checked<Troubles> troubles = ParseTroubles(*body);
  if (const auto* refusal = std::get_if<Response>(&troubles)) {
    return base::Error{base::ErrorCode::kUsage, "the faults are refused: " + refusal->body};
  }
  base::MutexLock lock(mutex_);
  world_.troubles = std::get<Troubles>(std::move(troubles));
  return {};
}

base::Status Service::SeedObjects(std::string_view objects) {
  const base::Result<json::Value> body = json::Parse(objects);
  if (!body || !body->is_object()) {
    return base::Error{base::ErrorCode::kUsage, "the objects are not a JSON object"};
  }
  base::MutexLock lock(mutex_);
  const Response response = Seed(world_.store, world_.settings.rules, clock_.WallNow(), *body);
  if (response.status == 200) return {};
  return base::Error{base::ErrorCode::kUsage, "the objects are refused: " + response.body};
}

Answer Service::Serve(const Request& request) {
  std::optional<Target> target = ParseTarget(request.target);
  base::MutexLock lock(mutex_);
  const base::Instant now = clock_.Now();
  const Moment moment = {
      .now = now, .horizon = now - world_.settings.lag, .wall = clock_.WallNow()};
  Answer answer;
  answer.date = moment.wall;
  answer.request_id = world_.store.ids.Uuid();
  if (IsControl(target)) {
    answer.response = Control(world_, request, *target, moment);
    return answer;
  }
  world_.store.Prune(std::min(moment.horizon, now - world_.troubles.faults.longest_lag()));
  std::optional<Match> match;
  if (target) match = FindRoute(request.method, target->segments);
  const auto route = match ? std::optional(match->route) : std::nullopt;
  if (!world_.InTrouble()) {
    answer.response = Apply(request, moment, std::move(target), std::move(match));
  } else {
    ServeInTrouble(request, moment, std::move(target), std::move(match), answer);
  }
  answer.latency = DrawLatency();
  world_.counts.Add(route, answer.response);
  world_.record.Add(request, answer);
  return answer;
}

void Service::Flush() {
  base::MutexLock lock(mutex_);
  world_.record.Flush();
}

Response Service::Apply(const Request& request, const Moment& moment, std::optional<Target> target,
                        std::optional<Match> match) {
  if (!HasKey(request, world_.options.api_key)) return MessageOnly(401, "Unauthorized");
  if (!target) return MessageOnly(400, "The request target is malformed.");
  if (!match) return MessageOnly(404, "Not Found");
  if (request.body.size() > kMaxBodyBytes) return MessageOnly(413, "request entity too large");
  Call call = {.moment = moment,
               .rules = world_.settings.rules,
               .target = *std::move(target),
               .id = std::move(match->id),
               .body = {},
               .raw_body = request.body,
               .idempotency_key = request.idempotency_key};
  if (request.method == "POST" || request.method == "PUT") {
    base::Result<json::Value> body = json::Parse(request.body.empty() ? "{}" : request.body);
    if (!body || !body->is_object()) {
      return Problem(400, "invalid_request_body", "The request body is not a JSON object.");
    }
    call.body = *std::move(body);
  }
  return Routes()[match->route].operation(world_.store, call);
}

void Service::ServeInTrouble(const Request& request, const Moment& moment,
                             std::optional<Target> target, std::optional<Match> match,
                             Answer& answer) {
  Troubles& troubles = world_.troubles;
  if (const CacheProxy::Kept* kept = troubles.cache.Find(request, moment.now)) {
    answer.response = {.status = kept->status, .body = kept->body};
    answer.fault = "cached";
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(moment.now - kept->since);
    if (!troubles.cache.via().empty()) {
      answer.extra_headers.append("Via: ").append(troubles.cache.via()).append("\r\n");
    }
    if (!troubles.cache.tells_age()) return;
    answer.extra_headers.append("Age: ").append(std::to_string(age.count())).append("\r\n");
    return;
  }
  const bool served = match && HasKey(request, world_.options.api_key);
  if (served) {
    if (const auto over =
            world_.quota.Refuse(request.method, request.target, moment.now, moment.wall)) {
      RefuseForQuota(*over, answer);
      return;
    }
  }
  const std::size_t route = served ? match->route : 0;
  std::optional<Fault> fault;
  if (served && !troubles.faults.empty()) {
    const std::string_view path = request.target.substr(0, request.target.find('?'));
    const std::string sent =
        std::string(request.method).append(request.target).append("\n").append(request.body);
    fault = troubles.faults.Choose(request, path, SubjectOf(Routes()[route], *target),
                                   NaturalText(world_.store, sent));
  }
  if (fault && MayComeBefore(fault->kind) && fault->when == Fault::When::kBefore) {
    answer.fault = Name(*fault);
    Spoiler::Replace(*fault, answer);
    return;
  }
  if (fault && fault->kind == Fault::Kind::kStale) {
    ReadThePast(request, moment, *fault, *target, *match, answer);
    return;
  }
  answer.response = Apply(request, moment, std::move(target), std::move(match));
  if (!served) return;
  const Response truth = answer.response;
  if (fault && world_.spoiler.Spoil(*fault, route, answer)) {
    answer.fault = Name(*fault);
    answer.applied_status = truth.status;
  }
  world_.spoiler.Remember(route, truth);
  troubles.cache.Keep(request, truth, moment.now);
}

// A fault only where the past was another.
void Service::ReadThePast(const Request& request, const Moment& moment, const Fault& fault,
                          const Target& target, const Match& match, Answer& answer) {
  Moment past = moment;
  past.horizon = std::min(moment.horizon, moment.now - fault.lag);
  const Response truth = Apply(request, moment, target, match);
  answer.response = Apply(request, past, target, match);
  const bool same = answer.response.status == truth.status && answer.response.body == truth.body;
  if (!same) {
    answer.fault = Name(fault);
    answer.applied_status = truth.status;
  }
  world_.spoiler.Remember(match.route, answer.response);
  world_.troubles.cache.Keep(request, answer.response, moment.now);
}

base::Duration Service::DrawLatency() {
  const Settings& settings = world_.settings;
  const auto span = static_cast<double>((settings.latency_max - settings.latency_min).count());
  if (span <= 0) return settings.latency_min;
  return settings.latency_min +
         base::Duration(static_cast<std::int64_t>(span * world_.store.ids.random().Unit()));
}

}  // namespace rehome::sandbox

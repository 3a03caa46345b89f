#include "cli/rehearse_target.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/random.h"
#include "cli/run_options.h"
#include "json/writer.h"
#include "model/organization.h"
#include "pipeline/role_census.h"

namespace rehome::cli {
namespace {

// The writes of the documented quota.
constexpr double kDocumentedWritesPer10s = 500;

// What goes wrong on a bad day, some 2 % of all: a target that is short of breath answers 503 and
// 429, loses connections after it has done what was asked, and now and then stands still for good.
// The numbers have no common divisor, so that nothing is hit by all at once.
constexpr const char* kBadDayFaults = R"({"faults":[
{"kind":"status","status":503,"every":151,"nth":40,"times":0},
{"kind":"status","status":503,"retry_after":"1","every":1,"nth":200,"times":12},
{"kind":"status","status":429,"retry_after":"0","every":173,"nth":60,"times":0},
{"kind":"close","when":"after","every":211,"nth":80,"times":0},
{"kind":"reset","when":"before","every":307,"nth":90,"times":0},
{"kind":"hang","every":1999,"nth":120,"times":0}]})";

bool IsBuiltIn(const std::string& slug) { return slug == "admin" || slug == "member"; }

base::Result<std::vector<std::string>> RolesOf(const Session& session) {
  const auto options = ImportOptionsOf(session.options);
  if (!options) return options.error();
  const auto census = pipeline::TakeRoleCensus(InputOf(session), session.header, session.survey,
                                               session.part, options->plan);
  if (!census) return census.error();
  std::vector<std::string> roles;
  for (const auto& [slug, use] : census->roles()) {
    if (!IsBuiltIn(slug)) roles.push_back(slug);
  }
  return roles;
}

// The organizations that an import can only find.
std::vector<const model::Organization*> MustExist(const survey::Survey& survey) {
  using Kind = model::OrganizationRef::Kind;
  std::vector<const model::Organization*> found;
  for (const model::Organization& organization : survey.organizations) {
    const std::string& value = organization.ref.value;
    const bool by_id = organization.ref.kind == Kind::kId && model::IsOrganizationId(value);
    const bool by_external_id = organization.ref.kind == Kind::kExternalId &&
                                organization.name.empty() && model::IsOrganizationExternalId(value);
    if (by_id || by_external_id) found.push_back(&organization);
  }
  return found;
}

std::string Seeded(const std::vector<const model::Organization*>& organizations) {
  if (organizations.empty()) return {};
  json::Writer writer;
  writer.BeginObject().Key("organizations").BeginArray();
  for (const model::Organization* organization : organizations) {
    const bool by_id = organization->ref.kind == model::OrganizationRef::Kind::kId;
    const std::string& value = organization->ref.value;
    writer.BeginObject()
        .Field("name", value)
        .Field(by_id ? "id" : "external_id", value)
        .EndObject();
  }
  writer.EndArray().EndObject();
  return writer.Take();
}

// A --rate above the documented quota is for a target that allows it.
sandbox::QuotaRules QuotaOf(const dispatch::PaceSettings& pace) {
  sandbox::QuotaRules rules;
  if (pace.user_writes_per_10s <= 0) return rules;
  rules.shape = sandbox::QuotaRules::Shape::kFixed;
  // On a fast clock a thread that is a millisecond late is a tenth of a second late, and what left
  // evenly arrives in bunches: that is not to be taken for a pace above the limit.
  constexpr double kLeeway = 1.05;
  rules.scale = kLeeway * std::max(1.0, static_cast<double>(pace.user_writes_per_10s) /
                                            kDocumentedWritesPer10s);
  return rules;
}

base::Result<std::string> FaultsOf(const std::string& faults) {
  if (faults.empty()) return std::string();
  if (faults == kBadDay) return std::string(kBadDayFaults);
  return base::ReadWholeFile(faults);
}

Target TargetAt(std::uint16_t port, std::string key, const std::string& number) {
  Target target;
  target.endpoint = "http://127.0.0.1:" + std::to_string(port);
  target.name = "rehearsal-" + number;
  target.named = true;
  target.fingerprint = base::Sha256Hex(key).substr(0, 12);
  target.key_origin = "the rehearsal";
  target.api_key = base::Secret(std::move(key));
  return target;
}

}  // namespace

base::Result<std::unique_ptr<RehearsalTarget>> RehearsalTarget::Start(const Session& session,
                                                                      const base::Clock& clock) {
  const auto import = ImportOptionsOf(session.options);
  if (!import) return import.error();
  auto roles = RolesOf(session);
  if (!roles) return roles.error();
  auto faults = FaultsOf(session.rehearsal->faults);
  if (!faults) return faults.error();
  const auto organizations = MustExist(session.survey);
  const Furniture furniture{.organizations = static_cast<std::int64_t>(organizations.size()),
                            .roles = static_cast<std::int64_t>(roles->size())};
  base::Random random(base::EntropySeed());
  const std::string number = random.Uuid().substr(0, 8);
  sandbox::SandboxOptions options;
  options.api_key = "sk_test_" + random.Uuid();
  options.latency_min = session.rehearsal->latency.low;
  options.latency_max = session.rehearsal->latency.high;
  options.seed = random.Next();
  options.keep_record = false;
  options.roles = *std::move(roles);
  options.quota = QuotaOf(import->dispatch.pace);
  options.faults = *std::move(faults);
  options.seeded = Seeded(organizations);
  auto sandbox = sandbox::MakeSandbox(options, clock);
  if (!sandbox) return sandbox.error();
  Target target = TargetAt((*sandbox)->port(), options.api_key, number);
  return std::make_unique<RehearsalTarget>(*std::move(sandbox), std::move(target), furniture);
}

RehearsalTarget::RehearsalTarget(std::unique_ptr<sandbox::Sandbox> sandbox, Target target,
                                 Furniture furniture)
    : sandbox_(std::move(sandbox)),
      target_(std::move(target)),
      furniture_(furniture),
      thread_([this] { sandbox_->Run(); }) {}

RehearsalTarget::~RehearsalTarget() {
  sandbox_->Stop();
  thread_.join();
}

}  // namespace rehome::cli

#include "sandbox/control.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "json/value.h"
#include "json/writer.h"
#include "sandbox/object_json.h"
#include "sandbox/problem.h"
#include "sandbox/seed.h"

namespace rehome::sandbox {
namespace {

// Calls `render` for each object that exists now and gives the results as JSON Lines.
template <class T, class Renderer>
std::string RenderLines(const Table<T>& table, Renderer render) {
  std::string lines;
  for (Slot slot = 0; slot < table.size(); ++slot) {
    const T* value = table.Current(slot);
    if (value != nullptr) lines.append(render(*value)).append("\n");
  }
  return lines;
}

// The user as the API shows it, with the kind of its password as one more member.
std::string RenderUserWithPassword(const User& user) {
  std::string line = RenderUser(user);
  if (user.password_kind.empty()) return line;
  line.pop_back();
  return line.append(R"(,"password":")").append(user.password_kind).append("\"}");
}

Response RenderObjects(const Store& store, std::string_view kind) {
  Response response = {.status = 200, .body = {}, .content_type = kJsonLines};
  if (kind == "users") {
    response.body = RenderLines(store.users, RenderUserWithPassword);
    return response;
  }
  if (kind == "organizations") {
    response.body = RenderLines(store.organizations, RenderOrganization);
    return response;
  }
  if (kind == "memberships") {
    response.body = RenderLines(store.memberships, [&](const Membership& membership) {
      return RenderMembership(
          membership, store.OrganizationName(membership.organization_id, base::Instant::max()));
    });
    return response;
  }
  return InvalidParameter("kind_invalid", "kind must be users, organizations or memberships.");
}

Response RenderCounts(const World& world) {
  json::Writer writer;
  writer.BeginObject();
  writer.Field("users", static_cast<std::int64_t>(world.store.users.live()));
  writer.Field("organizations", static_cast<std::int64_t>(world.store.organizations.live()));
  writer.Field("memberships", static_cast<std::int64_t>(world.store.memberships.live()));
  world.counts.Render(writer);
  if (world.record.file_error()) writer.Field("record_error", world.record.file_error()->message);
  writer.EndObject();
  return {.status = 200, .body = writer.Take()};
}

Response RenderRecord(const World& world, const Target& target) {
  if (!world.options.keep_record) {
    return Problem(409, "record_not_kept", "This sandbox keeps no record in memory.");
  }
  const auto since = base::ParseInt(target.Find("since").value_or("0"));
  if (!since) return InvalidParameter("since_invalid", "since must be a number.");
  const bool effects_only = target.Find("effects") == "1";
  return {
      .status = 200, .body = world.record.Render(*since, effects_only), .content_type = kJsonLines};
}

Response SetTroubles(World& world, const json::Value& body) {
  Checked<Troubles> troubles = ParseTroubles(body);
  if (auto* refusal = std::get_if<Response>(&troubles)) return std::move(*refusal);
  world.troubles = std::get<Troubles>(std::move(troubles));
  return {.status = 200, .body = "{}"};
}

Response SetQuota(World& world, const json::Value& body) {
  const Checked<QuotaRules> rules = ParseQuotaRules(body);
  if (const auto* refusal = std::get_if<Response>(&rules)) return *refusal;
  world.quota = Quota(std::get<QuotaRules>(rules));
  return {.status = 200, .body = "{}"};
}

Response Reset(World& world, base::WallTime wall) {
  world.store = Store(world.options.seed, world.options.roles, wall);
  world.counts = Counts();
  world.damaged.clear();
  world.spoiler = Spoiler();
  world.troubles.faults.Forget();
  world.troubles.cache.Forget();
  world.quota = Quota(world.quota.rules());
  world.record.Clear();
  return {.status = 200, .body = "{}"};
}

Response Post(World& world, std::string_view name, const Request& request, const Moment& moment) {
  if (name == "reset") return Reset(world, moment.wall);
  if (name != "settings" && name != "seed" && name != "damage" && name != "faults" &&
      name != "quota") {
    return MessageOnly(404, "Not Found");
  }
  const base::Result<json::Value> body = json::Parse(request.body);
  if (!body || !body->is_object()) return MessageOnly(400, "The body is not a JSON object.");
  if (name == "seed") return Seed(world.store, world.settings.rules, moment.wall, *body);
  if (name == "quota") return SetQuota(world, *body);
  if (name == "faults") return SetTroubles(world, *body);
  if (name == "damage") return DoDamages(world.store, world.damaged, *body, moment);
  Checked<Settings> changed = ChangeSettings(world.settings, *body);
  if (auto* refusal = std::get_if<Response>(&changed)) return std::move(*refusal);
  world.settings = std::get<Settings>(changed);
  return {.status = 200, .body = RenderSettings(world.settings)};
}

}  // namespace

Response Control(World& world, const Request& request, const Target& target, const Moment& moment) {
  if (target.segments.size() != 2) return MessageOnly(404, "Not Found");
  const std::string_view name = target.segments[1];
  if (request.method == "POST") return Post(world, name, request, moment);
  if (request.method == "GET" && name == "record") return RenderRecord(world, target);
  if (request.method == "GET" && name == "counts") return RenderCounts(world);
  if (request.method == "GET" && name == "objects") {
    return RenderObjects(world.store, target.Find("kind").value_or(""));
  }
  return MessageOnly(404, "Not Found");
}

}  // namespace rehome::sandbox

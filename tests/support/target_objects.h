#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "http/request.h"
#include "json/value.h"
#include "json/writer.h"
#include "support/fake_transport.h"

namespace rehome::support {

// The objects of TargetModel and how they look on the wire.

struct TargetUser {
  std::string id{};
  std::string email{};
  std::string external_id{};
  std::string first_name{};
  bool verified = true;
  base::WallTime created{};
  std::string last_name{};
  std::vector<std::pair<std::string, std::string>> metadata{};
};

struct TargetOrganization {
  std::string id{};
  std::string name{};
  std::string external_id{};
  base::WallTime created{};
};

struct TargetMembership {
  std::string id{};
  std::string user_id{};
  std::string organization_id{};
  std::vector<std::string> roles{};
  std::string status = "active";
  base::WallTime created{};
  base::WallTime updated{};  ///< if it ever was
};

inline constexpr std::string_view kUsersPath = "/user_management/users";
inline constexpr std::string_view kMembershipsPath = "/user_management/organization_memberships";
inline constexpr std::string_view kOrganizationsPath = "/organizations";

inline bool IsBelow(const http::Request& request, std::string_view path) {
  return request.target.starts_with(path);
}

inline void AddTimes(json::Writer& writer, base::WallTime created, base::WallTime updated = {}) {
  writer.Field("created_at", base::FormatIso8601(created))
      .Field("updated_at", base::FormatIso8601(std::max(created, updated)));
}

inline std::string Render(const TargetUser& user) {
  json::Writer writer;
  writer.BeginObject().Field("object", "user").Field("id", user.id).Field("email", user.email);
  writer.Field("email_verified", user.verified).Field("first_name", user.first_name);
  if (!user.last_name.empty()) writer.Field("last_name", user.last_name);
  writer.Key("metadata").BeginObject();
  for (const auto& [key, value] : user.metadata) writer.Field(key, value);
  writer.EndObject();
  if (!user.external_id.empty()) writer.Field("external_id", user.external_id);
  AddTimes(writer, user.created);
  return writer.EndObject().Take();
}

inline std::string Render(const TargetOrganization& organization) {
  json::Writer writer;
  writer.BeginObject().Field("object", "organization").Field("id", organization.id);
  writer.Field("name", organization.name);
  if (!organization.external_id.empty()) writer.Field("external_id", organization.external_id);
  AddTimes(writer, organization.created);
  return writer.EndObject().Take();
}

inline std::string Render(const TargetMembership& membership) {
  json::Writer writer;
  writer.BeginObject().Field("object", "organization_membership").Field("id", membership.id);
  writer.Field("user_id", membership.user_id)
      .Field("organization_id", membership.organization_id)
      .Field("status", membership.status);
  writer.Key("roles").BeginArray();
  for (const std::string& slug : membership.roles) {
    writer.BeginObject().Field("slug", slug).EndObject();
  }
  writer.EndArray();
  AddTimes(writer, membership.created, membership.updated);
  return writer.EndObject().Take();
}

/// A page of a list; with a cursor, another one follows.
inline std::string RenderList(const std::vector<std::string>& bodies,
                              const std::string& after = {}) {
  return R"({"object":"list","data":[)" + base::Join(bodies, ",") +
         R"(],"list_metadata":{"before":null,"after":)" +
         (after.empty() ? "null" : '"' + after + '"') + "}}";
}

/// The next 100 of `objects`, which are in the order of the list, after the one with the id
/// `after`.
template <class Object>
std::string RenderPage(const std::vector<Object>& objects, const std::string& after) {
  constexpr std::size_t kPage = 100;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < objects.size() && !after.empty(); ++i) {
    if (objects[i].id == after) begin = i + 1;
  }
  const std::size_t end = std::min(begin + kPage, objects.size());
  std::vector<std::string> bodies;
  for (std::size_t i = begin; i < end; ++i) bodies.push_back(Render(objects[i]));
  return RenderList(bodies, end < objects.size() ? objects[end - 1].id : "");
}

inline Scripted NotFound() {
  return Answered(404, R"({"message":"Not found","code":"entity_not_found"})");
}

inline json::Value BodyOf(const http::Request& request) {
  auto body = json::Parse(request.body.Reveal());
  return body ? *std::move(body) : json::Value();
}

inline TargetUser UserOf(const json::Value& body) {
  TargetUser user{.id = "",
                  .email = std::string(body.StringAt("email")),
                  .external_id = std::string(body.StringAt("external_id")),
                  .first_name = std::string(body.StringAt("first_name"))};
  user.last_name = body.StringAt("last_name");
  if (const json::Value* metadata = body.Find("metadata")) {
    for (const json::Member& member : metadata->members()) {
      user.metadata.emplace_back(member.key, member.value.AsString().value_or(""));
    }
  }
  const json::Value* verified = body.Find("email_verified");
  user.verified = verified != nullptr && verified->AsBool().value_or(false);
  return user;
}

inline void Change(TargetUser& user, const json::Value& body) {
  const TargetUser wanted = UserOf(body);
  if (!wanted.external_id.empty()) user.external_id = wanted.external_id;
  if (!wanted.first_name.empty()) user.first_name = wanted.first_name;
  if (wanted.verified) user.verified = true;
}

inline std::vector<std::string> RolesOf(const json::Value& body) {
  std::vector<std::string> roles;
  if (!body.StringAt("role_slug").empty()) roles.emplace_back(body.StringAt("role_slug"));
  if (const json::Value* several = body.Find("role_slugs")) {
    for (const json::Value& slug : several->elements()) roles.emplace_back(*slug.AsString());
  }
  return roles;
}

/// `%41` as `A`.
inline std::string PercentDecoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    i += 2;
  }
  return decoded;
}

/// What follows the last slash of the path.
inline std::string LastOf(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  return PercentDecoded(path.substr(path.rfind('/') + 1));
}

inline std::optional<std::string> ParameterOf(std::string_view target, std::string_view name) {
  const std::size_t question = target.find('?');
  if (question == std::string_view::npos) return std::nullopt;
  for (const std::string& part : base::Split(target.substr(question + 1), '&')) {
    if (part.starts_with(std::string(name) + "=")) {
      return PercentDecoded(std::string_view(part).substr(name.size() + 1));
    }
  }
  return std::nullopt;
}

}  // namespace rehome::support

#include "directory/requests.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/text.h"
#include "json/writer.h"

namespace rehome::directory {
namespace {

// A write that times out is of unknown fate and costs look-ups, so it gets more time than a read.
constexpr base::Duration kReadTimeout = std::chrono::seconds(15);
constexpr base::Duration kWriteTimeout = std::chrono::seconds(30);

constexpr std::string_view kOrganizations = "/organizations";
constexpr std::string_view kUsers = "/user_management/users";
constexpr std::string_view kMemberships = "/user_management/organization_memberships";
// The largest page the target allows; ascending, so that objects made meanwhile come last.
constexpr std::string_view kPageOf100 = "limit=100&order=asc";
constexpr std::string_view kPageOfOne = "?limit=1";
// Without it the target lists active memberships only.
constexpr std::string_view kAllStatuses = "statuses=active,inactive,pending";

http::Request Read(std::string target) {
  http::Request request;
  request.method = http::Method::kGet;
  request.target = std::move(target);
  request.timeout = kReadTimeout;
  return request;
}

http::Request Write(http::Method method, std::string target, json::Writer body) {
  http::Request request;
  request.method = method;
  request.target = std::move(target);
  request.body = base::Secret(body.Take());
  request.timeout = kWriteTimeout;
  return request;
}

std::string Below(std::string_view collection, std::string_view id) {
  return std::string(collection) + "/" + base::PercentEncode(id);
}

std::string ByExternalId(std::string_view collection, std::string_view external_id) {
  return std::string(collection) + "/external_id/" + base::PercentEncode(external_id);
}

// `name=value&`, percent-encoded.
std::string Parameter(std::string_view name, std::string_view value) {
  return std::string(name) + "=" + base::PercentEncode(value) + "&";
}

std::string List(std::string_view collection, std::string_view parameters,
                 std::string_view after = {}) {
  std::string target(collection);
  target += "?";
  target += parameters;
  target += kPageOf100;
  if (!after.empty()) target += "&after=" + base::PercentEncode(after);
  return target;
}

void WritePassword(json::Writer& body, const model::UserRecord& user) {
  if (const auto* plain = std::get_if<model::PlainPassword>(&user.password)) {
    body.Field("password", plain->password.Reveal());
  }
  if (const auto* hash = std::get_if<model::PasswordHash>(&user.password)) {
    body.Field("password_hash", hash->hash.Reveal());
    body.Field("password_hash_type", hash->type);
  }
}

void WriteMetadata(json::Writer& body, const Metadata& metadata) {
  if (metadata.empty()) return;
  body.Key("metadata").BeginObject();
  for (const auto& [key, value] : metadata) body.Field(key, value);
  body.EndObject();
}

// Everything but the e-mail and the password.
void WriteProfile(json::Writer& body, const model::UserRecord& user) {
  if (user.first_name) body.Field("first_name", *user.first_name);
  if (user.last_name) body.Field("last_name", *user.last_name);
  if (user.email_verified) body.Field("email_verified", *user.email_verified);
  if (user.external_id) body.Field("external_id", *user.external_id);
  WriteMetadata(body, user.metadata);
}

void WriteRoles(json::Writer& body, const std::vector<std::string>& role_slugs) {
  if (role_slugs.empty()) return;
  if (role_slugs.size() == 1) {
    body.Field("role_slug", role_slugs.front());
    return;
  }
  body.Key("role_slugs").BeginArray();
  for (const std::string& slug : role_slugs) body.String(slug);
  body.EndArray();
}

}  // namespace

http::Request GetOrganization(std::string_view id) { return Read(Below(kOrganizations, id)); }

http::Request GetOrganizationByExternalId(std::string_view external_id) {
  return Read(ByExternalId(kOrganizations, external_id));
}

http::Request ListOrganizations(std::string_view after) {
  return Read(List(kOrganizations, "", after));
}

http::Request SearchOrganizations(std::string_view name, std::string_view after) {
  return Read(List(kOrganizations, Parameter("search", name), after));
}

http::Request CreateOrganization(std::string_view name, std::string_view external_id,
                                 const Metadata& metadata) {
  json::Writer body;
  body.BeginObject().Field("name", name);
  if (!external_id.empty()) body.Field("external_id", external_id);
  WriteMetadata(body, metadata);
  body.EndObject();
  return Write(http::Method::kPost, std::string(kOrganizations), std::move(body));
}

http::Request UpdateOrganization(std::string_view id, const Metadata& metadata) {
  json::Writer body;
  body.BeginObject();
  WriteMetadata(body, metadata);
  body.EndObject();
  return Write(http::Method::kPut, Below(kOrganizations, id), std::move(body));
}

http::Request DeleteOrganization(std::string_view id) {
  http::Request request = Read(Below(kOrganizations, id));
  request.method = http::Method::kDelete;
  request.timeout = kWriteTimeout;
  return request;
}

http::Request GetUser(std::string_view id) { return Read(Below(kUsers, id)); }

http::Request GetUserByExternalId(std::string_view external_id) {
  return Read(ByExternalId(kUsers, external_id));
}

http::Request ListUsersByEmail(std::string_view email) {
  return Read(List(kUsers, Parameter("email", email)));
}

http::Request ListUsers(std::string_view after) { return Read(List(kUsers, "", after)); }

http::Request CreateUser(const model::UserRecord& user) {
  json::Writer body;
  body.BeginObject().Field("email", user.email);
  WriteProfile(body, user);
  WritePassword(body, user);
  body.EndObject();
  return Write(http::Method::kPost, std::string(kUsers), std::move(body));
}

http::Request UpdateUser(std::string_view id, const model::UserRecord& user, Passwords passwords) {
  json::Writer body;
  body.BeginObject();
  WriteProfile(body, user);
  if (passwords == Passwords::kInclude) WritePassword(body, user);
  body.EndObject();
  return Write(http::Method::kPut, Below(kUsers, id), std::move(body));
}

http::Request ListMemberships(std::string_view user_id, std::string_view organization_id) {
  return Read(List(kMemberships, Parameter("user_id", user_id) +
                                     Parameter("organization_id", organization_id) +
                                     std::string(kAllStatuses) + "&"));
}

http::Request ListUserMemberships(std::string_view user_id, std::string_view after) {
  return Read(
      List(kMemberships, Parameter("user_id", user_id) + std::string(kAllStatuses) + "&", after));
}

http::Request ListOrganizationMemberships(std::string_view organization_id,
                                          std::string_view after) {
  return Read(List(kMemberships,
                   Parameter("organization_id", organization_id) + std::string(kAllStatuses) + "&",
                   after));
}

http::Request GetMembership(std::string_view id) { return Read(Below(kMemberships, id)); }

http::Request CreateMembership(std::string_view user_id, std::string_view organization_id,
                               const std::vector<std::string>& role_slugs) {
  json::Writer body;
  body.BeginObject().Field("user_id", user_id).Field("organization_id", organization_id);
  WriteRoles(body, role_slugs);
  body.EndObject();
  return Write(http::Method::kPost, std::string(kMemberships), std::move(body));
}

http::Request UpdateMembership(std::string_view id, const std::vector<std::string>& role_slugs) {
  json::Writer body;
  body.BeginObject();
  WriteRoles(body, role_slugs);
  body.EndObject();
  return Write(http::Method::kPut, Below(kMemberships, id), std::move(body));
}

http::Request ListRoles() { return Read("/authorization/roles"); }

http::Request ProbeOrganizations() {
  return Read(std::string(kOrganizations) + std::string(kPageOfOne));
}

http::Request ProbeUsers() { return Read(std::string(kUsers) + std::string(kPageOfOne)); }

bool CanAddressByExternalId(std::string_view external_id) {
  return !external_id.empty() && external_id != "." && external_id != "..";
}

}  // namespace rehome::directory

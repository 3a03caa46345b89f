#include "sandbox/spoiler.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "json/value.h"
#include "json/writer.h"
#include "sandbox/problem.h"
#include "sandbox/router.h"

namespace rehome::sandbox {
namespace {

using Kind = Fault::Kind;

constexpr std::size_t kHugeBytes = 5 << 20;
constexpr std::size_t kBodiesKept = 3;
constexpr std::string_view kHtmlPage =
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    "<body><h1>Bad Gateway</h1><p>cloudflare</p></body></html>\n";

std::string_view MessageOf(int status) {
  switch (status) {
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 429:
      return "Rate limit exceeded. See the WorkOS docs for more information: "
             "https://workos.com/docs/reference/rate-limits";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Something went wrong";
  }
}

// An object that nobody made, as the operation would answer with it.
std::string Phantom(const Route& route) {
  constexpr std::string_view kTimes =
      R"("created_at":"2026-01-01T00:00:00.000Z","updated_at":"2026-01-01T00:00:00.000Z"})";
  std::string object = R"({"object":"user","id":"user_PHANTOM","email":"phantom@example.com",)";
  if (route.pattern.find("organizations") != std::string_view::npos) {
    object = R"({"object":"organization","id":"org_PHANTOM","name":"P","external_id":"phantom",)";
  }
  if (route.pattern.find("memberships") != std::string_view::npos) {
    object = R"({"object":"organization_membership","id":"om_PHANTOM","user_id":"user_PHANTOM",)"
             R"("organization_id":"org_PHANTOM","status":"active","role":{"slug":"member"},)";
  }
  object.append(kTimes);
  const bool list = route.method == "GET" && route.pattern.find("{}") == std::string_view::npos;
  if (!list) return object;
  return R"({"object":"list","data":[)" + object +
         R"(],"list_metadata":{"before":null,"after":null}})";
}

// The list with other elements.
std::string WithElements(const json::Value& list, const std::vector<std::string>& elements) {
  json::Writer writer;
  writer.BeginObject().Field("object", "list").Key("data").BeginArray();
  for (const std::string& element : elements) writer.Raw(element);
  writer.EndArray();
  if (const json::Value* metadata = list.Find("list_metadata")) {
    writer.Key("list_metadata").Raw(json::Serialize(*metadata));
  }
  writer.EndObject();
  return writer.Take();
}

std::optional<json::Value> ParseList(std::string_view body) {
  base::Result<json::Value> list = json::Parse(body);
  if (!list || list->Find("data") == nullptr || !list->Find("data")->is_array()) {
    return std::nullopt;
  }
  return *std::move(list);
}

bool SkipFirst(Response& response) {
  const std::optional<json::Value> list = ParseList(response.body);
  if (!list || list->Find("data")->elements().empty()) return false;
  std::vector<std::string> rest;
  for (const json::Value& element : list->Find("data")->elements().subspan(1)) {
    rest.push_back(json::Serialize(element));
  }
  response.body = WithElements(*list, rest);
  return true;
}

// Code and message of the refusal of a duplicate; nothing when it is none.
std::optional<Complaint> DuplicateIn(const Response& response) {
  if (response.status != 400 && response.status != 409) return std::nullopt;
  const base::Result<json::Value> body = json::Parse(response.body);
  if (!body) return std::nullopt;
  Complaint told = {std::string(body->StringAt("code")), std::string(body->StringAt("message"))};
  const json::Value* errors = body->Find("errors");
  if (errors != nullptr && !errors->elements().empty()) {
    const json::Value& first = errors->elements().front();
    told = {std::string(first.StringAt("code")), std::string(first.StringAt("message"))};
  }
  const bool duplicate = told.code == "email_not_available" ||
                         told.code == "external_id_already_used" ||
                         told.code == "organization_membership_already_exists";
  if (!duplicate) return std::nullopt;
  return told;
}

bool Translate(const Fault& fault, Response& response) {
  const std::optional<Complaint> told = DuplicateIn(response);
  if (!told) return false;
  json::Writer writer;
  writer.BeginObject();
  if (fault.form != Fault::Form::kCode) writer.Field("message", told->message);
  if (fault.form != Fault::Form::kMessage) writer.Field("code", told->code);
  writer.EndObject();
  response.status = fault.status;
  response.body = writer.Take();
  return true;
}

void AppendLittleEndian(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
}

std::uint32_t Crc32(std::string_view text) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

}  // namespace

Spoiler::Spoiler() : bodies_(Routes().size()) {}

void Spoiler::Replace(const Fault& fault, Answer& answer) {
  Response& response = answer.response;
  response.body.clear();
  response.status = fault.status;
  response.content_type = kJson;
  if (fault.kind == Kind::kStatus)
    response.body = MessageOnly(fault.status, MessageOf(fault.status)).body;
  if (fault.kind == Kind::kHtml) {
    response.body = kHtmlPage;
    response.content_type = "text/html; charset=UTF-8";
  }
  if (fault.kind == Kind::kReset) answer.delivery = Answer::Delivery::kReset;
  if (fault.kind == Kind::kClose) answer.delivery = Answer::Delivery::kClose;
  if (fault.kind == Kind::kHang) answer.delivery = Answer::Delivery::kHang;
  if (answer.delivery != Answer::Delivery::kWhole) response.status = 0;
  if (!fault.retry_after.empty()) {
    answer.extra_headers.append("Retry-After: ").append(fault.retry_after).append("\r\n");
  }
}

bool Spoiler::Spoil(const Fault& fault, std::size_t route, Answer& answer) const {
  Response& response = answer.response;
  switch (fault.kind) {
    case Kind::kReset:
    case Kind::kClose:
    case Kind::kHang:
    case Kind::kStatus:
    case Kind::kHtml:
    case Kind::kEmpty:
      Replace(fault, answer);
      return true;
    case Kind::kHalfBody:
      if (response.body.empty()) return false;
      answer.delivery = Answer::Delivery::kHalf;
      return true;
    case Kind::kWrongLength:
      // No length is below 0, so one of nothing can only be too long.
      if (fault.length_error == 0 || (response.body.empty() && fault.length_error < 0))
        return false;
      answer.length_error = fault.length_error;
      return true;
    case Kind::kHuge:
      response.body.append(kHugeBytes, ' ');
      return true;
    case Kind::kGzip:
      response.body = Gzip(response.body);
      answer.extra_headers.append("Content-Encoding: gzip\r\n");
      return true;
    case Kind::kOtherBody:
      return GiveOtherBody(route, response);
    case Kind::kStale:
      return false;  // what is read is not the answer's to change
    case Kind::kListRepeat:
      return RepeatLast(route, response);
    case Kind::kListSkip:
      return SkipFirst(response);
    case Kind::kDialect:
      return Translate(fault, response);
  }
  return false;
}

void Spoiler::Remember(std::size_t route, const Response& response) {
  if (response.status < 200 || response.status >= 300) return;
  std::deque<std::string>& bodies = bodies_[route];
  bodies.push_back(response.body);
  if (bodies.size() > kBodiesKept) bodies.pop_front();
}

bool Spoiler::GiveOtherBody(std::size_t route, Response& response) const {
  std::string other = Phantom(Routes()[route]);
  for (const std::string& body : bodies_[route]) {
    if (body != response.body) other = body;
  }
  response.status = Routes()[route].method == "POST" ? 201 : 200;
  response.body = std::move(other);
  return true;
}

bool Spoiler::RepeatLast(std::size_t route, Response& response) const {
  const std::optional<json::Value> list = ParseList(response.body);
  if (!list || bodies_[route].empty()) return false;
  const std::optional<json::Value> before = ParseList(bodies_[route].back());
  if (!before || before->Find("data")->elements().empty()) return false;
  std::vector<std::string> elements = {json::Serialize(before->Find("data")->elements().back())};
  for (const json::Value& element : list->Find("data")->elements()) {
    elements.push_back(json::Serialize(element));
  }
  response.body = WithElements(*list, elements);
  return true;
}

std::string Gzip(std::string_view text) {
  constexpr std::size_t kLongestBlock = 0xffff;
  std::string bytes("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);
  std::string_view rest = text;
  do {
    const std::string_view block = rest.substr(0, kLongestBlock);
    rest.remove_prefix(block.size());
    bytes += static_cast<char>(rest.empty() ? 1 : 0);  // a stored block, perhaps the last
    const auto size = static_cast<std::uint32_t>(block.size());
    AppendLittleEndian(bytes, size, 2);
    AppendLittleEndian(bytes, ~size, 2);
    bytes.append(block);
  } while (!rest.empty());
  AppendLittleEndian(bytes, Crc32(text), 4);
  AppendLittleEndian(bytes, static_cast<std::uint32_t>(text.size()), 4);
  return bytes;
}

}  // namespace rehome::sandbox

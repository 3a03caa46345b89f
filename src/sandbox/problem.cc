#include "sandbox/problem.h"

#include <array>

#include "json/writer.h"

namespace rehome::sandbox {

Response MessageOnly(int status, std::string_view message) {
  json::Writer writer;
  writer.BeginObject().Field("message", message).EndObject();
  return {.status = status, .body = writer.Take()};
}

Response Problem(int status, std::string_view code, std::string_view message,
                 std::span<const Complaint> complaints) {
  json::Writer writer;
  writer.BeginObject().Field("message", message).Field("code", code);
  if (!complaints.empty()) {
    writer.Key("errors").BeginArray();
    for (const Complaint& complaint : complaints) {
      writer.BeginObject()
          .Field("code", complaint.code)
          .Field("message", complaint.message)
          .EndObject();
    }
    writer.EndArray();
  }
  writer.EndObject();
  return {.status = status, .body = writer.Take()};
}

Response InvalidParameters(std::span<const Complaint> complaints) {
  return Problem(422, "invalid_request_parameters", "Validation failed", complaints);
}

Response InvalidParameter(std::string_view code, std::string_view message) {
  const std::array<Complaint, 1> complaints = {Complaint{std::string(code), std::string(message)}};
  return InvalidParameters(complaints);
}

Response EntityNotFound(std::string_view entity, std::string_view id) {
  std::string message(entity);
  message.append(" not found: '").append(id).append("'.");
  json::Writer writer;
  writer.BeginObject().Field("message", message).Field("code", "entity_not_found");
  writer.Field("entity_id", id).EndObject();
  return {.status = 404, .body = writer.Take()};
}

}  // namespace rehome::sandbox

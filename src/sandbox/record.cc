#include "sandbox/record.h"

#include <utility>

#include "base/digest.h"
#include "json/value.h"
#include "json/writer.h"

namespace rehome::sandbox {
namespace {

// The file is written when so much has gathered, or at the next Flush: smaller costs more system
// calls, larger more memory.
constexpr std::size_t kMaxUnwritten = 1 << 20;

void AddPresent(json::Writer& writer, std::string_view key, std::string_view value) {
  if (!value.empty()) writer.Field(key, value);
}

// What a create is to make, by the keys of its body: also of one that was never applied.
void AddCreate(json::Writer& writer, const Request& request) {
  constexpr std::string_view kKeys[] = {"email", "external_id", "name", "user_id",
                                        "organization_id"};
  if (request.method != "POST") return;
  const base::Result<json::Value> body = json::Parse(request.body);
  if (!body || !body->is_object()) return;
  writer.Key("create").BeginObject();
  for (const std::string_view key : kKeys) AddPresent(writer, key, body->StringAt(key));
  writer.EndObject();
}

std::string RenderLine(std::int64_t sequence, const Request& request, const Answer& answer) {
  const Response& response = answer.response;
  json::Writer writer;
  writer.BeginObject().Field("seq", sequence);
  writer.Field("time_ms", static_cast<std::int64_t>(answer.date.time_since_epoch().count()));
  writer.Field("method", request.method).Field("path", request.target);
  writer.Field("status", response.status);
  AddPresent(writer, "request_id", request.request_id);
  writer.Field("answer_id", answer.request_id);
  AddPresent(writer, "idempotency_key", request.idempotency_key);
  AddPresent(writer, "cache_control", request.cache_control);
  AddPresent(writer, "pragma", request.pragma);
  AddPresent(writer, "expires", request.expires);
  if (!request.body.empty()) {
    writer.Field("body_digest", base::ToHex(base::HashBytes(request.body)));
  }
  AddCreate(writer, request);
  writer.Field("connection", request.connection);
  writer.Field("number_on_connection", request.number_on_connection);
  if (!answer.fault.empty()) {
    writer.Field("fault", answer.fault).Field("applied_status", answer.applied_status);
  }
  if (response.effect) writer.Key("effect").Raw(RenderEffect(*response.effect));
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace

base::Status Record::OpenFile(const std::string& path) {
  base::Result<base::File> file = base::OpenForAppending(path);
  if (!file) return file.error();
  file_ = *std::move(file);
  return {};
}

void Record::Add(const Request& request, const Answer& answer) {
  ++last_sequence_;
  const bool to_file = file_.is_open() && !file_error_;
  if (memory_ == Memory::kForget && !to_file) return;
  std::string text = RenderLine(last_sequence_, request, answer);
  if (to_file) {
    unwritten_ += text;
    if (unwritten_.size() > kMaxUnwritten) Flush();
  }
  if (memory_ == Memory::kKeep) {
    lines_.push_back({last_sequence_, answer.response.effect.has_value(), std::move(text)});
  }
}

std::string Record::Render(std::int64_t since, bool effects_only) const {
  std::string text;
  for (const Line& line : lines_) {
    if (line.sequence > since && (line.has_effect || !effects_only)) text += line.text;
  }
  return text;
}

void Record::Flush() {
  if (unwritten_.empty() || file_error_) return;
  if (const base::Status written = file_.Write(unwritten_); !written) {
    file_error_ = written.error();
  }
  unwritten_.clear();
}

}  // namespace rehome::sandbox

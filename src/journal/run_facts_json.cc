#include "journal/run_facts_json.h"

#include <array>
#include <utility>

#include "json/value.h"
#include "json/writer.h"

namespace rehome::journal {
namespace {

// Raised when an older rehome would misread the file; new members alone need no new version.
constexpr std::int64_t kVersion = 1;

struct TextMember {
  const char* name;
  std::string RunFacts::*member;
};
struct NumberMember {
  const char* name;
  std::int64_t RunFacts::*member;
};

constexpr std::array<TextMember, 14> kTexts = {{
    {"run_id", &RunFacts::run_id},
    {"rehome_version", &RunFacts::rehome_version},
    {"created_at", &RunFacts::created_at},
    {"target_name", &RunFacts::target_name},
    {"endpoint", &RunFacts::endpoint},
    {"key_fingerprint", &RunFacts::key_fingerprint},
    {"key_origin", &RunFacts::key_origin},
    {"file", &RunFacts::file},
    {"file_hash", &RunFacts::file_hash},
    {"command", &RunFacts::command},
    {"state", &RunFacts::state},
    {"finished_at", &RunFacts::finished_at},
    {"rebuilt_at", &RunFacts::rebuilt_at},
    {"rehearsal_of", &RunFacts::rehearsal_of},
}};
constexpr std::array<NumberMember, 9> kNumbers = {{
    {"file_bytes", &RunFacts::file_bytes},
    {"file_modified_ns", &RunFacts::file_modified_ns},
    {"rows", &RunFacts::rows},
    {"first_row", &RunFacts::first_row},
    {"last_row", &RunFacts::last_row},
    {"retries", &RunFacts::retries},
    {"retried_rows", &RunFacts::retried_rows},
    {"left_rejected", &RunFacts::left_rejected},
    {"corrected_rows", &RunFacts::corrected_rows},
}};

base::Error FormatError(const std::string& what) { return {base::ErrorCode::kFormat, what}; }

}  // namespace

std::string EncodeRunFacts(const RunFacts& facts) {
  json::Writer writer;
  writer.BeginObject().Field("version", kVersion);
  for (const auto& [name, member] : kTexts) writer.Field(name, facts.*member);
  for (const auto& [name, member] : kNumbers) writer.Field(name, facts.*member);
  writer.Key("options").BeginObject();
  for (const auto& [name, value] : facts.options) writer.Field(name, value);
  writer.EndObject();
  if (facts.exit_code) writer.Field("exit_code", *facts.exit_code);
  writer.EndObject();
  return writer.Take() + "\n";
}

base::Result<RunFacts> DecodeRunFacts(std::string_view text) {
  const auto document = json::Parse(text);
  if (!document) return document.error();
  const json::Value* version = document->Find("version");
  const auto number = version == nullptr ? std::nullopt : version->AsInt();
  if (!number) return FormatError("it has no version");
  if (*number != kVersion) {
    return FormatError("it has version " + std::to_string(*number) +
                       " and this rehome knows version " + std::to_string(kVersion));
  }
  RunFacts facts;
  for (const auto& [name, member] : kTexts) facts.*member = document->StringAt(name);
  for (const auto& [name, member] : kNumbers) {
    const json::Value* value = document->Find(name);
    if (value != nullptr) facts.*member = value->AsInt().value_or(facts.*member);
  }
  if (const json::Value* options = document->Find("options")) {
    for (const json::Member& option : options->members()) {
      facts.options[option.key] = std::string(option.value.AsString().value_or(""));
    }
  }
  if (const json::Value* code = document->Find("exit_code")) {
    if (const auto value = code->AsInt()) facts.exit_code = static_cast<int>(*value);
  }
  return facts;
}

}  // namespace rehome::journal

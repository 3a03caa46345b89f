#include "plan/firebase_hash.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/text.h"
#include "plan/phc_hash.h"

namespace rehome::plan {
namespace {

constexpr std::string_view kStart = "$firebase-scrypt$";
// Firebase's own bounds: rounds 1 to 8, memory cost 1 to 14 (as a power of two).
constexpr std::int64_t kMaxRounds = 8;
constexpr std::int64_t kMaxMemoryCost = 14;

base::Error Fault(std::string words) { return {base::ErrorCode::kFormat, std::move(words)}; }

// Exports use both alphabets of base64, padded or not.
bool IsAnyBase64(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_' || c == '=';
  });
}

base::Status CheckBytes(std::string_view name, std::string_view text) {
  if (IsAnyBase64(text)) return {};
  return Fault("its " + std::string(name) + " is missing or not base64");
}

base::Status CheckNumber(std::string_view name, std::string_view text, std::int64_t high) {
  const auto number = base::ParseInt(text);
  if (number && *number >= 1 && *number <= high) return {};
  return Fault("its " + std::string(name) + " is not a number from 1 to " + std::to_string(high));
}

base::Status CheckPhcForm(std::string_view text) {
  const auto parsed = PhcHash::Parse(text, "v=1", {"r", "m", "ss", "sk"});
  if (!parsed) return parsed.error();
  RETURN_IF_ERROR(CheckNumber("r", parsed->Parameter("r"), kMaxRounds));
  RETURN_IF_ERROR(CheckNumber("m", parsed->Parameter("m"), kMaxMemoryCost));
  RETURN_IF_ERROR(CheckBytes("ss", parsed->Parameter("ss")));
  RETURN_IF_ERROR(CheckBytes("sk", parsed->Parameter("sk")));
  RETURN_IF_ERROR(CheckBytes("salt", parsed->salt()));
  return CheckBytes("hash", parsed->hash());
}

// Fields by name; the one field that may lack a name, the last, is the hash.
std::map<std::string, std::string> NamedFields(std::string_view text) {
  std::map<std::string, std::string> fields;
  for (const std::string& piece : base::Split(text, '$')) {
    const std::size_t equals = piece.find('=');
    const bool named = equals != std::string::npos && equals != 0 && equals + 1 < piece.size() &&
                       piece[equals + 1] != '=';
    if (named) {
      fields[piece.substr(0, equals)] = piece.substr(equals + 1);
    } else {
      fields["hash"] = piece;
    }
  }
  return fields;
}

base::Status CheckNamedForm(std::string_view text) {
  std::map<std::string, std::string> fields = NamedFields(text);
  const bool long_names = fields.contains("rounds");
  RETURN_IF_ERROR(
      CheckNumber(long_names ? "rounds" : "r", fields[long_names ? "rounds" : "r"], kMaxRounds));
  RETURN_IF_ERROR(CheckNumber(long_names ? "mem_cost" : "m", fields[long_names ? "mem_cost" : "m"],
                              kMaxMemoryCost));
  for (const char* name : {"ss", "sk", "salt", "hash"}) {
    RETURN_IF_ERROR(CheckBytes(name, fields[name]));
  }
  return {};
}

}  // namespace

base::Status CheckFirebaseHash(std::string_view hash) {
  if (!hash.starts_with(kStart)) return Fault("it does not start with $firebase-scrypt$");
  const std::string_view fields = hash.substr(kStart.size());
  return fields.starts_with("v=") ? CheckPhcForm(hash) : CheckNamedForm(fields);
}

}  // namespace rehome::plan

#include "sandbox/fault_script.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sandbox/problem.h"

namespace rehome::sandbox {
namespace {

constexpr std::int64_t kMostMilliseconds = 24 * 3600 * 1000;

// Each reads one member into its place; false when the value is not legal there.
bool ReadText(const json::Value& value, std::string& place) {
  if (!value.is_string()) return false;
  place = std::string(*value.AsString());
  return true;
}

bool ReadFlag(const json::Value& value, bool& place) {
  if (!value.AsBool()) return false;
  place = *value.AsBool();
  return true;
}

bool ReadInt(const json::Value& value, std::int64_t least, std::int64_t& place) {
  if (!value.AsInt() || *value.AsInt() < least) return false;
  place = *value.AsInt();
  return true;
}

bool ReadMilliseconds(const json::Value& value, base::Duration& place) {
  std::int64_t ms = 0;
  if (!ReadInt(value, 0, ms) || ms > kMostMilliseconds) return false;
  place = std::chrono::milliseconds(ms);
  return true;
}

bool ReadShare(const json::Value& value, double& place) {
  if (!value.AsDouble() || *value.AsDouble() < 0 || *value.AsDouble() > 1) return false;
  place = *value.AsDouble();
  return true;
}

bool ReadStatus(const json::Value& value, int& place) {
  std::int64_t status = 0;
  if (!ReadInt(value, 200, status) || status > 599) return false;
  place = static_cast<int>(status);
  return true;
}

bool ReadWhen(std::string_view text, Fault::When& place) {
  place = text == "after" ? Fault::When::kAfter : Fault::When::kBefore;
  return text == "after" || text == "before";
}

bool ReadForm(std::string_view text, Fault::Form& place) {
  if (text == "both") place = Fault::Form::kBoth;
  if (text == "code") place = Fault::Form::kCode;
  if (text == "message") place = Fault::Form::kMessage;
  return text == "both" || text == "code" || text == "message";
}

bool ReadSubject(std::string_view text, std::optional<Subject>& place) {
  if (text == "any") return true;
  place = ParseSubject(text);
  return place.has_value();
}

bool ReadKind(std::string_view text, Fault::Kind& place) {
  const std::optional<Fault::Kind> kind = ParseFaultKind(text);
  if (kind) place = *kind;
  return kind.has_value();
}

bool ReadSelector(const json::Member& member, Selector& where) {
  const json::Value& value = member.value;
  if (member.key == "on") return ReadSubject(value.AsString().value_or(""), where.on);
  if (member.key == "method") return ReadText(value, where.method);
  if (member.key == "path") return ReadText(value, where.path);
  if (member.key == "body_part") return ReadText(value, where.body_part);
  if (member.key == "target_part") return ReadText(value, where.target_part);
  if (member.key == "reused_connection") return ReadFlag(value, where.reused_connection);
  if (member.key == "nth") return ReadInt(value, 1, where.nth);
  if (member.key == "every") return ReadInt(value, 1, where.every);
  if (member.key == "times") return ReadInt(value, 0, where.times);
  if (member.key == "probability") return ReadShare(value, where.probability);
  if (member.key == "per_request") return ReadFlag(value, where.per_request);
  return false;
}

bool ReadFault(const json::Member& member, Fault& fault) {
  const json::Value& value = member.value;
  const std::string_view text = value.AsString().value_or("");
  if (member.key == "kind") return ReadKind(text, fault.kind);
  if (member.key == "when") return ReadWhen(text, fault.when);
  if (member.key == "status") return ReadStatus(value, fault.status);
  if (member.key == "retry_after") return ReadText(value, fault.retry_after);
  if (member.key == "length_error") return ReadInt(value, -kMostMilliseconds, fault.length_error);
  if (member.key == "lag_ms") return ReadMilliseconds(value, fault.lag);
  if (member.key == "form") return ReadForm(text, fault.form);
  return ReadSelector(member, fault.where);
}

bool ReadCache(const json::Member& member, CacheProxy::Rules& rules) {
  const json::Value& value = member.value;
  if (member.key == "ttl_ms") return ReadMilliseconds(value, rules.time_to_live);
  if (member.key == "tells_age") return ReadFlag(value, rules.tells_age);
  if (member.key == "ignores_query") return ReadFlag(value, rules.ignores_query);
  if (member.key == "caches_writes") return ReadFlag(value, rules.caches_writes);
  if (member.key == "via") return ReadText(value, rules.via);
  if (member.key == "honours_control") return ReadFlag(value, rules.honours_control);
  return false;
}

std::string Element(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

/// Collects what one document says, up to the first thing that is not legal.
struct Reading {
  std::vector<Fault> script;
  FaultPlan::Chance chance;
  CacheProxy::Rules cache;
  std::optional<Response> refusal;

  void Refuse(const std::string& member) {
    if (refusal) return;
    refusal = InvalidParameter("fault_invalid",
                               "'" + member + "' is not known or its value is not legal.");
  }
  /// Something of another form.
  void Malformed(const std::string& member, std::string_view form) {
    if (refusal) return;
    refusal = Problem(400, "fault_malformed", "'" + member + "' is not " + std::string(form) + ".");
  }

  void ReadFaults(const json::Value& list) {
    if (!list.is_array()) return Malformed("faults", "a list");
    for (const json::Value& element : list.elements()) {
      const std::string name = Element("faults", script.size());
      if (!element.is_object()) return Malformed(name, "an object");
      if (element.Find("kind") == nullptr) return Refuse(name + ".kind");
      Fault fault;
      for (const json::Member& member : element.members()) {
        if (!ReadFault(member, fault)) return Refuse(name + "." + member.key);
      }
      script.push_back(std::move(fault));
    }
  }

  void ReadKinds(const json::Value& list) {
    if (!list.is_array()) return Malformed("kinds", "a list");
    for (const json::Value& element : list.elements()) {
      const std::string name = Element("kinds", chance.kinds.size());
      Fault::Kind kind = Fault::Kind::kStatus;
      if (!ReadKind(element.AsString().value_or(""), kind)) return Refuse(name);
      chance.kinds.push_back(kind);
    }
  }

  void ReadCacheRules(const json::Value& rules) {
    if (!rules.is_object()) return Malformed("cache", "an object");
    for (const json::Member& rule : rules.members()) {
      if (!ReadCache(rule, cache)) return Refuse("cache." + rule.key);
    }
  }

  void Read(const json::Member& member) {
    std::int64_t seed = 0;
    if (member.key == "faults") {
      ReadFaults(member.value);
    } else if (member.key == "kinds") {
      ReadKinds(member.value);
    } else if (member.key == "seed" && ReadInt(member.value, 0, seed)) {
      chance.seed = static_cast<std::uint64_t>(seed);
    } else if (member.key == "cache") {
      ReadCacheRules(member.value);
    } else if (member.key != "rate" || !ReadShare(member.value, chance.rate)) {
      Refuse(member.key);
    }
  }
};

}  // namespace

Checked<Troubles> ParseTroubles(const json::Value& body) {
  Reading reading;
  for (const json::Member& member : body.members()) reading.Read(member);
  if (reading.refusal) return *std::move(reading.refusal);
  return Troubles{.faults = FaultPlan(std::move(reading.script), std::move(reading.chance)),
                  .cache = CacheProxy(reading.cache)};
}

}  // namespace rehome::sandbox

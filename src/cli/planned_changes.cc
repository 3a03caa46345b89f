#include "cli/planned_changes.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "dispatch/settings.h"
#include "json/value.h"
#include "json/writer.h"
#include "report/render.h"

namespace rehome::cli {
namespace {

constexpr std::size_t kMostKept = 1000;
// What a person reads; --json has more.
constexpr std::size_t kMostShown = 20;
// Bytes of a value: a name may have a million.
constexpr std::size_t kLongestValue = 200;

// A value of either side as it is read: texts in quotes, nothing as "nothing".
std::string Shown(const json::Value* value) {
  if (value == nullptr || value->is_null()) return "nothing";
  const auto text = value->AsString();
  return "\"" + base::EscapeForTerminal(text ? std::string(*text) : json::Serialize(*value)) + "\"";
}

// What the API calls by one name for one role and by another for several is one field for people.
const json::Value* FieldOf(const json::Value& object, std::string_view name) {
  const json::Value* found = object.Find(name);
  if (found != nullptr) return found;
  if (name == "role_slug") return object.Find("role_slugs");
  return name == "role_slugs" ? object.Find("role_slug") : nullptr;
}

void AppendField(std::string& line, const std::string& name, const json::Value* from,
                 const json::Value* to) {
  line += (line.back() == ':' ? " " : ", ") + base::EscapeForTerminal(name) + " " + Shown(from) +
          " → " + Shown(to);
}

std::int64_t RowOf(const json::Value& change) {
  const json::Value* row = change.Find("row");
  return row == nullptr ? 0 : row->AsInt().value_or(0);
}

// A text as others than its owner may see it; what is called a secret or looks like one is not
// shown.
std::string MaskedText(const std::string& name, const std::string& text) {
  const std::string named = name + "=";
  const std::string masked = base::MaskSecrets(named + text.substr(0, kLongestValue));
  return masked.starts_with(named) ? masked.substr(named.size()) : "[masked]";
}

void WriteMasked(json::Writer& writer, const std::string& name, const json::Value& value) {
  if (value.is_object()) {
    writer.BeginObject();
    for (const json::Member& member : value.members()) {
      writer.Key(member.key);
      WriteMasked(writer, member.key, member.value);
    }
    writer.EndObject();
    return;
  }
  const auto text = value.AsString();
  if (text) {
    writer.String(MaskedText(name, std::string(*text)));
  } else {
    writer.Raw(json::Serialize(value));
  }
}

// A change with its values as they may be shown.
std::string Masked(const json::Value& change) {
  json::Writer writer;
  WriteMasked(writer, "", change);
  return writer.Take();
}

std::string LineOf(const json::Value& change) {
  std::string line = "  row " + base::WithThousands(RowOf(change)) + ", " +
                     std::string(change.StringAt("kind")) + " " +
                     base::EscapeForTerminal(change.StringAt("id")) + ":";
  const json::Value* from = change.Find("from");
  const json::Value* to = change.Find("to");
  if (from == nullptr || to == nullptr) return line;
  for (const json::Member& member : to->members()) {
    const json::Value* before = FieldOf(*from, member.key);
    if (!member.value.is_object()) {
      AppendField(line, member.key, before, &member.value);
      continue;
    }
    for (const json::Member& inner : member.value.members()) {
      const json::Value* was = before == nullptr ? nullptr : before->Find(inner.key);
      AppendField(line, member.key + "." + inner.key, was, &inner.value);
    }
  }
  return line;
}

}  // namespace

base::Result<PlannedChanges> ReadPlannedChanges(journal::JournalReader& journal) {
  PlannedChanges changes;
  // They come as the answers did: a heap of those of the lowest rows.
  std::vector<std::pair<std::int64_t, std::string>> first;
  RETURN_IF_ERROR(journal.VisitEvents([&](const journal::Event& event) {
    if (event.type != dispatch::kPlannedChange) return;
    ++changes.count;
    const auto change = json::Parse(event.json);
    if (!change) return;
    first.emplace_back(RowOf(*change), Masked(*change));
    std::push_heap(first.begin(), first.end());
    if (first.size() <= kMostKept) return;
    std::pop_heap(first.begin(), first.end());
    first.pop_back();
  }));
  std::sort_heap(first.begin(), first.end());
  for (auto& [row, change] : first) changes.first.push_back(std::move(change));
  return changes;
}

std::string RenderChanges(const PlannedChanges& changes) {
  if (changes.count == 0) return {};
  std::string text = base::Count(changes.count, "change", "changes") + ":\n";
  const std::size_t shown = std::min(changes.first.size(), kMostShown);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto change = json::Parse(changes.first[i]);
    if (change) text += LineOf(*change) + "\n";
  }
  const std::int64_t more = changes.count - static_cast<std::int64_t>(shown);
  if (more > 0)
    text += "  and " + base::WithThousands(more) + " more (--json has the first 1,000)\n";
  return text;
}

std::string EncodePlan(const report::Summary& summary, const PlannedChanges& changes) {
  json::Writer writer;
  writer.BeginObject()
      .Field("version", 1)
      .Field("dry_run", "target")
      .Field("changes_in_all", changes.count)
      .Key("changes")
      .BeginArray();
  for (const std::string& change : changes.first) writer.Raw(change);
  writer.EndArray().Key("summary").Raw(report::RenderJson(summary)).EndObject();
  return writer.Take() + "\n";
}

}  // namespace rehome::cli

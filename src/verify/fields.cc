#include "verify/fields.h"

#include "base/text.h"
#include "directory/objects.h"
#include "json/value.h"
#include "json/writer.h"

namespace rehome::verify {

std::string_view At(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields) {
    if (field == name) return value;
  }
  return {};
}

std::string Encode(const Fields& fields) {
  json::Writer writer;
  writer.BeginObject();
  for (const auto& [name, value] : fields) writer.Field(name, value);
  return writer.EndObject().Take();
}

base::Result<Fields> Decode(std::string_view text) {
  const auto value = json::Parse(text);
  if (!value) return value.error();
  Fields fields;
  for (const json::Member& member : value->members()) {
    fields.emplace_back(member.key, member.value.AsString().value_or(""));
  }
  return fields;
}

bool IsSame(std::string_view name, std::string_view written, std::string_view found) {
  if (name == "email") return base::EqualsFolded(written, found);
  return directory::IsKeptAs(written, found);
}

}  // namespace rehome::verify

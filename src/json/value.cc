#include "json/value.h"

#include "base/text.h"
#include "json/writer.h"

namespace rehome::json {
namespace {

void Write(const Value& value, Writer& writer) {
  switch (value.kind()) {
    case Kind::kNull:
      writer.Null();
      return;
    case Kind::kBool:
      writer.Bool(value.AsBool().value_or(false));
      return;
    case Kind::kNumber:
      writer.Raw(value.NumberText());
      return;
    case Kind::kString:
      writer.String(value.AsString().value_or(""));
      return;
    case Kind::kArray:
      writer.BeginArray();
      for (const Value& element : value.elements()) Write(element, writer);
      writer.EndArray();
      return;
    case Kind::kObject:
      writer.BeginObject();
      for (const Member& member : value.members()) {
        writer.Key(member.key);
        Write(member.value, writer);
      }
      writer.EndObject();
      return;
  }
}

}  // namespace

std::optional<bool> Value::AsBool() const {
  if (kind_ != Kind::kBool) return std::nullopt;
  return bool_;
}

std::optional<std::int64_t> Value::AsInt() const {
  if (kind_ != Kind::kNumber) return std::nullopt;
  return base::ParseInt(text_);
}

std::optional<double> Value::AsDouble() const {
  if (kind_ != Kind::kNumber) return std::nullopt;
  return base::ParseDouble(text_);
}

std::optional<std::string_view> Value::AsString() const {
  if (kind_ != Kind::kString) return std::nullopt;
  return text_;
}

std::string_view Value::NumberText() const {
  return kind_ == Kind::kNumber ? std::string_view(text_) : std::string_view();
}

const Value* Value::Find(std::string_view key) const {
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (member->key == key) return &member->value;
  }
  return nullptr;
}

std::string_view Value::StringAt(std::string_view key) const {
  const Value* value = Find(key);
  return value == nullptr ? std::string_view() : value->AsString().value_or("");
}

std::string Serialize(const Value& value) {
  Writer writer;
  Write(value, writer);
  return writer.Take();
}

}  // namespace rehome::json

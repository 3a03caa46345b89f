#include <string>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "base/text.h"
#include "json/value.h"

namespace rehome::json {
namespace {

// The answers and cells we read nest two or three levels; each level costs one stack frame here.
constexpr int kMaxDepth = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view WithoutDigits(std::string_view text) {
  while (!text.empty() && IsDigit(text.front())) text.remove_prefix(1);
  return text;
}

// The grammar of RFC 8259, section 6. Checked here because simdjson refuses numbers that fit
// neither 64 bits nor a double, while ours only have to pass through.
bool IsNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !IsDigit(text.front())) return false;
  text = text.front() == '0' ? text.substr(1) : WithoutDigits(text);
  if (text.starts_with('.')) {
    const std::string_view fraction = text.substr(1);
    text = WithoutDigits(fraction);
    if (text.size() == fraction.size()) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || !IsDigit(text.front())) return false;
    text = WithoutDigits(text);
  }
  return text.empty();
}

std::string_view WordsFor(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return "it is not valid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a string is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "a string holds a control character that is not escaped";
    case simdjson::STRING_ERROR:
      return "a string holds an escape that means nothing";
    case simdjson::NUMBER_ERROR:
      return "a number is malformed";
    case simdjson::DEPTH_ERROR:
      return "it nests deeper than 64 levels";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "an array or object is not closed";
    case simdjson::TRAILING_CONTENT:
      return "something follows the document";
    case simdjson::EMPTY:
      return "it is empty";
    case simdjson::MEMALLOC:
      return "there is no memory for it";
    default:  // thirty more codes of simdjson say no more than this to a reader
      return "it is malformed";
  }
}

}  // namespace

/// Turns what simdjson walks over into a Value. Each function gives simdjson's own code.
class Builder {
 public:
  explicit Builder(bool has_code_points) : has_code_points_(has_code_points) {}

  simdjson::error_code Build(simdjson::ondemand::value source, int depth, Value& into) const {
    simdjson::ondemand::json_type type{};
    if (const auto error = source.type().get(type)) return error;
    switch (type) {
      case simdjson::ondemand::json_type::array:
        return BuildArray(source, depth, into);
      case simdjson::ondemand::json_type::object:
        return BuildObject(source, depth, into);
      case simdjson::ondemand::json_type::number:
        return BuildNumber(source, into);
      case simdjson::ondemand::json_type::string:
        into.kind_ = Kind::kString;
        return CopyString(source.get_string(), into.text_);
      case simdjson::ondemand::json_type::boolean:
        into.kind_ = Kind::kBool;
        return source.get_bool().get(into.bool_);
      case simdjson::ondemand::json_type::null:
        return BuildNull(source);
    }
    return simdjson::TAPE_ERROR;
  }

 private:
  simdjson::error_code BuildArray(simdjson::ondemand::value source, int depth, Value& into) const {
    if (depth >= kMaxDepth) return simdjson::DEPTH_ERROR;
    simdjson::ondemand::array array;
    if (const auto error = source.get_array().get(array)) return error;
    into.kind_ = Kind::kArray;
    for (auto item : array) {
      simdjson::ondemand::value element;
      if (const auto error = item.get(element)) return error;
      if (const auto error = Build(element, depth + 1, into.elements_.emplace_back())) return error;
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code BuildObject(simdjson::ondemand::value source, int depth, Value& into) const {
    if (depth >= kMaxDepth) return simdjson::DEPTH_ERROR;
    simdjson::ondemand::object object;
    if (const auto error = source.get_object().get(object)) return error;
    into.kind_ = Kind::kObject;
    for (auto item : object) {
      simdjson::ondemand::field field;
      if (const auto error = std::move(item).get(field)) return error;
      Member& member = into.members_.emplace_back();
      if (const auto error = CopyString(field.unescaped_key(), member.key)) return error;
      if (const auto error = Build(field.value(), depth + 1, member.value)) return error;
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code BuildNumber(simdjson::ondemand::value source, Value& into) const {
    const std::string_view text = base::Trim(source.raw_json_token());
    if (!IsNumber(text)) return simdjson::NUMBER_ERROR;
    into.kind_ = Kind::kNumber;
    into.text_ = text;
    return simdjson::SUCCESS;
  }

  simdjson::error_code BuildNull(simdjson::ondemand::value source) const {
    bool is_null = false;
    if (const auto error = source.is_null().get(is_null)) return error;
    return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
  }

  simdjson::error_code CopyString(simdjson::simdjson_result<std::string_view>&& string,
                                  std::string& into) const {
    std::string_view text;
    if (const auto error = std::move(string).get(text)) return error;
    // simdjson 3.0 writes a lone low surrogate (\udc00) as three bytes that are not UTF-8.
    if (has_code_points_ && base::FindInvalidUtf8(text)) return simdjson::STRING_ERROR;
    into = text;
    return simdjson::SUCCESS;
  }

  bool has_code_points_;
};

namespace {

// The text is read as the only element of an array: so scalars and containers take one road, and
// whatever follows the document shows up as a second element or behind the array.
simdjson::error_code ParseOnly(std::string_view text, Value& into) {
  const std::size_t size = text.size() + 2;
  std::string padded;
  padded.reserve(size + simdjson::SIMDJSON_PADDING);
  padded += '[';
  padded += text;
  padded += ']';
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  // Reused, as a parser's buffers cost more than a small document; it keeps no result of ours.
  thread_local simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  if (const auto error = parser.iterate(padded.data(), size, padded.size()).get(document)) {
    return error;
  }
  simdjson::ondemand::array documents;
  if (const auto error = document.get_array().get(documents)) return error;
  const Builder builder(text.find("\\u") != std::string_view::npos);
  int count = 0;
  for (auto item : documents) {
    simdjson::ondemand::value value;
    if (const auto error = item.get(value)) return error;
    if (++count > 1) return simdjson::TRAILING_CONTENT;
    if (const auto error = builder.Build(value, 0, into)) return error;
  }
  // Out of bounds is what simdjson calls the end of the text.
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
    return simdjson::TRAILING_CONTENT;
  }
  return count == 0 ? simdjson::EMPTY : simdjson::SUCCESS;
}

}  // namespace

base::Result<Value> Parse(std::string_view text) {
  Value value;
  if (const auto error = ParseOnly(text, value)) {
    return base::Error{base::ErrorCode::kFormat,
                       "the text is not a JSON document: " + std::string(WordsFor(error))};
  }
  return value;
}

}  // namespace rehome::json

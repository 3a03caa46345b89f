#include "directory/error_body.h"

#include <algorithm>
#include <cstddef>

#include "base/result.h"
#include "base/text.h"
#include "json/value.h"

namespace rehome::directory {
namespace {

// Words are cut at 500 bytes in the end; this much is kept until secrets in them are masked.
constexpr std::size_t kMostText = 4096;
// The title of an HTML page stands near its start.
constexpr std::size_t kTitleWithin = 4096;
constexpr std::size_t kLongestCode = 100;

// A code as the target writes them; anything else in its place is prose.
bool IsCode(std::string_view text) {
  return !text.empty() && text.size() <= kLongestCode &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '.';
         });
}

std::string Cut(std::string_view text) { return std::string(text.substr(0, kMostText)); }

// The string, or the strings of a list joined.
std::string TextOf(const json::Value* value) {
  if (value == nullptr) return {};
  if (const auto text = value->AsString()) return Cut(*text);
  std::string joined;
  for (const json::Value& element : value->elements()) {
    const std::string_view text = element.AsString().value_or("");
    if (text.empty() || joined.size() >= kMostText) continue;
    if (!joined.empty()) joined += "; ";
    joined += Cut(text);
  }
  return joined;
}

std::string FirstText(const json::Value& value, std::string_view key, std::string_view other_key) {
  const std::string_view text = value.StringAt(key);
  return Cut(text.empty() ? value.StringAt(other_key) : text);
}

// Puts `text` where it belongs: a code, or else the message unless there is one.
void TakeCode(std::string text, std::string& code, std::string& message) {
  if (IsCode(text)) {
    code = std::move(text);
  } else if (message.empty()) {
    message = std::move(text);
  }
}

ErrorDetail ReadDetail(const json::Value& entry) {
  ErrorDetail detail;
  if (const auto text = entry.AsString()) {
    TakeCode(Cut(*text), detail.code, detail.message);
    return detail;
  }
  detail.field = FirstText(entry, "field", "instancePath");
  detail.message = TextOf(entry.Find("message"));
  TakeCode(FirstText(entry, "code", "keyword"), detail.code, detail.message);
  return detail;
}

void ReadObject(const json::Value& object, ErrorBody& body) {
  body.message = TextOf(object.Find("message"));
  if (body.message.empty()) body.message = Cut(object.StringAt("error_description"));
  const json::Value* error = object.Find("error");
  if (error != nullptr && error->is_object()) {
    if (body.message.empty()) body.message = TextOf(error->Find("message"));
    TakeCode(Cut(error->StringAt("code")), body.code, body.message);
  } else if (error != nullptr) {
    TakeCode(TextOf(error), body.code, body.message);
  }
  // `code` counts more than `error`, which some servers fill with the name of the status.
  const std::string code = Cut(object.StringAt("code"));
  if (!code.empty()) TakeCode(code, body.code, body.message);
  const json::Value* errors = object.Find("errors");
  if (errors == nullptr) return;
  for (const json::Value& entry : errors->elements()) body.details.push_back(ReadDetail(entry));
}

std::string TitleOf(std::string_view page) {
  const std::string start(page.substr(0, kTitleWithin));
  const std::string folded = base::FoldAscii(start);
  const std::size_t tag = folded.find("<title");
  const std::size_t open = tag == std::string::npos ? tag : folded.find('>', tag);
  if (open == std::string::npos) return {};
  const std::size_t close = folded.find('<', open);
  if (close == std::string::npos) return {};
  return std::string(base::Trim(std::string_view(start).substr(open + 1, close - open - 1)));
}

std::string TextOf(const ErrorDetail& detail) {
  const std::string& text = detail.message.empty() ? detail.code : detail.message;
  if (detail.field.empty() || text.find(detail.field) != std::string::npos) return text;
  return detail.field + ": " + text;
}

}  // namespace

ErrorBody ParseErrorBody(std::string_view body, std::string_view content_type) {
  ErrorBody error;
  const std::string_view text = base::Trim(body);
  const base::Result<json::Value> value = json::Parse(text);
  if (value && value->is_object()) {
    ReadObject(*value, error);
    return error;
  }
  if (value && value->is_string()) {
    error.message = TextOf(&*value);
    return error;
  }
  const bool is_html = base::FoldAscii(content_type).find("html") != std::string::npos;
  if (text.starts_with('<') || (is_html && !text.empty())) {
    error.is_page = true;
    const std::string title = TitleOf(text);
    error.message = "a page in place of JSON" + (title.empty() ? title : ": " + title);
    return error;
  }
  error.is_broken = !value && (text.starts_with('{') || text.starts_with('['));
  error.message = Cut(text);
  return error;
}

std::string WordsOf(const ErrorBody& body) {
  std::string details;
  for (const ErrorDetail& detail : body.details) {
    const std::string text = TextOf(detail);
    if (text.empty()) continue;
    if (!details.empty()) details += "; ";
    details += text;
    if (details.size() >= kMostText) break;
  }
  if (details.empty()) return body.message;
  if (body.message.empty()) return details;
  std::string_view head = body.message;
  while (head.ends_with('.')) head.remove_suffix(1);
  return std::string(head) + ": " + details;
}

}  // namespace rehome::directory

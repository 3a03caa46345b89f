#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehome::directory {

/// One entry of `errors`.
struct ErrorDetail {
  std::string code;  ///< empty when the entry has none; prose in its place is taken as message
  std::string field;
  std::string message;
};

/// An error answer with its many shapes levelled: an object with `message` (a string or a list),
/// `code`, `error` (a code or an object), `error_description` and `errors` (objects or strings), a
/// bare JSON string, plain text, a page of the edge, JSON that is cut, or nothing at all. As sent:
/// not masked yet.
struct ErrorBody {
  std::string code;
  std::string message;
  std::vector<ErrorDetail> details;
  bool is_page = false;    ///< HTML or XML: the edge speaks, not the API
  bool is_broken = false;  ///< begins as JSON and is none: something was cut or changed on the way
};

ErrorBody ParseErrorBody(std::string_view body, std::string_view content_type);

/// Message and details in one line, at most a few kilobytes, not masked.
std::string WordsOf(const ErrorBody& body);

}  // namespace rehome::directory

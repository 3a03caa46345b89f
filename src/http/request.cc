#include "http/request.h"

#include "base/check.h"

namespace rehome::http {

std::string_view NameOf(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
  }
  CHECK(false);
  return {};
}

}  // namespace rehome::http

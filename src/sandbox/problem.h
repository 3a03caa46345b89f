#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/message.h"

namespace rehome::sandbox {

/// One element of `errors` in an error body.
struct Complaint {
  std::string code;
  std::string message;
};

/// `{"message":…}`, as the older parts of the API answer.
Response MessageOnly(int status, std::string_view message);
/// `{"message":…,"code":…}` and, unless empty, `"errors":[{"code","message"},…]`.
Response Problem(int status, std::string_view code, std::string_view message,
                 std::span<const Complaint> complaints = {});
/// The 422 of user_management: `invalid_request_parameters` with what is wrong.
Response InvalidParameters(std::span<const Complaint> complaints);
Response InvalidParameter(std::string_view code, std::string_view message);
/// 404 `User not found: 'x'.`; `entity` is the API's word for the kind of object.
Response EntityNotFound(std::string_view entity, std::string_view id);

}  // namespace rehome::sandbox

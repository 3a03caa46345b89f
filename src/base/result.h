#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace rehome::base {

/// What kind of trouble ended an operation; `cli` turns it into an exit code.
enum class ErrorCode {
  kUsage,        ///< wrong flags or configuration: nothing was written (exit 2)
  kInput,        ///< the input file is refused: nothing was written (exit 2)
  kLocked,       ///< the target is locked by another run (exit 75)
  kLimit,        ///< a safety limit stopped the run; resumable (exit 3)
  kAuth,         ///< the key was refused (exit 4)
  kTls,          ///< the server's certificate or the TLS set-up is bad (exit 4)
  kUnreachable,  ///< the target could not be reached (exit 4)
  kIo,           ///< a file could not be read or written (exit 4)
  kDiskFull,     ///< no space left (exit 4)
  kNotFound,     ///< a file or run that was asked for does not exist (exit 2)
  kFormat,       ///< bytes that should have a known form do not
  kInternal,     ///< a bug or an answer that makes no sense (exit 4)
};

/// Why an operation failed: one sentence for a person, saying what, where and what to do.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

/// Either a value or an Error. Dropping one is a compile error. Reading the wrong half is a bug.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const T& value() const& {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T& value() & {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const Error& error() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    CHECK(error_.has_value());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace rehome::base

/// Leaves the function with the error of a failed Status or Result expression.
#define RETURN_IF_ERROR(expression)                                             \
  do {                                                                          \
    if (const auto& status_of_expression = (expression); !status_of_expression) \
      return status_of_expression.error();                                      \
  } while (false)

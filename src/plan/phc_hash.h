#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rehome::plan {

/// A password hash in the PHC string format, `$id$v=1$name=value,…$salt$hash`, taken apart. It
/// views the text it was parsed from, which must outlive it. Any thread may read it.
class PhcHash {
 public:
  /// `version` is the text that has to stand between the id and the parameters, e.g. "v=19", or
  /// empty when there is none. Each of `names` has to be there once, in any order. Messages name
  /// the part that is wrong and never show it.
  static base::Result<PhcHash> Parse(std::string_view text, std::string_view version,
                                     std::initializer_list<std::string_view> names);

  std::string_view id() const { return id_; }
  /// The value of one of the names that `Parse` asked for.
  std::string_view Parameter(std::string_view name) const;
  /// The value as a number within [low, high]. The message shows numbers: they are no secret.
  base::Result<std::int64_t> Number(std::string_view name, std::int64_t low,
                                    std::int64_t high) const;
  std::string_view salt() const { return salt_; }
  std::string_view hash() const { return hash_; }

 private:
  base::Status TakeParameters(std::string_view text, std::initializer_list<std::string_view> names);

  std::string_view id_;
  std::vector<std::pair<std::string_view, std::string_view>> parameters_;
  std::string_view salt_;
  std::string_view hash_;
};

/// Whether salt and hash are base64 without padding, and not empty, as the PHC format has them.
base::Status CheckSaltAndHash(const PhcHash& hash);

}  // namespace rehome::plan

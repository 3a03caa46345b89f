#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rehome::sandbox {

/// A request target taken apart: `/a/b%2Fc?x=1` has the segments `a` and `b/c`, and x=1.
struct Target {
  std::vector<std::string> segments;  ///< percent-decoded after splitting
  std::vector<std::pair<std::string, std::string>> query;

  /// The last value of `key`, or nothing; an empty value counts as absent.
  std::optional<std::string_view> Find(std::string_view key) const;
};

/// Nothing when a percent escape is broken. In the query `+` means a blank, as in HTML forms.
std::optional<Target> ParseTarget(std::string_view target);

}  // namespace rehome::sandbox

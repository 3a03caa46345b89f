#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/findings.h"

namespace rehome::plan {

/// A metadata cell as the target takes it: strings only.
struct CheckedMetadata {
  std::vector<std::pair<std::string, std::string>> entries;  ///< in file order, keys unique
  Findings findings;
};

/// Reads a metadata cell: a JSON object, or blank for none. Values that are no strings become
/// strings (nested ones as compact JSON) and nulls are left out, each with a warning; the last of
/// doubled keys counts. Entries mean nothing when there are rejections.
CheckedMetadata CheckMetadata(std::string_view cell);

}  // namespace rehome::plan

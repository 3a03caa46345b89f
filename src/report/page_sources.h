#pragma once

#include <string_view>

namespace rehome::report {

/// The parts of the report page, as they stand in src/report/html: the build puts them into a
/// source of its own. The script is all .js files, one after another.
std::string_view PageTemplate();
std::string_view PageStyle();
std::string_view PageScript();

}  // namespace rehome::report

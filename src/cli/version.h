#pragma once

#include <string>

namespace rehome::cli {

/// `0.1.0`.
std::string Version();
/// The same with the program's name, as `--version` prints it.
std::string VersionText();

}  // namespace rehome::cli

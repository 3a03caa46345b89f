#pragma once

#include <vector>

#include "cli/option_section.h"
#include "cli/options.h"

namespace rehome::cli {

/// The options of `rehome sandbox`. `sandbox` must outlive the parser.
std::vector<OptionSpec> SandboxOptionSpecs(SandboxCommand& sandbox);

}  // namespace rehome::cli

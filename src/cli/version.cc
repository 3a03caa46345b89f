#include "cli/version.h"

namespace rehome::cli {

std::string Version() { return REHOME_VERSION; }

std::string VersionText() { return "rehome " + Version(); }

}  // namespace rehome::cli

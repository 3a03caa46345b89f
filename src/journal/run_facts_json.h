#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "journal/run_directory.h"

namespace rehome::journal {

/// The text of `run.json`.
std::string EncodeRunFacts(const RunFacts& facts);

/// Reads it; kFormat, without the file's name, when it is none of a known version. Members that
/// are missing keep their defaults.
base::Result<RunFacts> DecodeRunFacts(std::string_view text);

}  // namespace rehome::journal

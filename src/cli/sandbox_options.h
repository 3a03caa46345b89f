#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/options.h"

namespace rehome::cli {

/// One option of a command as a value: what the parser is told about it.
struct OptionSpec {
  std::string section{};  ///< heading in the help; empty = hidden
  std::string name{};
  std::variant<bool*, int*, std::int64_t*, double*, std::string*, std::vector<std::string>*> into{};
  std::string shown{};  ///< stands for the value in the help: "N", "FILE"; of a flag nothing
  std::string text{};
  std::vector<std::string> choices{};
  std::optional<std::pair<int, int>> range{};
  std::optional<int> lowest{};
};

/// The options of `rehome sandbox`. `sandbox` must outlive the parser.
std::vector<OptionSpec> SandboxOptionSpecs(SandboxCommand& sandbox);

}  // namespace rehome::cli

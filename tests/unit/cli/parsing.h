#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "cli/options.h"

namespace rehome::cli {

/// Parses `rehome WORDS`, split at blanks.
inline base::Result<Parsed> ParseWords(const std::string& words) {
  std::vector<std::string> parts = {"rehome"};
  if (!words.empty()) {
    for (std::string& word : base::Split(words, ' ')) parts.push_back(std::move(word));
  }
  std::vector<const char*> argv;
  for (const std::string& part : parts) argv.push_back(part.c_str());
  return ParseCommandLine(static_cast<int>(argv.size()), argv.data());
}

/// The command that `words` come to; fails the test when they do not.
template <class Command_>
Command_ Parse(const std::string& words) {
  const auto parsed = ParseWords(words);
  EXPECT_TRUE(parsed.ok()) << words << ": " << (parsed ? "" : parsed.error().message);
  if (!parsed) return {};
  const auto* command = std::get_if<Command>(&parsed->result);
  EXPECT_NE(command, nullptr) << words;
  const auto* chosen = command == nullptr ? nullptr : std::get_if<Command_>(command);
  EXPECT_NE(chosen, nullptr) << words;
  return chosen == nullptr ? Command_{} : *chosen;
}

}  // namespace rehome::cli

#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command_tree.h"

namespace rehome::cli {

/// What the parser has against a command line.
struct Complaint {
  enum class Kind {
    kStrayWord,  ///< it could not place a word
    kMissing,    ///< an argument or a command
    kValues,     ///< a flag has none, too many, or one that it does not take
    kValue,      ///< one is none that we take
    kOther,
  };
  Kind kind = Kind::kOther;
  std::string text{};                ///< in the parser's words
  std::vector<std::string> stray{};  ///< the words that it could not place
};

/// What to say of a command line before the parser sees it, which would take a flag for a value and
/// answer `--help` of a command that does not exist; nothing when it may go on. `program` has its
/// hidden flags too; `words` begin with the program's name.
std::string WordFault(const CommandFacts& program, std::span<const char* const> words);

/// The parser's complaint in our words: what, where, what to do.
std::string ParseFault(const CommandFacts& program, const Complaint& complaint,
                       std::span<const char* const> words);

}  // namespace rehome::cli

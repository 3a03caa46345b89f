#include "cli/unknown_word.h"

#include <vector>

#include "base/text.h"
#include "cli/foreign_flags.h"

namespace rehome::cli {

std::string UnknownWord(std::string_view word, std::string_view command,
                        std::span<const std::string> known) {
  const std::string shown(word.substr(0, word.find('=')));
  const std::string where =
      command.empty() ? std::string() : " of `rehome " + std::string(command) + "`";
  if (const auto advice = AdviceFor(shown)) {
    return shown + " is not a flag" + where + ": " + std::string(*advice);
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string suggestion = base::Suggest(shown, candidates);
  const std::string kind = shown.starts_with("-") ? "flag"
                           : command.empty()      ? "command"
                                                  : "argument";
  return "unknown " + kind + " \"" + base::EscapeForTerminal(shown) + "\"" + where +
         (suggestion.empty() ? "; see --help" : "; did you mean " + suggestion + "?");
}

}  // namespace rehome::cli

#include "cli/unknown_word.h"

#include <vector>

#include "base/text.h"
#include "cli/foreign_flags.h"

namespace rehome::cli {

namespace {

// Which of `candidates` was meant, or where they all stand.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> candidates,
                       std::string_view where_all_are) {
  const std::string suggestion = base::Suggest(word, candidates);
  if (suggestion.empty()) return "; " + std::string(where_all_are);
  return "; did you mean " + suggestion + "?";
}

}  // namespace

std::string UnknownWord(std::string_view word, std::string_view command,
                        std::span<const std::string> known) {
  const std::string shown(word.substr(0, word.find('=')));
  const std::string where =
      command.empty() ? std::string() : " of `rehome " + std::string(command) + "`";
  if (const auto advice = AdviceFor(shown)) {
    return shown + " is not a flag" + where + ": " + std::string(*advice);
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string kind = shown.starts_with("-") ? "flag"
                           : command.empty()      ? "command"
                                                  : "argument";
  return "unknown " + kind + " \"" + base::EscapeForTerminal(shown) + "\"" + where +
         DidYouMean(shown, candidates, "see --help");
}

std::string UnknownCode(std::string_view word, std::span<const std::string_view> codes) {
  return "unknown code \"" + base::EscapeForTerminal(word) + "\"" +
         DidYouMean(word, codes, "`rehome explain` lists all");
}

}  // namespace rehome::cli

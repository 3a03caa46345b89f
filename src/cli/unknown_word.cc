#include "cli/unknown_word.h"

#include <vector>

#include "base/text.h"
#include "cli/flag_values.h"
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
  const bool is_flag = shown.starts_with('-');
  const std::string program = command.empty() ? "rehome" : "rehome " + std::string(command);
  if (!is_flag && command.empty()) {
    if (const auto advice = AdviceForCommand(shown)) return std::string(*advice);
  }
  const std::string where = command.empty() ? "" : " of `" + program + "`";
  if (const auto advice = AdviceFor(shown)) {
    return shown + " is not a flag" + where + ": " + std::string(*advice);
  }
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string kind = is_flag ? "flag" : command.empty() ? "command" : "word";
  const std::string all = is_flag || command.empty() ? "see " + program + " --help"
                                                     : "it is one of " + OneOfWords(known);
  return "unknown " + kind + " \"" + base::EscapeForTerminal(base::MaskSecrets(shown)) + "\"" +
         where + DidYouMean(shown, candidates, all);
}

std::string UnknownCode(std::string_view word, std::span<const std::string_view> codes) {
  return "unknown code \"" + base::EscapeForTerminal(word) + "\"" +
         DidYouMean(word, codes, "`rehome explain` lists all");
}

}  // namespace rehome::cli

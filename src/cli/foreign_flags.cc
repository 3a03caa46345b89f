#include "cli/foreign_flags.h"

#include <cstddef>

namespace rehome::cli {
namespace {

struct ForeignFlag {
  std::string_view flag;
  std::string_view advice;
};

constexpr ForeignFlag kForeignFlags[] = {
    {"--csv", "give the file as an argument: rehome import FILE"},
    {"--errors-out", "failed rows are always in failed.csv of the run directory"},
    {"--errors-file", "failed rows are always in failed.csv of the run directory"},
    {"--errors", "failed rows are always in failed.csv of the run directory"},
    {"--job-id", "runs get an id of their own; `rehome runs` lists them"},
    {"--resume", "use `rehome resume`"},
    {"--chunk-size", "chunks are chosen by rehome"},
    {"--create-org-if-missing", "organizations with org_name are created when they are missing"},
    {"--rate-limit", "use --rate"},
    {"--api-key",
     "a key in the command line can be seen by others: use --api-key-file or WORKOS_SECRET_KEY"}};

constexpr ForeignFlag kForeignCommands[] = {
    {"undo",
     "this version of rehome has no command undo: what a run made stands in its id_map.csv and its "
     "success.csv"},
    {"join",
     "this version of rehome has no command join: one process makes a run; see "
     "docs/parallel-runs.md"},
    {"help", "there is no command help: `rehome --help`, or `rehome COMMAND --help`"}};

template <std::size_t kCount>
std::optional<std::string_view> Find(const ForeignFlag (&all)[kCount], std::string_view word) {
  for (const ForeignFlag& foreign : all) {
    if (foreign.flag == word) return foreign.advice;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> AdviceFor(std::string_view flag) {
  return Find(kForeignFlags, flag);
}

std::optional<std::string_view> AdviceForCommand(std::string_view word) {
  return Find(kForeignCommands, word);
}

}  // namespace rehome::cli

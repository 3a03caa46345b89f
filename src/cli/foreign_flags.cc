#include "cli/foreign_flags.h"

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

}  // namespace

std::optional<std::string_view> AdviceFor(std::string_view flag) {
  for (const ForeignFlag& foreign : kForeignFlags) {
    if (foreign.flag == flag) return foreign.advice;
  }
  return std::nullopt;
}

}  // namespace rehome::cli

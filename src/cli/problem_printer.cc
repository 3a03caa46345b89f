#include "cli/problem_printer.h"

#include <utility>

#include "base/text.h"
#include "cli/file_uri.h"
#include "cli/terminal.h"
#include "cli/version.h"

namespace rehome::cli {
namespace {

// Bytes of problems gathered for one write: less costs system calls, more only memory.
constexpr std::size_t kGathered = 64 << 10;

std::unique_ptr<report::ProblemList> ListOf(const ValidateCommand& command) {
  const std::string& file = command.input.file;
  const std::string format = command.common.output.json ? "json" : command.format;
  if (format == "json") return report::MakeProblemJson(file);
  if (format == "sarif") return report::MakeProblemSarif(FileUri(file), Version());
  return report::MakeProblemText(base::EscapeForTerminal(file));
}

}  // namespace

ProblemPrinter::ProblemPrinter(const ValidateCommand& command)
    : list_(ListOf(command)), makes_copy_(!command.fix.empty()), text_(list_->Begin()) {}

base::Status ProblemPrinter::Add(const std::vector<model::Problem>& problems) {
  for (const model::Problem& problem : problems) {
    const auto severity = model::FactsOf(problem.reason).severity;
    ++(severity == model::Severity::kError ? totals_.errors : totals_.warnings);
    const bool repaired = makes_copy_ && problem.repair != model::Repair::kNone;
    if (repaired) ++totals_.repaired;
    text_ += list_->Add(problem, repaired);
  }
  return text_.size() < kGathered ? base::Status() : Flush();
}

base::Status ProblemPrinter::End() {
  text_ += list_->End(totals_);
  return Flush();
}

base::Status ProblemPrinter::EndRefused(const base::Error& error) {
  text_ += list_->EndRefused(error.message);
  return Flush();
}

base::Status ProblemPrinter::Flush() {
  if (PrintResult(std::exchange(text_, {}))) return {};
  return base::Error{base::ErrorCode::kIo, "the list of problems could not be written to stdout"};
}

}  // namespace rehome::cli

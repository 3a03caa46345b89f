#include <utility>

#include "base/text.h"
#include "report/problem_list.h"

namespace rehome::report {
namespace {

// A detail that names several values may be long; beyond, the code would be out of sight.
constexpr std::size_t kMostOfDetail = 400;

class ProblemText final : public ProblemList {
 public:
  explicit ProblemText(std::string file) : file_(std::move(file)) {}

  std::string Begin() override { return {}; }
  std::string Add(const model::Problem& problem, bool repaired) override {
    const model::ReasonFacts& facts = model::FactsOf(problem.reason);
    std::string text = file_ + ":" + std::to_string(problem.place.line) + ":" +
                       std::to_string(problem.place.column) + ": ";
    if (facts.severity == model::Severity::kWarning) text += "warning: ";
    if (!problem.column.empty()) text += base::EscapeForTerminal(problem.column);
    if (problem.field > 0) {
      text += (problem.column.empty() ? "column " : " (column ") + std::to_string(problem.field);
      text += problem.column.empty() ? "" : ")";
    }
    if (problem.field > 0 || !problem.column.empty()) text += ": ";
    text += base::EscapeForTerminal(SentenceOf(problem), kMostOfDetail);
    text += " [" + std::string(facts.code) +
            (problem.row > 0 ? ", row " + std::to_string(problem.row) : "") + "]\n";
    return text + (repaired ? Repaired(problem) : "    fix: " + std::string(facts.fix)) + "\n";
  }
  std::string End(const ProblemTotals&) override { return {}; }
  std::string EndRefused(const std::string&) override { return {}; }

 private:
  static std::string Repaired(const model::Problem& problem) {
    if (problem.repair == model::Repair::kRowGoes) return "    repaired: the row is left out";
    return "    repaired: \"" + problem.value + "\" is now \"" + problem.repaired + "\"";
  }

  std::string file_;
};

}  // namespace

std::string SentenceOf(const model::Problem& problem) {
  return problem.detail.empty() ? std::string(model::FactsOf(problem.reason).cause)
                                : problem.detail;
}

std::unique_ptr<ProblemList> MakeProblemText(std::string file) {
  return std::make_unique<ProblemText>(std::move(file));
}

}  // namespace rehome::report

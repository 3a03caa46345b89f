#include <string>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "json/writer.h"
#include "pipeline/offline_pass.h"

namespace rehome::cli {
namespace {

/// Writes each problem of a file as a line: file, line, column, what, and what to do.
class ProblemPrinter {
 public:
  ProblemPrinter(std::string file, bool json) : file_(std::move(file)), json_(json) {}

  void Print(const model::Position& position, model::Reason reason, const std::string& column,
             const std::string& detail) {
    const model::ReasonFacts& facts = model::FactsOf(reason);
    ++(facts.severity == model::Severity::kError ? errors_ : warnings_);
    if (json_) {
      PrintJson(position, facts, column, detail);
      return;
    }
    std::string line = file_ + ":" + std::to_string(position.line) + ": ";
    if (facts.severity == model::Severity::kWarning) line += "warning: ";
    if (!column.empty()) line += column + ": ";
    line += detail.empty() ? std::string(facts.cause) : base::EscapeForTerminal(detail, 400);
    line += " [" + std::string(facts.code) + ", row " + std::to_string(position.row) + "]";
    line += "\n    fix: " + std::string(facts.fix) + "\n";
    written_ = PrintResult(line) && written_;
  }
  /// Remarks that nobody keeps the rows of: they count all the same.
  void PrintMore(std::int64_t count, model::Reason reason) {
    warnings_ += count;
    const model::ReasonFacts& facts = model::FactsOf(reason);
    const std::string text = "and " + base::WithThousands(count) + " more of this kind";
    if (json_) {
      PrintJson({}, facts, "", text);
      return;
    }
    written_ = PrintResult(file_ + ": warning: " + text + " [" + std::string(facts.code) + "]\n") &&
               written_;
  }
  std::int64_t errors() const { return errors_; }
  std::int64_t warnings() const { return warnings_; }
  bool written() const { return written_; }

 private:
  void PrintJson(const model::Position& position, const model::ReasonFacts& facts,
                 const std::string& column, const std::string& detail) {
    json::Writer writer;
    writer.BeginObject()
        .Field("type", "problem")
        .Field("row", position.row)
        .Field("line", position.line)
        .Field("column", column)
        .Field("severity", facts.severity == model::Severity::kError ? "error" : "warning")
        .Field("code", facts.code)
        .Field("message", detail.empty() ? facts.cause : std::string_view(detail))
        .Field("hint", facts.fix)
        .EndObject();
    written_ = PrintResult(writer.text() + "\n") && written_;
  }

  std::string file_;
  bool json_;
  std::int64_t errors_ = 0;
  std::int64_t warnings_ = 0;
  bool written_ = true;
};

}  // namespace

ExitCode RunValidate(const ValidateCommand& command) {
  const base::SystemClock clock;
  Session session;
  session.common = command.common;
  const bool quiet = command.common.output.quiet;
  session.common.output.quiet = true;  // the survey's remarks are printed with the others
  session.options.input = command.input;
  session.path = InputPathOf(command.input.file);
  const auto options = ImportOptionsOf(session.options);
  if (!options) {
    PrintError(options.error());
    return ExitCodeOf(options.error().code);
  }
  if (const auto surveyed = SurveyInput(session, clock); !surveyed) {
    PrintError(surveyed.error());
    return ExitCodeOf(surveyed.error().code);
  }
  ProblemPrinter printer(base::EscapeForTerminal(command.input.file), command.common.output.json);
  if (!quiet) {
    for (const std::string& warning : session.header.warnings) PrintWarning(warning);
  }
  for (const survey::SurveyWarning& warning : session.survey.warnings) {
    printer.Print({.row = warning.row, .line = warning.line, .offset = 0}, warning.reason,
                  "org_name", warning.detail);
  }
  const std::int64_t more =
      session.survey.warning_count - static_cast<std::int64_t>(session.survey.warnings.size());
  if (more > 0) printer.PrintMore(more, session.survey.warnings.back().reason);
  const base::Status visited = pipeline::VisitPlans(
      session.path, session.header, session.survey, session.part, options->plan,
      [&](const pipeline::SourceRow&, const plan::Planned& planned) {
        const model::Position& position = planned.plan.position;
        for (const model::Rejection& rejection : planned.rejections) {
          printer.Print(position, rejection.reason, rejection.column, rejection.detail);
        }
        for (const model::Warning& warning : planned.plan.warnings) {
          printer.Print(position, warning.reason, warning.column, warning.detail);
        }
      });
  if (!visited) {
    PrintError(visited.error());
    return ExitCodeOf(visited.error().code);
  }
  if (!printer.written()) {
    PrintError({base::ErrorCode::kIo, "the list of problems could not be written to stdout"});
    return ExitCode::kFatal;
  }
  if (!quiet) {
    const survey::Survey& survey = session.survey;
    PrintLine(base::Count(survey.rows, "row", "rows") + ", " +
              base::Count(survey.distinct_users, "user", "users") + ", " +
              base::Count(static_cast<std::int64_t>(survey.organizations.size()), "organization",
                          "organizations") +
              ": " + base::Count(printer.errors(), "problem", "problems") + ", " +
              base::Count(printer.warnings(), "remark", "remarks"));
  }
  return printer.errors() > 0 ? ExitCode::kRowsFailed : ExitCode::kDone;
}

}  // namespace rehome::cli

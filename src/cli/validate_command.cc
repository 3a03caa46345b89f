#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/fixed_file.h"
#include "cli/problem_printer.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "report/problem_list.h"
#include "validate/check_file.h"
#include "validate/role_list.h"

namespace rehome::cli {
namespace {

// Far more than the roles of any target.
constexpr std::int64_t kMostOfRoleList = 16 << 20;

base::Result<std::optional<validate::RoleList>> ReadRoles(const std::string& path) {
  if (path.empty()) return std::optional<validate::RoleList>();
  const auto text = base::ReadWholeFile(path, kMostOfRoleList);
  if (!text) return base::Error{base::ErrorCode::kInput, text.error().message};
  auto list = validate::ParseRoleList(*text, path);
  if (!list) return list.error();
  return std::optional(*std::move(list));
}

ExitCode Refuse(ProblemPrinter& printer, const base::Error& error) {
  const base::Status told = printer.EndRefused(error);
  PrintError(error);
  if (told) return ExitCodeOf(error.code);
  PrintError(told.error());
  return ExitCode::kFatal;
}

// The problems of a header that no file can be read with, and what it is refused for.
base::Status CheckHeader(const Session& session, ProblemPrinter& printer) {
  const auto columns = ColumnOptionsOf(session.options.input);
  if (!columns) return columns.error();
  const auto header = csv::InspectHeader(session.path, *columns);
  if (!header) return header.error();
  const auto problems = validate::CheckHeader(session.path, *header);
  if (!problems) return problems.error();
  std::int64_t errors = 0;
  for (const model::Problem& problem : *problems) {
    if (model::FactsOf(problem.reason).severity == model::Severity::kError) ++errors;
  }
  if (errors == 0) return {};
  RETURN_IF_ERROR(printer.Add(*problems));
  return base::Error{base::ErrorCode::kInput,
                     session.options.input.file + ": is refused for its header (" +
                         base::Count(errors, "problem", "problems") + "): no row was checked"};
}

ExitCode Fail(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// Two flags of which one would be taken for nothing.
base::Status CheckFlags(const ValidateCommand& command) {
  if (command.overwrite && command.fix.empty()) {
    return base::Error{base::ErrorCode::kUsage,
                       "--overwrite is about the file of --fix OUT.csv, which is not given"};
  }
  if (command.common.output.json && command.format == "sarif") {
    return base::Error{base::ErrorCode::kUsage,
                       "--json is the same as --format json: leave it out, or --format sarif"};
  }
  return {};
}

void PrintTotals(const report::ProblemTotals& totals, bool has_codes) {
  const auto problems = [](std::int64_t errors, std::int64_t warnings) {
    return base::Count(errors, "problem", "problems") + ", " +
           base::Count(warnings, "remark", "remarks");
  };
  PrintLine(base::Count(totals.rows, "row", "rows") + ", " +
            base::Count(totals.users, "user", "users") + ", " +
            base::Count(totals.organizations, "organization", "organizations") + ": " +
            problems(totals.errors, totals.warnings));
  if (has_codes) PrintLine("rehome explain CODE says more of each code");
  if (!totals.copy.empty()) {
    PrintLine("wrote " + base::EscapeForTerminal(totals.copy) + " with " +
              base::WithThousands(totals.repaired) + " of them repaired; left in it: " +
              problems(totals.errors_left, totals.warnings_left));
  }
}

// Whether people were shown codes, of which there is more to say.
bool ShowsCodes(const ValidateCommand& command, const report::ProblemTotals& totals) {
  const bool is_text = command.format == "text" && !command.common.output.json;
  return is_text && totals.errors + totals.warnings > 0;
}

}  // namespace

ExitCode RunValidate(const ValidateCommand& command) {
  const base::SystemClock clock;
  Session session;
  session.common = command.common;
  session.options.input = command.input;
  session.path = InputPathOf(command.input.file);
  if (const auto flags = CheckFlags(command); !flags) return Fail(flags.error());
  const auto options = ImportOptionsOf(session.options);
  if (!options) return Fail(options.error());
  const auto roles = ReadRoles(command.roles);
  if (!roles) return Fail(roles.error());
  auto fixed = FixedFile::Create(command, session.path);
  if (!fixed) return Fail(fixed.error());
  ProblemPrinter printer(command);
  if (const auto checked = CheckHeader(session, printer); !checked) {
    return Refuse(printer, checked.error());
  }
  if (const auto surveyed = SurveyInput(session, clock); !surveyed) {
    return Refuse(printer, surveyed.error());
  }
  const validate::Input input{.path = session.path,
                              .header = session.header,
                              .survey = session.survey,
                              .options = options->plan,
                              .roles = *roles ? &**roles : nullptr,
                              .temporary_directory = TemporaryDirectory()};
  const auto take = [&](const validate::CheckedRecord& record) -> base::Status {
    RETURN_IF_ERROR(printer.Add(record.problems));
    return fixed->Apply(record.edits);
  };
  if (const auto checked = validate::CheckFile(input, take); !checked) {
    return Refuse(printer, checked.error());
  }
  report::ProblemTotals& totals = printer.totals();
  totals.rows = session.survey.rows;
  totals.users = session.survey.distinct_users;
  totals.organizations = static_cast<std::int64_t>(session.survey.organizations.size());
  // A copy whose repairs nobody was told of is none.
  if (const auto told = printer.Flush(); !told) return Fail(told.error());
  if (const auto published = fixed->Publish(input, totals); !published) {
    return Refuse(printer, published.error());
  }
  if (const auto told = printer.End(); !told) return Fail(told.error());
  if (!command.common.output.quiet) PrintTotals(totals, ShowsCodes(command, totals));
  const std::int64_t left = totals.copy.empty() ? totals.errors : totals.errors_left;
  return left > 0 ? ExitCode::kRowsFailed : ExitCode::kDone;
}

}  // namespace rehome::cli

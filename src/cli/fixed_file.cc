#include "cli/fixed_file.h"

#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/new_file.h"
#include "cli/session.h"
#include "validate/check_file.h"

namespace rehome::cli {
namespace {

base::Status CheckName(const ValidateCommand& command, const std::string& path) {
  const auto refusal = [&command](const std::string& what) {
    return base::Error{base::ErrorCode::kUsage, "--fix " + command.fix + ": " + what};
  };
  const auto there = base::Stat(command.fix);
  // Whatever else is wrong with it shows when it is made.
  if (!there) return {};
  if (base::IsSameFile(command.fix, path)) return refusal("is the input: name another file");
  if (there->kind != base::FileFacts::Kind::kRegular) return refusal("is no regular file");
  if (command.overwrite) return {};
  return refusal("is there already: name another file, or say --overwrite");
}

base::Error WithNothingLeft(const ValidateCommand& command, const base::Error& error) {
  return {error.code, error.message + "; no part of " + command.fix + " was left"};
}

}  // namespace

base::Result<FixedFile> FixedFile::Create(const ValidateCommand& command, const std::string& path) {
  FixedFile fixed(command);
  if (command.fix.empty()) return fixed;
  RETURN_IF_ERROR(CheckName(command, path));
  auto copy = validate::RepairedCopy::Create(path, command.fix);
  if (!copy) return copy.error();
  fixed.copy_.emplace(*std::move(copy));
  return fixed;
}

base::Status FixedFile::Apply(const std::vector<validate::Edit>& edits) {
  if (!copy_) return {};
  const base::Status applied = copy_->Apply(edits);
  return applied ? applied : WithNothingLeft(command_, applied.error());
}

base::Status FixedFile::Publish(const validate::Input& input, report::ProblemTotals& totals) {
  if (!copy_) return {};
  const auto publish = [&]() -> base::Status {
    RETURN_IF_ERROR(copy_->Finish(input.survey));
    RETURN_IF_ERROR(CheckCopy(input, totals));
    return copy_->Publish(command_.overwrite ? base::Existing::kReplace : base::Existing::kKeep);
  };
  const base::Status published = publish();
  if (!published) return WithNothingLeft(command_, published.error());
  totals.copy = command_.fix;
  return {};
}

// What is left in the copy is told from the copy, and not from what the repairs were meant to do.
base::Status FixedFile::CheckCopy(const validate::Input& input, report::ProblemTotals& totals) {
  const base::SystemClock clock;
  Session session;
  session.options.input = command_.input;
  session.path = copy_->ReadablePath();
  RETURN_IF_ERROR(SurveyInput(session, clock));
  const validate::Input copy{.path = session.path,
                             .header = session.header,
                             .survey = session.survey,
                             .options = input.options,
                             .roles = input.roles,
                             .temporary_directory = input.temporary_directory};
  return validate::CheckFile(
      copy, [&totals](const validate::CheckedRecord& record) -> base::Status {
        for (const model::Problem& problem : record.problems) {
          const auto severity = model::FactsOf(problem.reason).severity;
          ++(severity == model::Severity::kError ? totals.errors_left : totals.warnings_left);
        }
        return {};
      });
}

}  // namespace rehome::cli

#include "cli/rejected_rows.h"

#include "base/text.h"
#include "pipeline/offline_pass.h"

namespace rehome::cli {

base::Result<std::int64_t> CountRejectedRows(const Session& session) {
  const auto options = ImportOptionsOf(session.options);
  if (!options) return options.error();
  std::int64_t rejected = 0;
  RETURN_IF_ERROR(pipeline::VisitPlans(
      InputOf(session), session.header, session.survey, session.part, options->plan,
      [&rejected](const pipeline::SourceRow&, const plan::Planned& planned) -> base::Status {
        if (!planned.rejections.empty()) ++rejected;
        return {};
      }));
  return rejected;
}

std::string ValidateCommandFor(const InputOptions& input) {
  std::string command = "rehome validate " + base::ShellWord(input.file);
  const auto add = [&command](const std::string& flag, const std::string& value) {
    if (!value.empty()) command += " " + flag + " " + base::ShellWord(value);
  };
  for (const std::string& map : input.maps) add("--map", map);
  for (const std::string& ignored : input.ignored) add("--ignore-column", ignored);
  if (input.as_plain_input) command += " --as-plain-input";
  if (input.org_by_name) command += " --org-by-name";
  if (input.first_role_only) command += " --first-role-only";
  add("--org-id", input.org_id);
  add("--org-external-id", input.org_external_id);
  add("--org-name", input.org_name);
  return command;
}

}  // namespace rehome::cli

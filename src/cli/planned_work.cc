#include "cli/planned_work.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "pipeline/offline_pass.h"

namespace rehome::cli {

namespace {

// Of larger files nobody waits for the count: it takes a second for each 100 MB or so.
constexpr std::int64_t kCountedBytes = 256'000'000;

}  // namespace

base::Result<PlannedWork> CountPlannedWork(const Session& session) {
  const auto options = ImportOptionsOf(session.options);
  if (!options) return options.error();
  PlannedWork work;
  std::int64_t without_user = 0;
  RETURN_IF_ERROR(pipeline::VisitPlans(
      InputOf(session), session.header, session.survey, session.part, options->plan,
      [&](const pipeline::SourceRow&, const plan::Planned& planned) -> base::Status {
        if (planned.rejections.empty()) {
          if (planned.plan.organization) ++work.memberships;
          return {};
        }
        ++work.rejected;
        // The survey does not count malformed rows among the users.
        const auto reason = planned.rejections.front().reason;
        if (reason != model::Reason::kLeadRowRejected) ++without_user;
        return {};
      }));
  work.users = std::max<std::int64_t>(
      0, session.survey.distinct_users - (without_user - session.survey.malformed_rows));
  return work;
}

void Foretell(Session& session) {
  if (!session.planned && session.survey.bytes <= kCountedBytes) {
    if (auto work = CountPlannedWork(session)) session.planned = *work;
  }
  session.forecast = MakeForecast(session.survey, session.options.pace,
                                  {.round_trip = session.round_trip, .work = session.planned});
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

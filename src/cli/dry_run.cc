#include "cli/dry_run.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "cli/planned_work.h"
#include "cli/role_check.h"
#include "cli/terminal.h"
#include "json/writer.h"
#include "model/reason.h"
#include "pipeline/offline_pass.h"
#include "pipeline/role_census.h"

namespace rehome::cli {
namespace {

struct Group {
  std::int64_t count = 0;
  std::vector<std::int64_t> rows;
};

/// What would become of the rows.
struct Tally {
  std::int64_t rows = 0;
  std::int64_t created = 0;
  std::int64_t unchanged = 0;
  std::int64_t failed = 0;
  std::int64_t rejected = 0;
  std::int64_t needing = 0;  ///< an organization that must exist: created if it does, else failed
  std::int64_t users = 0;
  std::int64_t memberships = 0;
  std::set<std::int64_t> repeated_users;  ///< first rows of those that are made
  std::set<base::Hash128> memberships_of_repeated_users;
  std::map<model::Reason, Group> errors;
  std::map<model::Reason, Group> warnings;
  pipeline::RoleCensus roles;
};

constexpr std::size_t kSamples = 5;

void Add(std::map<model::Reason, Group>& groups, model::Reason reason, std::int64_t row) {
  Group& group = groups[reason];
  ++group.count;
  if (group.rows.size() < kSamples) group.rows.push_back(row);
}

bool MustExist(const model::Organization& organization) {
  switch (organization.ref.kind) {
    case model::OrganizationRef::Kind::kId:
      return true;
    case model::OrganizationRef::Kind::kExternalId:
      return organization.name.empty();
    case model::OrganizationRef::Kind::kName:
      return false;
  }
  return false;
}

// The keys of organizations that no import can make: named by the target's id, or without a name.
std::set<std::string> MustExist(const survey::Survey& survey) {
  std::set<std::string> keys;
  for (const model::Organization& organization : survey.organizations) {
    if (MustExist(organization)) keys.insert(model::KeyOf(organization.ref));
  }
  return keys;
}

// The first row of the user that gets this far makes the user. It need not be the user's first row:
// that one may lie outside the part, or fail for its organization.
bool MakesUser(Tally& tally, const model::Plan& plan) {
  return !plan.repeated_user || tally.repeated_users.insert(plan.lead_row).second;
}

// The same user and organization in several rows is one membership.
bool MakesMembership(Tally& tally, const model::Plan& plan) {
  if (!plan.organization || !plan.repeated_user) return plan.organization.has_value();
  const std::string pair = std::to_string(plan.lead_row) + " " + model::KeyOf(*plan.organization);
  return tally.memberships_of_repeated_users.insert(base::HashBytes(pair)).second;
}

void Count(Tally& tally, const plan::Planned& planned, const std::set<std::string>& must_exist) {
  ++tally.rows;
  tally.roles.Add(planned);
  const std::int64_t row = planned.plan.position.row;
  for (const model::Warning& warning : planned.plan.warnings) {
    Add(tally.warnings, warning.reason, row);
  }
  if (!planned.rejections.empty()) {
    const bool derived = planned.rejections.front().reason == model::Reason::kLeadRowRejected;
    ++(derived ? tally.failed : tally.rejected);
    Add(tally.errors, planned.rejections.front().reason, row);
    return;
  }
  const auto& organization = planned.plan.organization;
  if (organization && must_exist.contains(model::KeyOf(*organization))) {
    ++tally.needing;
    return;
  }
  if (MakesUser(tally, planned.plan)) ++tally.users;
  const bool membership = MakesMembership(tally, planned.plan);
  if (membership) ++tally.memberships;
  // As an import tells it: a user is reported by its first row, here or not.
  const bool created = planned.plan.lead_row == row || membership;
  ++(created ? tally.created : tally.unchanged);
}

// What only the survey sees: names of one organization that differ from row to row.
void CountRemarks(Tally& tally, const survey::Survey& survey) {
  for (const survey::SurveyWarning& warning : survey.warnings) {
    Add(tally.warnings, warning.reason, warning.row);
  }
  const auto kept = static_cast<std::int64_t>(survey.warnings.size());
  if (kept > 0) tally.warnings[survey.warnings.back().reason].count += survey.warning_count - kept;
}

std::string RowsText(const Group& group) {
  std::vector<std::string> rows;
  for (const std::int64_t row : group.rows) rows.push_back(base::WithThousands(row));
  const bool more = group.count > static_cast<std::int64_t>(group.rows.size());
  return "rows " + base::Join(rows, ", ") + (more ? " …" : "");
}

std::string GroupsText(const std::map<model::Reason, Group>& groups) {
  std::string text;
  for (const auto& [reason, group] : groups) {
    const model::ReasonFacts& facts = model::FactsOf(reason);
    text += "  " + base::WithThousands(group.count) + "  " + std::string(facts.code) + "  " +
            std::string(facts.cause) + "  " + RowsText(group) +
            "\n      fix: " + std::string(facts.fix) + "\n";
  }
  return text;
}

// What an import does about organizations that it cannot make; nothing when there are none.
std::string MustExistText(const Tally& tally, const std::set<std::string>& must_exist) {
  if (must_exist.empty()) return {};
  const auto count = static_cast<std::int64_t>(must_exist.size());
  return base::Count(tally.needing, "row needs", "rows need") +
         " an organization that must exist on the target: " +
         base::Count(count, "organization has", "organizations have") +
         " an org_id, or no org_name to make one with (first: " +
         base::EscapeForTerminal(*must_exist.begin()) +
         ")\n  an import looks each up: if it is there its rows are imported, if not they fail and "
         "their users are not made;\n  once more than 10 % of the organizations tried fail, it "
         "stops before its first user\n";
}

std::string Text(const Tally& tally, const Session& session,
                 const std::set<std::string>& must_exist) {
  const auto organizations =
      static_cast<std::int64_t>(session.survey.organizations.size() - must_exist.size());
  std::string text = "dry run, offline: no request was made and nothing was written\n";
  text += "on an empty target this import would make " +
          base::Count(organizations, "organization", "organizations") + ", " +
          base::Count(tally.users, "user", "users") + " and " +
          base::Count(tally.memberships, "membership", "memberships") + "\n";
  text += base::Count(tally.rows, "row", "rows") + ": " + base::WithThousands(tally.created) +
          " created, " + base::WithThousands(tally.unchanged) + " unchanged, " +
          base::WithThousands(tally.rejected) + " rejected, " + base::WithThousands(tally.failed) +
          " failed";
  if (tally.needing > 0) {
    text += ", " + base::WithThousands(tally.needing) + " depending on what exists";
  }
  text += "\n";
  if (!tally.errors.empty()) text += "rejected:\n" + GroupsText(tally.errors);
  if (!tally.warnings.empty()) text += "remarks:\n" + GroupsText(tally.warnings);
  text += MustExistText(tally, must_exist);
  if (const std::string roles = RolesUsedText(tally.roles); !roles.empty()) {
    text += "roles: " + roles + "; whether the target has them only an import can ask\n";
  }
  const Forecast& forecast = session.forecast;
  text += RequestsText(forecast) + "; " + PaceText(forecast) + "\n";
  text += "with the whole documented quota " + TimeText(forecast.with_no_reserve) + "\n";
  return text + "at the quota this takes about " +
         base::FormatDuration(forecast.with_settings.likely) + "\n";
}

std::string Json(const Tally& tally, const Session& session,
                 const std::set<std::string>& must_exist) {
  const auto named = static_cast<std::int64_t>(session.survey.organizations.size());
  const auto existing = static_cast<std::int64_t>(must_exist.size());
  json::Writer writer;
  writer.BeginObject()
      .Field("version", 1)
      .Field("dry_run", "offline")
      .Field("rows", tally.rows)
      .Field("created", tally.created)
      .Field("unchanged", tally.unchanged)
      .Field("rejected", tally.rejected)
      .Field("failed", tally.failed)
      .Field("users", tally.users)
      .Field("memberships", tally.memberships)
      .Field("organizations", named - existing)
      .Field("needs_organization", tally.needing)
      .Field("organizations_that_must_exist", existing);
  writer.Key("errors").BeginArray();
  for (const auto& [reason, group] : tally.errors) {
    writer.BeginObject()
        .Field("code", model::CodeOf(reason))
        .Field("count", group.count)
        .EndObject();
  }
  writer.EndArray().Key("roles").BeginArray();
  for (const auto& [slug, use] : tally.roles.roles()) {
    writer.BeginObject()
        .Field("slug", slug)
        .Field("rows", use.rows)
        .Field("first_line", use.first_line)
        .EndObject();
  }
  writer.EndArray().Key("forecast").Raw(EncodeForecast(session.forecast)).EndObject();
  return writer.Take() + "\n";
}

}  // namespace

ExitCode RunOfflineDryRun(Session& session, const base::Clock& clock) {
  if (const auto surveyed = SurveyInput(session, clock); !surveyed) {
    PrintError(surveyed.error());
    return ExitCodeOf(surveyed.error().code);
  }
  ShowWarnings(session);
  Foretell(session);
  const auto options = ImportOptionsOf(session.options);
  const std::set<std::string> must_exist = MustExist(session.survey);
  Tally tally;
  CountRemarks(tally, session.survey);
  const base::Status visited = pipeline::VisitPlans(
      InputOf(session), session.header, session.survey, session.part, options->plan,
      [&](const pipeline::SourceRow&, const plan::Planned& planned) -> base::Status {
        Count(tally, planned, must_exist);
        return {};
      });
  if (!visited) {
    PrintError(visited.error());
    return ExitCodeOf(visited.error().code);
  }
  const bool json = session.common.output.json;
  const std::string text = Text(tally, session, must_exist);
  if (json) PrintText(text);
  if (!PrintResult(json ? Json(tally, session, must_exist) : text)) {
    PrintError({base::ErrorCode::kIo, "the plan could not be written to stdout"});
    return ExitCode::kFatal;
  }
  return tally.rejected + tally.failed > 0 ? ExitCode::kRowsFailed : ExitCode::kDone;
}

}  // namespace rehome::cli

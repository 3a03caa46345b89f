#include "cli/role_check.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "cli/run_options.h"
#include "cli/target_loop.h"
#include "cli/terminal.h"
#include "journal/sqlite_journal.h"
#include "model/column.h"
#include "pipeline/role_question.h"
#include "pipeline/settled_rows.h"

namespace rehome::cli {
namespace {

// What a person looks through; the others come to light when these are mended.
constexpr std::size_t kRolesShown = 10;
constexpr std::size_t kRolesThereShown = 20;

using Use = pipeline::RowUse;

std::string RowsOf(const Use& use) {
  return base::Count(use.rows, "row", "rows") +
         (use.rows == 1 ? ", on line " : ", first on line ") + base::WithThousands(use.first_line);
}

// The first names of a list that has some, and how many there are besides.
std::string Names(std::span<const std::string> names, std::size_t most) {
  std::string text = base::Join(names.first(std::min(most, names.size())), ", ");
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

Use OfOrganizations(const pipeline::RoleCensus& census) {
  Use all;
  for (const auto& [slug, use] : census.roles()) {
    if (!pipeline::IsOrganizationRole(slug)) continue;
    if (all.rows == 0 || use.first_line < all.first_line) all.first_line = use.first_line;
    all.rows += use.rows;
  }
  return all;
}

void Remark(const Session& session, const std::string& remark) {
  if (!session.common.output.quiet) PrintWarning(remark);
}

// What no list of the environment tells: only the answer to a membership does.
void RemarkOnTheRest(const Session& session, const pipeline::RoleCensus& census) {
  const Use several = census.several();
  if (several.rows > 0) {
    Remark(session, "several roles for one membership (" + RowsOf(several) +
                        "): whether the environment allows that is known at the first of them; if "
                        "not, such rows fail, unless --first-role-only");
  }
  const Use own = OfOrganizations(census);
  if (own.rows > 0) {
    Remark(session, "roles that belong to one organization (" + RowsOf(own) +
                        "): whether each is there is known at its first membership");
  }
  if (census.rows_beyond() > 0) {
    Remark(session, "more than " + base::WithThousands(pipeline::RoleCensus::kMostRoles) +
                        " different roles: those of " +
                        base::Count(census.rows_beyond(), "row", "rows") + " were not compared");
  }
}

std::optional<std::string> Suggestion(std::string_view slug, std::span<const std::string> there) {
  const std::vector<std::string_view> candidates(there.begin(), there.end());
  std::string meant = base::Suggest(slug, candidates);
  if (meant.empty()) return std::nullopt;
  return meant;
}

// A new connection costs round trips of its own: one for TCP, and one more for TLS, which is about
// as much as the request. One that was asked again tells nothing.
void NoteRoundTrip(Session& session, base::Duration lasted) {
  constexpr base::Duration kLongest = std::chrono::seconds(2);
  const bool tls = session.target.endpoint.starts_with("https");
  if (session.rehearsal || lasted > kLongest) return;
  session.round_trip = {.time = tls ? lasted / 3 : lasted, .origin = RoundTrip::Origin::kMeasured};
}

base::Result<pipeline::SettledRows> SettledRowsOf(const journal::RunDirectory* run) {
  if (run == nullptr) return pipeline::SettledRows();
  auto journal = journal::OpenJournalReader(run->journal_path(), journal::kRunPatience);
  if (!journal) return journal.error();
  return pipeline::ReadSettledRows(**journal);
}

}  // namespace

std::string UnknownRolesText(const pipeline::RoleCensus& census, std::span<const std::string> there,
                             const std::string& file, const std::string& continued) {
  std::vector<std::string> lines;
  for (const auto& [slug, use] : census.roles()) {
    const bool known = std::find(there.begin(), there.end(), slug) != there.end();
    if (known || pipeline::IsOrganizationRole(slug)) continue;
    std::string line = "  \"" + slug + "\": " + RowsOf(use);
    if (const auto meant = Suggestion(slug, there)) line += "; did you mean \"" + *meant + "\"?";
    lines.push_back(std::move(line));
  }
  if (lines.empty()) return {};
  const auto count = static_cast<std::int64_t>(lines.size());
  const bool is_new = continued.empty();
  std::string text = file + ": " + base::Count(count, "role", "roles") + " of the " +
                     (is_new ? "file " : "rows that are left ") + (count == 1 ? "is" : "are") +
                     " not in the environment";
  text += is_new ? ", and nothing was written\n"
                 : "; run " + continued + " stays as it is, and nothing more was written\n";
  if (lines.size() > kRolesShown) {
    lines.resize(kRolesShown);
    lines.push_back("  and " + std::to_string(count - static_cast<std::int64_t>(kRolesShown)) +
                    " more");
  }
  text += base::Join(lines, "\n");
  text += "\nthe environment has " + Names(there, kRolesThereShown) +
          "; create what is missing there" +
          (is_new ? ", or correct role_slugs"
                  : " and go on, or correct role_slugs in a copy of the file and import that");
  return text;
}

std::string RolesUsedText(const pipeline::RoleCensus& census) {
  if (census.roles().empty()) return {};
  std::vector<std::string> uses;
  for (const auto& [slug, use] : census.roles()) {
    uses.push_back(slug + " (" + base::Count(use.rows, "row", "rows") + ")");
  }
  return Names(uses, kRolesThereShown);
}

base::Status CheckRoles(Session& session, const base::Clock& clock,
                        const journal::RunDirectory* continued) {
  if (!session.header.Has(model::Column::kRoleSlugs)) return {};
  const auto options = ImportOptionsOf(session.options);
  if (!options) return options.error();
  const auto settled = SettledRowsOf(continued);
  // The run reads it once more, and tells what to do about it.
  if (!settled) return {};
  const auto census = pipeline::TakeRoleCensus(InputOf(session), session.header, session.survey,
                                               session.part, options->plan, *settled);
  if (!census) return census.error();
  if (census->roles().empty()) return {};
  auto loop = MakeLoop(session.target, clock);
  if (!loop) return loop.error();
  const std::uint64_t seed = base::EntropySeed();
  pipeline::RoleQuestion question(**loop, clock, seed, "roles-" + base::Random(seed).Uuid());
  const base::Instant asked = clock.Now();
  (*loop)->Run(question);
  if (question.slugs()) NoteRoundTrip(session, clock.Now() - asked);
  if (!question.slugs()) {
    Remark(session, "the roles of the file could not be compared with those of the environment (" +
                        question.trouble() + "): rows with a role that is not there will fail");
  } else if (std::string unknown =
                 UnknownRolesText(*census, *question.slugs(), session.options.input.file,
                                  continued == nullptr ? "" : continued->run_id());
             !unknown.empty()) {
    return base::Error{base::ErrorCode::kInput, std::move(unknown)};
  }
  RemarkOnTheRest(session, *census);
  return {};
}

}  // namespace rehome::cli

#include "cli/earlier_users.h"

#include <algorithm>

#include "base/digest.h"
#include "base/result.h"
#include "base/text.h"
#include "cli/run_view.h"
#include "journal/sqlite_journal.h"

namespace rehome::cli {
namespace {

std::uint64_t ShortHash(std::string_view id) { return base::HashBytes(id).low; }

using Warn = std::function<void(const std::string& line)>;

// What a run sent without an answer has no id in its journal, and would be taken for strangers'.
base::Status WarnOfDoubt(journal::JournalReader& journal, const journal::RunFacts& facts,
                         const Warn& warn) {
  const auto in_doubt = journal.CountUsersInDoubt();
  if (!in_doubt) return in_doubt.error();
  if (*in_doubt == 0) return {};
  warn("warning: run " + facts.run_id + " of this target did not end and left " +
       base::Count(*in_doubt, "user", "users") + " in doubt; `rehome resume " +
       journal::ArgumentOf(facts) + "` first settles that");
  return {};
}

base::Status AddUsersOf(const RunView& view, const Warn& warn, std::vector<std::uint64_t>& hashes) {
  // Its journal has one owner, and a look at it would keep a run from opening it.
  if (view.live) return base::Error{base::ErrorCode::kLocked, "the run is going on"};
  auto journal = journal::OpenJournalReader(view.directory.journal_path());
  if (!journal) return journal.error();
  RETURN_IF_ERROR(WarnOfDoubt(**journal, view.facts, warn));
  return (*journal)->VisitCreatedUsers(
      [&](std::string_view id) { hashes.push_back(ShortHash(id)); });
}

}  // namespace

EarlierUsers EarlierUsers::Read(const journal::RunStore& store, const journal::RunFacts& current,
                                const std::function<void(const std::string& line)>& warn) {
  EarlierUsers users;
  for (const journal::RunDirectory& run : store.All()) {
    const auto view = ViewRun(run);
    if (!view || view->facts.run_id == current.run_id) continue;
    if (journal::WasRefused(view->facts)) continue;
    if (view->facts.endpoint != current.endpoint) continue;
    if (view->facts.target_name != current.target_name) continue;
    if (const auto added = AddUsersOf(*view, warn, users.hashes_); !added) {
      warn("warning: the users that run " + view->facts.run_id +
           " created are not known: " + base::EscapeForTerminal(added.error().message, 400));
    }
  }
  std::sort(users.hashes_.begin(), users.hashes_.end());
  return users;
}

bool EarlierUsers::Contains(std::string_view user_id) const {
  return std::binary_search(hashes_.begin(), hashes_.end(), ShortHash(user_id));
}

EarlierUsers EarlierUsersOf(const Session& session, const journal::RunFacts& facts,
                            ProgressView& view) {
  const RunOptions& options = session.options;
  const bool takes_over = options.on_existing == "adopt" || options.on_existing == "update";
  if (!takes_over || options.adopt_unverified) return {};
  return EarlierUsers::Read(RunStoreOf(session.common), facts,
                            [&view](const std::string& line) { view.Say(line); });
}

}  // namespace rehome::cli

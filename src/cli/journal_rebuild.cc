#include "cli/journal_rebuild.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "cli/terminal.h"
#include "journal/sqlite_journal.h"
#include "pipeline/offline_pass.h"

namespace rehome::cli {
namespace {

// Reads all that a resume and a report read: damage may lie anywhere.
base::Status ReadThrough(journal::JournalReader& journal) {
  RETURN_IF_ERROR(journal.VisitEffects([](const model::Effect&) {}));
  RETURN_IF_ERROR(journal.VisitOutcomes([](const model::Outcome&) {}));
  RETURN_IF_ERROR(journal.VisitEvents([](const journal::Event&) {}));
  const auto chunks = journal.Chunks();
  return chunks ? base::Status() : base::Status(chunks.error());
}

// An error unless the journal is missing or damaged.
base::Status CheckIsLost(const journal::RunDirectory& run) {
  // Whole: of indexes nothing is read below, and a run that met the damage there sent its user
  // here.
  auto journal = journal::OpenJournalReader(run.journal_path(), journal::kRunPatience,
                                            journal::PageCheck::kWhole);
  const base::Status read = journal ? ReadThrough(**journal) : base::Status(journal.error());
  if (read) {
    return base::Error{base::ErrorCode::kUsage,
                       "the journal of run " + run.run_id() +
                           " can be read whole, and nothing knows more of the run: resume it "
                           "without --rebuild"};
  }
  const bool lost = read.error().code == base::ErrorCode::kNotFound ||
                    read.error().code == base::ErrorCode::kFormat;
  return lost ? base::Status() : read;
}

// A name by which what was damaged is found again.
std::string AsideName(const base::Clock& clock) {
  std::string time = base::FormatIso8601(clock.WallNow());
  std::erase_if(time, [](char byte) { return byte == ':' || byte == '-' || byte == '.'; });
  return "journal.db.damaged-" + time;
}

base::Status MoveAside(const journal::RunDirectory& run, const base::Clock& clock) {
  const std::string aside = AsideName(clock);
  for (const std::string& suffix : {std::string(), std::string("-wal")}) {
    const std::string path = run.journal_path() + suffix;
    if (!base::Stat(path)) continue;
    RETURN_IF_ERROR(base::RenameFile(path, run.File(aside + suffix)));
    PrintLine("the damaged " + base::EscapeForTerminal(path, 4096) + " is kept as " + aside +
              suffix);
  }
  return {};
}

}  // namespace

base::Status RebuildJournal(const Session& session, const journal::RunDirectory& run,
                            journal::RunFacts& facts, const base::Clock& clock) {
  RETURN_IF_ERROR(CheckIsLost(run));
  // First of all: a new journal of which nobody knew would be taken for one that knows all.
  // From here on the run goes on, also one that had come to its end.
  facts.rebuilt_at = base::FormatIso8601(clock.WallNow());
  facts.state = "running";
  facts.exit_code.reset();
  facts.finished_at.clear();
  RETURN_IF_ERROR(run.WriteFacts(facts));
  RETURN_IF_ERROR(MoveAside(run, clock));
  std::vector<journal::Chunk> chunks;
  for (std::size_t i = 0; i < session.survey.chunks.size(); ++i) {
    chunks.push_back(pipeline::ChunkOf(session.survey, i));
  }
  RETURN_IF_ERROR(journal::CreateSqliteJournal(run.journal_path(), chunks));
  PrintLine("the journal of run " + facts.run_id +
            " is made anew: every organization, user and membership is looked up before it is "
            "created");
  return {};
}

}  // namespace rehome::cli

#include "cli/refused_import.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/run_execution.h"
#include "cli/run_options.h"
#include "cli/terminal.h"
#include "csv/dialect.h"
#include "journal/run_lock.h"

namespace rehome::cli {
namespace {

// What can be known of the file without reading it.
base::Result<base::FileFacts> LookAtFile(const Session& session) {
  auto columns = ColumnOptionsOf(session.options.input);
  if (!columns) return columns.error();
  const auto header = csv::ReadHeader(session.path, *columns);
  if (!header) return header.error();
  return base::Stat(session.path);
}

bool HolderImportsIt(const Session& session) {
  const auto lock =
      journal::InspectRunLock(journal::LockPath(session.target.endpoint, session.target.name));
  return lock && lock->held && lock->holder && lock->holder->file == session.path;
}

bool IsSameImport(const journal::RunFacts& a, const journal::RunFacts& b) {
  return a.file == b.file && a.file_bytes == b.file_bytes &&
         a.file_modified_ns == b.file_modified_ns && a.endpoint == b.endpoint &&
         a.target_name == b.target_name && a.first_row == b.first_row && a.last_row == b.last_row &&
         HaveSameEffects(a.options, b.options);
}

std::vector<journal::RunDirectory> KeptLike(const journal::RunStore& store,
                                            const journal::RunFacts& wanted) {
  std::vector<journal::RunDirectory> kept;
  for (const journal::RunDirectory& run : store.All()) {
    const auto facts = run.ReadFacts();
    if (facts && journal::WasRefused(*facts) && IsSameImport(*facts, wanted)) kept.push_back(run);
  }
  return kept;
}

base::Result<journal::RunDirectory> Keep(const journal::RunStore& store, journal::RunFacts facts,
                                         const base::Clock& clock) {
  // With another pace it is another promise. That run is left as it is: without the target's lock
  // nobody knows whether somebody begins it right now.
  for (const journal::RunDirectory& run : KeptLike(store, facts)) {
    const auto earlier = run.ReadFacts();
    if (earlier && earlier->options == facts.options) return run;
  }
  auto run = store.Create(clock.WallNow(), base::EntropySeed());
  if (!run) return run.error();
  facts.run_id = run->run_id();
  facts.argument = run->argument();
  if (const auto written = run->WriteFacts(facts); !written) {
    ForgetKept(*run);
    return written.error();
  }
  return run;
}

std::string WrittenAt(std::int64_t modified_ns) {
  const auto since_1970 = std::chrono::nanoseconds(modified_ns);
  return base::FormatIso8601(
      base::WallTime(std::chrono::duration_cast<base::WallTime::duration>(since_1970)));
}

std::string HowItDiffers(const base::FileFacts& file, const journal::RunFacts& facts) {
  const std::string since = " run " + facts.run_id + " was refused";
  if (file.size != facts.file_bytes) {
    return "has changed since" + since + " (it had " +
           base::Count(facts.file_bytes, "byte", "bytes") + ", now " +
           base::WithThousands(file.size) + ")";
  }
  return "has the size that it had when" + since + " but another time of its last write (" +
         WrittenAt(facts.file_modified_ns) + ", now " + WrittenAt(file.modified_ns) +
         "): it may be a copy (`cp -p` keeps the time) or have other content";
}

std::string NotKept(const base::Error& error) {
  return "no run was kept for later: " + base::EscapeForTerminal(error.message, 2000);
}

}  // namespace

void KeepRefused(const Session& session, bool new_run, const base::Clock& clock) {
  if (HolderImportsIt(session)) {
    PrintLine("no run was kept for later: the holder imports this very file");
    return;
  }
  const auto file = LookAtFile(session);
  if (!file) {
    PrintLine(NotKept(file.error()));
    return;
  }
  journal::RunFacts facts = FactsOf(session, clock);
  facts.file_bytes = file->size;
  facts.file_modified_ns = file->modified_ns;
  facts.state = journal::kRefusedState;
  if (new_run) facts.options[std::string(kNewRunOption)] = "yes";
  const auto kept = Keep(RunStoreOf(session.common), facts, clock);
  if (!kept) {
    PrintLine(NotKept(kept.error()));
    return;
  }
  PrintLine("kept as run " + kept->run_id() + ": when the target is free, `rehome resume " +
            kept->argument() + "` starts it, and so does the same import");
}

std::optional<journal::RunDirectory> TakeKept(const Session& session) {
  journal::RunFacts wanted;
  wanted.file = session.path;
  const auto file = base::Stat(session.path);
  if (!file) return std::nullopt;
  wanted.file_bytes = file->size;
  wanted.file_modified_ns = file->modified_ns;
  wanted.endpoint = session.target.endpoint;
  wanted.target_name = session.target.name;
  wanted.first_row = session.asked_part.first_row;
  wanted.last_row = session.asked_part.last_row;
  wanted.options = EncodeRunOptions(session.options);
  auto kept = KeptLike(RunStoreOf(session.common), wanted);
  if (kept.empty()) return std::nullopt;
  journal::RunDirectory taken = std::move(kept.back());
  kept.pop_back();
  for (const journal::RunDirectory& other : kept) ForgetKept(other);
  return taken;
}

void ForgetKept(const journal::RunDirectory& run) {
  std::error_code ignored;
  std::filesystem::remove(run.File("run.json"), ignored);
  std::filesystem::remove(run.path(), ignored);
}

base::Error NotBegun(const journal::RunFacts& facts) {
  return {base::ErrorCode::kUsage,
          "run " + facts.run_id + " has not begun: it was refused since its target was locked; " +
              "`rehome resume " + journal::ArgumentOf(facts) + "` starts it"};
}

base::Status CheckAsWhenRefused(const Session& session, const journal::RunFacts& facts) {
  const auto file = base::Stat(session.path);
  if (!file) return file.error();
  if (file->size == facts.file_bytes && file->modified_ns == facts.file_modified_ns) return {};
  return base::Error{base::ErrorCode::kInput,
                     session.path + ": " + HowItDiffers(*file, facts) +
                         ", and consent was for what it was; start a new import of it"};
}

}  // namespace rehome::cli

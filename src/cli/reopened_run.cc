#include "cli/reopened_run.h"

#include <unistd.h>

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/automation.h"
#include "cli/terminal.h"
#include "journal/process_stat.h"
#include "journal/sqlite_journal.h"
#include "report/source_rows.h"

namespace rehome::cli {
namespace {

std::string SizeAndHash(std::int64_t bytes, const std::string& hash) {
  return base::Count(bytes, "byte", "bytes") + " and the hash " + hash;
}

// Size and hash of the file itself, without corrections.
base::Result<std::pair<std::int64_t, base::Hash128>> BytesOf(const Session& session) {
  if (session.corrections.empty()) return std::pair(session.survey.bytes, session.survey.hash);
  const auto facts = base::Stat(session.path);
  if (!facts) return facts.error();
  const auto hash = survey::HashFile(session.path);
  if (!hash) return hash.error();
  return std::pair(facts->size, *hash);
}

base::Error OtherTarget(const Target& target, const journal::RunFacts& facts) {
  std::string message = "run " + facts.run_id + " belongs to target " + facts.target_name + " at " +
                        facts.endpoint + ", not to " + target.name + " at " + target.endpoint;
  if (target.endpoint != facts.endpoint) {
    message += "; to import into the other one, run the import again with --endpoint " +
               base::ShellWord(target.endpoint);
  } else if (!target.named) {
    message +=
        "; for another environment run the import again; if this is another key of the same "
        "environment, say so with --target " +
        base::ShellWord(facts.target_name);
  }
  return {base::ErrorCode::kUsage, std::move(message)};
}

base::Error AboutFile(base::Error error, const Session& session) {
  const auto there = base::Stat(session.path);
  if (!there && there.error().code == base::ErrorCode::kNotFound) {
    error.message += "; if it moved, give its new place with --file";
  }
  return error;
}

// The run's own pace, but for the flags that were typed now.
PaceOptions MergePace(PaceOptions pace, const ReopenOptions& options) {
  const PaceOptions& typed = options.pace;
  for (const std::string& flag : options.pace_given) {
    if (flag == "--concurrency") pace.concurrency = typed.concurrency;
    if (flag == "--workers") pace.workers = typed.workers;
    if (flag == "--rate") pace.rate = typed.rate;
    if (flag == "--reserve") pace.reserve = typed.reserve;
    if (flag == "--min-delay") pace.min_delay_ms = typed.min_delay_ms;
    if (flag == "--warm-concurrency") pace.warm_concurrency = typed.warm_concurrency;
    if (flag == "--max-failures") pace.max_failures = typed.max_failures;
  }
  return pace;
}

// The name of the target is that of the run, so that only a person knows whether this key opens it:
// one that is still set from the last environment would go on there.
base::Error OtherKey(const Target& target, const journal::RunFacts& facts) {
  return {base::ErrorCode::kUsage,
          "run " + facts.run_id + " began with another key (fingerprint " + facts.key_fingerprint +
              ", now " + target.fingerprint +
              "), and nothing says that this one opens the same environment; if it does, say so "
              "with --target " +
              base::ShellWord(facts.target_name)};
}

}  // namespace

base::Result<Session> ReopenRun(const ReopenOptions& options, const CommonOptions& common,
                                const journal::RunFacts& facts, KeyNeed need) {
  Session session;
  session.common = common;
  session.options = DecodeRunOptions(facts.options);
  session.options.pace = MergePace(session.options.pace, options);
  if (!options.coordinator.empty()) session.options.coordinator = options.coordinator;
  if (const auto usable = ImportOptionsOf(session.options); !usable) return usable.error();
  session.path = options.file.empty() ? facts.file : InputPathOf(options.file);
  session.options.input.file = session.path;
  RETURN_IF_ERROR(TakeAutomation(session, options.automation));
  TargetOptions wanted = options.target;
  if (wanted.endpoint.empty()) wanted.endpoint = facts.endpoint;
  if (wanted.target.empty() && !facts.target_name.starts_with("key-")) {
    wanted.target = facts.target_name;
  }
  if (wanted.ca_file.empty()) wanted.ca_file = session.options.ca_file;
  auto target = ResolveTarget(wanted, need);
  if (!target) return target.error();
  session.target = std::move(*target);
  if (need == KeyNeed::kOptional && session.target.api_key.empty()) {
    RETURN_IF_ERROR(CheckClockRate(common.clock_rate, session.target.endpoint));
    return session;
  }
  if (session.target.endpoint != facts.endpoint || session.target.name != facts.target_name) {
    return OtherTarget(session.target, facts);
  }
  RETURN_IF_ERROR(CheckClockRate(common.clock_rate, session.target.endpoint));
  const bool other_key = session.target.fingerprint != facts.key_fingerprint;
  if (other_key && options.target.target.empty()) {
    return OtherKey(session.target, facts);
  }
  if (other_key) {
    PrintLine("warning: run " + facts.run_id + " began with another key (fingerprint " +
              facts.key_fingerprint + ", now " + session.target.fingerprint +
              "): make sure that it opens the same environment");
  }
  return session;
}

base::Status EnterTarget(Session& session, const ReopenOptions& options, const std::string& run_id,
                         EventLog& events, const base::Clock& clock) {
  auto deadline = ParseDeadline(options.pace.deadline, clock);
  if (!deadline) return deadline.error();
  session.deadline = *deadline;
  return TakeLock(session,
                  {.wait = options.wait, .only_runner = options.only_runner, .run_id = run_id},
                  events, clock);
}

base::Status CheckIsOurs(const journal::RunDirectory& run) {
  const auto uid = journal::OwnerOf(run.path());
  if (!uid) return uid.error();
  if (*uid == geteuid()) return {};
  const std::string owner = journal::UserNameOf(*uid);
  return base::Error{base::ErrorCode::kUsage,
                     "run " + run.run_id() + " belongs to the user " + owner +
                         ": what another user writes there he could not write to any more; go on "
                         "with it as " +
                         owner};
}

base::Status CheckSameFile(const Session& session, const journal::RunFacts& facts) {
  const auto bytes = BytesOf(session);
  if (!bytes) return bytes.error();
  const std::string hash = base::ToHex(bytes->second);
  if (hash != facts.file_hash) {
    return base::Error{base::ErrorCode::kInput,
                       session.path + ": its content changed since run " + facts.run_id +
                           " began: it had " + SizeAndHash(facts.file_bytes, facts.file_hash) +
                           ", now it has " + SizeAndHash(bytes->first, hash) +
                           "; bring the original back (--file PATH if it moved), or import this "
                           "one as a run of its own with `rehome import`"};
  }
  return {};
}

base::Status TakeCorrections(Session& session, const journal::RunDirectory& run,
                             const journal::RunFacts& facts) {
  if (facts.corrected_rows == 0) return {};
  auto journal = journal::OpenJournalReader(run.journal_path(), journal::kRunPatience);
  if (!journal) return journal.error();
  auto splices = report::ReadSplices(facts, **journal);
  if (!splices) return splices.error();
  session.corrections = *std::move(splices);
  return {};
}

base::Status SurveySameFile(Session& session, const ReopenOptions& options,
                            const journal::RunDirectory& run, const journal::RunFacts& facts,
                            const base::Clock& clock) {
  if (options.file.empty()) session.path = session.options.input.file = facts.file;
  RETURN_IF_ERROR(TakeCorrections(session, run, facts));
  if (const auto surveyed = SurveyInput(session, clock); !surveyed) {
    return AboutFile(surveyed.error(), session);
  }
  return CheckSameFile(session, facts);
}

}  // namespace rehome::cli

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace rehome::journal {

/// `run.json`: what a run is about. Written once at the start, again when the run ends; before that
/// for an import that was refused since its target was locked. No secrets.
struct RunFacts {
  std::string run_id;  ///< e.g. 20261123-093000-ab12
  std::string rehome_version;
  std::string created_at;   ///< ISO 8601
  std::string target_name;  ///< --target, or the key's fingerprint
  std::string endpoint;
  std::string key_fingerprint;  ///< first 12 hexadecimal digits of SHA-256; empty offline
  std::string key_origin;       ///< e.g. "WORKOS_SECRET_KEY"
  std::string file;             ///< absolute path of the input
  std::int64_t file_bytes = 0;
  std::int64_t file_modified_ns = 0;  ///< when it was last written, since 1970
  std::string file_hash;              ///< XXH3-128, hexadecimal
  std::int64_t rows = 0;              ///< data records in the file
  std::int64_t first_row = 1;         ///< the part this run imports
  std::int64_t last_row = 0;
  std::map<std::string, std::string> options;  ///< those that change effects, as text
  std::string command;                         ///< as typed, no secrets
  std::string state;  ///< refused, running, finished, partial, stopped, failed, interrupted
  std::optional<int> exit_code;
  std::string finished_at;
  std::string rebuilt_at;           ///< when a lost journal was last made anew; empty: never
  std::int64_t retries = 0;         ///< how often `retry` opened rows of it again
  std::int64_t retried_rows = 0;    ///< rows that the last retry was to bring right
  std::int64_t left_rejected = 0;   ///< rejected rows that it left as they were
  std::int64_t corrected_rows = 0;  ///< corrected by --edited, over all retries
  /// Of a rehearsal, whose target was a sandbox in its own process: the import that it rehearsed,
  /// as it would be typed. Of a run empty.
  std::string rehearsal_of{};
  /// What a command is given to mean the run; where it was read or made by a RunDirectory. Not in
  /// the file.
  std::string argument{};
};

/// `facts.argument`, or the id.
const std::string& ArgumentOf(const RunFacts& facts);

/// The exit code of a run that imported all that it was to, and whose verification found something
/// or could not be completed: its state is `failed`.
inline constexpr int kVerificationFailed = 5;

/// The state of an import that found its target locked and waits for `resume`: it has a run.json,
/// with neither hash nor rows, and nothing else.
inline constexpr std::string_view kRefusedState = "refused";
inline bool WasRefused(const RunFacts& facts) { return facts.state == kRefusedState; }

/// Whether nothing of it is on any target, and nobody can go on with it.
inline bool IsRehearsal(const RunFacts& facts) { return !facts.rehearsal_of.empty(); }

/// Whether every row that the run was to import has come to its end: at most its verification is
/// left to do.
bool ImportEnded(const RunFacts& facts);
/// Whether the run was to import the whole file.
bool CoversFile(const RunFacts& facts);

/// The folder of one run and the names in it. Each file has one writer.
class RunDirectory {
 public:
  explicit RunDirectory(std::string path, std::string options = "")
      : path_(std::move(path)), options_(std::move(options)) {}
  const std::string& path() const { return path_; }
  std::string run_id() const;  ///< the folder's name
  /// What a command is given to mean this run: its id, and the options of the store.
  std::string argument() const { return run_id() + options_; }
  std::string File(const std::string& name) const { return path_ + "/" + name; }
  std::string journal_path() const { return File("journal.db"); }
  std::string status_path() const { return File("status.json"); }
  std::string events_path() const { return File("events.jsonl"); }
  std::string summary_path() const { return File("summary.json"); }
  std::string report_path() const { return File("report.html"); }
  std::string verification_path() const { return File("verification.csv"); }

  /// Replaces `run.json` atomically.
  base::Status WriteFacts(const RunFacts& facts) const;
  /// kNotFound without the file; kFormat when it is no `run.json` of a version known here.
  base::Result<RunFacts> ReadFacts() const;

 private:
  std::string path_;
  std::string options_;
};

/// All runs below one folder (`--runs-dir`).
class RunStore {
 public:
  /// `options` = what a command must be given to find this store, e.g. ` --runs-dir /srv/runs`.
  explicit RunStore(std::string root, std::string options = "")
      : root_(std::move(root)), options_(std::move(options)) {}
  const std::string& root() const { return root_; }
  /// Makes the folder of a new run (0700; the root gets a .gitignore of its own). Its id is the
  /// time in UTC and four hexadecimal digits of `random`, or the next ones when it is taken.
  base::Result<RunDirectory> Create(base::WallTime now, std::uint64_t random) const;
  /// Every run, oldest first (by `created_at`, then id); folders without a readable run.json are
  /// left out.
  std::vector<RunDirectory> All() const;
  /// The run with this id or unique prefix (of the id or of its last part); empty = the latest, a
  /// refused one only when there is no other.
  /// The error lists the ids that match.
  base::Result<RunDirectory> Find(const std::string& id_or_prefix) const;

 private:
  struct Listing {
    std::vector<RunDirectory> runs;
    base::Status trouble;  ///< of the first run that is there and cannot be read
  };
  Listing List() const;

  std::string root_;
  std::string options_;
};

}  // namespace rehome::journal

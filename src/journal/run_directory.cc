#include "journal/run_directory.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "journal/run_facts_json.h"

namespace rehome::journal {
namespace {

namespace fs = std::filesystem;

// Two runs in one second share all but 16 bits; after this many taken ids something else is wrong.
constexpr int kMostTries = 100;

constexpr std::string_view kFactsName = "run.json";

std::string MakeRunId(base::WallTime now, std::uint64_t random) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d%02d%02d-%02d%02d%02d-%04x", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<unsigned>(random & 0xffff));
  return text.data();
}

// `ab12` of `20261123-093000-ab12`.
std::string_view LastPart(std::string_view id) {
  const std::size_t dash = id.rfind('-');
  return dash == std::string_view::npos ? id : id.substr(dash + 1);
}

// What was refused did nothing yet, so it hides nothing that did.
RunDirectory LatestOf(const std::vector<RunDirectory>& runs) {
  const auto began = std::find_if(runs.rbegin(), runs.rend(), [](const RunDirectory& run) {
    const auto facts = run.ReadFacts();
    return facts && !WasRefused(*facts);
  });
  return began == runs.rend() ? runs.back() : *began;
}

base::Error NoSuchRun(const std::string& message) { return {base::ErrorCode::kNotFound, message}; }

}  // namespace

bool ImportEnded(const RunFacts& facts) {
  if (facts.state == "finished" || facts.state == "partial") return true;
  return facts.state == "failed" && facts.exit_code == kVerificationFailed;
}

bool CoversFile(const RunFacts& facts) {
  return facts.first_row <= 1 && facts.last_row >= facts.rows;
}

const std::string& ArgumentOf(const RunFacts& facts) {
  return facts.argument.empty() ? facts.run_id : facts.argument;
}

std::string RunDirectory::run_id() const {
  const fs::path whole = fs::path(base::AbsolutePath(path_)).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

base::Status RunDirectory::WriteFacts(const RunFacts& facts) const {
  return base::ReplaceFile(File(std::string(kFactsName)), EncodeRunFacts(facts));
}

base::Result<RunFacts> RunDirectory::ReadFacts() const {
  const std::string path = File(std::string(kFactsName));
  const auto text = base::ReadWholeFile(path);
  if (!text) return text.error();
  auto facts = DecodeRunFacts(*text);
  if (facts) {
    facts->argument = argument();
    return facts;
  }
  return base::Error{facts.error().code,
                     path + ": cannot be read as the facts of a run: " + facts.error().message};
}

base::Result<RunDirectory> RunStore::Create(base::WallTime now, std::uint64_t random) const {
  RETURN_IF_ERROR(base::MakeDirectories(root_));
  const std::string ignore = root_ + "/.gitignore";
  if (!base::Stat(ignore)) {
    const base::Status written = base::ReplaceFile(ignore, "*\n");
    // Another start makes the same file at this moment.
    if (!written && !base::Stat(ignore)) return written.error();
  }
  base::Random next(random);
  for (int i = 0; i < kMostTries; ++i) {
    const std::string path = root_ + "/" + MakeRunId(now, i == 0 ? random : next.Next());
    std::error_code error;
    if (fs::create_directory(path, error)) {
      fs::permissions(path, fs::perms::owner_all, error);
      if (error) return base::SystemError("protect", path, error.value());
      // Else a power cut could take the folder with all that is synced in it.
      if (const auto synced = base::SyncDirectory(root_); !synced) {
        fs::remove(path, error);
        return synced.error();
      }
      return RunDirectory(path, options_);
    }
    if (error) return base::SystemError("create the directory", path, error.value());
  }
  return base::Error{base::ErrorCode::kIo, root_ +
                                               ": no free name for a new run in this second; "
                                               "try again"};
}

RunStore::Listing RunStore::List() const {
  Listing listing;
  const auto names = base::ListDirectory(root_);
  if (!names) {
    if (names.error().code != base::ErrorCode::kNotFound) listing.trouble = names.error();
    return listing;
  }
  std::vector<std::pair<std::string, RunDirectory>> found;
  for (const std::string& name : *names) {
    const RunDirectory run(root_ + "/" + name, options_);
    const auto facts = run.ReadFacts();
    if (facts) found.emplace_back(facts->created_at + " " + name, run);
    const bool is_trouble = !facts && facts.error().code != base::ErrorCode::kNotFound &&
                            base::Stat(run.File(std::string(kFactsName)));
    if (is_trouble && listing.trouble) listing.trouble = facts.error();
  }
  // ISO 8601 sorts as text; the id alone says only the second.
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  listing.runs.reserve(found.size());
  for (auto& [key, run] : found) listing.runs.push_back(std::move(run));
  return listing;
}

std::vector<RunDirectory> RunStore::All() const { return List().runs; }

base::Result<RunDirectory> RunStore::Find(const std::string& id_or_prefix) const {
  const auto [runs, trouble] = List();
  if (runs.empty() && !trouble) return trouble.error();
  if (runs.empty()) {
    return NoSuchRun("there is no run in " + root_ +
                     "; start one with `rehome import FILE`, or name another folder with "
                     "--runs-dir");
  }
  if (id_or_prefix.empty()) return LatestOf(runs);
  std::vector<std::string> ids;
  std::vector<RunDirectory> matches;
  for (const RunDirectory& run : runs) {
    const std::string id = run.run_id();
    if (id == id_or_prefix) return run;
    if (!id.starts_with(id_or_prefix) && !LastPart(id).starts_with(id_or_prefix)) continue;
    ids.push_back(id);
    matches.push_back(run);
  }
  std::string asked(1, '"');
  asked += base::EscapeForTerminal(id_or_prefix) + "\"";
  if (matches.empty())
    return NoSuchRun("no run matches " + asked + "; `rehome runs" + options_ + "` lists them");
  if (matches.size() == 1) return matches.front();
  return base::Error{base::ErrorCode::kUsage, asked + " matches several runs: " +
                                                  base::Join(ids, ", ") + "; give more of the id"};
}

}  // namespace rehome::journal

#include "journal/rehome_processes.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "journal/process_stat.h"

namespace rehome::journal {
namespace {

constexpr std::string_view kName = "rehome";
// Those that ask a target; the others only read what is on this machine.
constexpr std::array<std::string_view, 3> kWorking = {"import", "resume", "verify"};
constexpr std::int64_t kMostOfCommand = 4 << 10;

std::string ProcPath(std::int64_t pid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/" + std::string(name);
}

// By the name of its program: the program itself cannot be seen of other users' processes, nor of
// any rehome (it is not dumpable).
bool IsCalledRehome(std::int64_t pid, const std::string& own_name) {
  const auto name = base::ReadWholeFile(ProcPath(pid, "comm"), 64);
  if (!name) return false;
  const std::string_view called = base::Trim(*name);
  return called == kName || called == own_name;
}

// The words of its command line, the first one without its folder.
std::vector<std::string> WordsOf(std::int64_t pid) {
  auto file = base::OpenForReading(ProcPath(pid, "cmdline"));
  if (!file) return {};
  std::string text(kMostOfCommand, '\0');
  const auto size = file->ReadAt(0, text);
  text.resize(size ? *size : 0);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  auto words = base::Split(text, '\0');
  if (!words.empty()) words[0] = std::filesystem::path(words[0]).filename().string();
  return words;
}

std::string UserOf(std::int64_t pid) {
  const auto text = base::ReadWholeFile(ProcPath(pid, "status"), 1 << 16);
  constexpr std::string_view kUid = "\nUid:\t";
  const std::size_t at = text ? text->find(kUid) : std::string::npos;
  if (at == std::string::npos) return "unknown user";
  const std::size_t begin = at + kUid.size();
  const auto uid = base::ParseInt(text->substr(begin, text->find('\t', begin) - begin));
  return uid ? UserNameOf(static_cast<unsigned>(*uid)) : "unknown user";
}

std::optional<RehomeProcess> Describe(std::int64_t pid) {
  const std::vector<std::string> words = WordsOf(pid);
  const bool works = std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return std::find(kWorking.begin(), kWorking.end(), word) != kWorking.end();
  });
  const auto stat = ReadProcessStat(pid);
  if (!works || !stat) return std::nullopt;
  RehomeProcess process;
  process.pid = pid;
  process.user = UserOf(pid);
  process.command = base::MaskSecrets(base::Join(words, " "));
  process.suspended = stat->suspended();
  if (const auto start = StartOf(*stat)) process.started_at = base::FormatIso8601(*start);
  return process;
}

std::vector<std::int64_t> Pids() {
  std::vector<std::int64_t> pids;
  const auto names = base::ListDirectory("/proc");
  if (!names) return pids;
  for (const std::string& name : *names) {
    if (const auto pid = base::ParseInt(name); pid && *pid > 0) pids.push_back(*pid);
  }
  std::sort(pids.begin(), pids.end());
  return pids;
}

}  // namespace

std::vector<RehomeProcess> OtherRehomeProcesses() {
  const auto own = base::ReadWholeFile("/proc/self/comm", 64);
  const std::string own_name(own ? base::Trim(*own) : kName);
  std::vector<RehomeProcess> found;
  for (const std::int64_t pid : Pids()) {
    if (found.size() == kMostProcesses) break;
    if (pid == getpid() || !IsCalledRehome(pid, own_name)) continue;
    if (auto process = Describe(pid)) found.push_back(*std::move(process));
  }
  return found;
}

}  // namespace rehome::journal

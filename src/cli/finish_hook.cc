#include "cli/finish_hook.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <thread>

#include "base/text.h"
#include "cli/signals.h"

namespace rehome::cli {
namespace {

// How late the end of a hook is seen at most.
constexpr std::chrono::milliseconds kTick(20);
// What a hook that is asked to end gets to do so.
constexpr std::chrono::seconds kGrace(5);
// What most programs expect; some walk through all numbers that there may be.
constexpr rlim_t kOpenFiles = 1024;
constexpr std::array<std::string_view, 3> kKeys = {"WORKOS_SECRET_KEY", "WORKOS_API_KEY",
                                                   "REHOME_SANDBOX_API_KEY"};

std::vector<std::string> EnvironmentOf(const FinishHook& hook) {
  std::vector<std::string> all;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view entry = *at;
    const std::string_view name = entry.substr(0, entry.find('='));
    const bool is_key = std::find(kKeys.begin(), kKeys.end(), name) != kKeys.end();
    const bool has_secret =
        !hook.secret.empty() && entry.find(hook.secret) != std::string_view::npos;
    const bool is_ours =
        std::any_of(hook.variables.begin(), hook.variables.end(),
                    [name](const auto& variable) { return variable.first == name; });
    if (!is_key && !has_secret && !is_ours) all.emplace_back(entry);
  }
  for (const auto& [name, value] : hook.variables) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> PointersTo(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Files and signals of a process as if a shell had started it, in a group of its own.
class SpawnRules {
 public:
  SpawnRules() {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files_, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    posix_spawnattr_init(&rules_);
    posix_spawnattr_setflags(
        &rules_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&rules_, 0);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&rules_, &none);
    sigset_t ours;
    sigemptyset(&ours);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&ours, number);
    posix_spawnattr_setsigdefault(&rules_, &ours);
  }
  SpawnRules(const SpawnRules&) = delete;
  SpawnRules& operator=(const SpawnRules&) = delete;
  ~SpawnRules() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&rules_);
  }
  const posix_spawn_file_actions_t* files() const { return &files_; }
  const posix_spawnattr_t* rules() const { return &rules_; }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t rules_{};
};

base::Result<pid_t> Start(const FinishHook& hook) {
  std::vector<std::string> words = {"sh", "-c", hook.command};
  std::vector<std::string> variables = EnvironmentOf(hook);
  rlimit ours{};
  getrlimit(RLIMIT_NOFILE, &ours);
  const rlimit its{std::min(ours.rlim_cur, kOpenFiles), ours.rlim_max};
  setrlimit(RLIMIT_NOFILE, &its);
  const SpawnRules rules;
  pid_t pid = 0;
  const int failed = posix_spawn(&pid, "/bin/sh", rules.files(), rules.rules(),
                                 PointersTo(words).data(), PointersTo(variables).data());
  setrlimit(RLIMIT_NOFILE, &ours);
  if (failed != 0) return base::Error{base::ErrorCode::kIo, std::strerror(failed)};
  return pid;
}

std::optional<int> EndOf(pid_t pid) {
  int status = 0;
  const pid_t ended = waitpid(pid, &status, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return std::nullopt;
  return status;
}

/// A hook that was started, until it has ended.
class Watch {
 public:
  Watch(pid_t pid, const base::Clock& clock) : pid_(pid), until_(clock.Now() + kHookLimit) {}

  // Its status, as waitpid gives it.
  int UntilEnd(const base::Clock& clock) {
    while (true) {
      if (const auto status = EndOf(pid_)) {
        EndOthers();
        return *status;
      }
      if (const auto number = WaitForSignal(kTick)) AskToEnd(*number);
      if (!asked_at_ && clock.Now() >= until_) {
        too_long_ = true;
        AskToEnd(SIGTERM);
      }
      if (asked_at_ && std::chrono::steady_clock::now() - *asked_at_ > kGrace) kill(-pid_, SIGKILL);
    }
  }
  bool too_long() const { return too_long_; }

 private:
  // The second time: at once.
  void AskToEnd(int number) {
    kill(-pid_, asked_at_ ? SIGKILL : number);
    if (!asked_at_) asked_at_ = std::chrono::steady_clock::now();
  }

  // What a command that was to end has started, and left behind.
  void EndOthers() const {
    if (!asked_at_) return;
    while (kill(-pid_, 0) == 0 && std::chrono::steady_clock::now() - *asked_at_ <= kGrace) {
      std::this_thread::sleep_for(kTick);
    }
    kill(-pid_, SIGKILL);
  }

  const pid_t pid_;
  const base::Instant until_;
  std::optional<std::chrono::steady_clock::time_point> asked_at_;
  bool too_long_ = false;
};

}  // namespace

std::string RunHook(const FinishHook& hook, const base::Clock& clock) {
  const auto pid = Start(hook);
  if (!pid) return "could not be started: " + pid.error().message;
  HoldSignals();
  Watch watch(*pid, clock);
  const int status = watch.UntilEnd(clock);
  // One that came as it ended was meant for it.
  ForgetSignals();
  ReleaseSignals();
  if (watch.too_long()) {
    return "took more than " + base::FormatDuration(kHookLimit) + " and was ended";
  }
  if (WIFSIGNALED(status)) return "was ended by signal " + std::to_string(WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  return code == 0 ? std::string() : "ended with exit code " + std::to_string(code);
}

}  // namespace rehome::cli

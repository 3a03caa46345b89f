#include "points.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace shim {
namespace {

enum class Action { kNone, kKill, kPause, kShort, kFail };

struct Point {
  std::array<char, 32> function{};
  std::array<char, 64> role{};
  When when = When::kBefore;
  Action action = Action::kNone;
  int error = 0;
  long nth = 0;
  bool and_later = false;
  long seen = 0;
};

constexpr std::size_t kMostPoints = 8;

std::array<Point, kMostPoints> points;
int list_file = -1;
pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

struct NamedError {
  const char* name;
  int number;
};
constexpr std::array<NamedError, 4> kErrors = {
    {{"eio", EIO}, {"enospc", ENOSPC}, {"erofs", EROFS}, {"econnreset", ECONNRESET}}};

// A test that names what is not known must not pass for that.
[[noreturn]] void Refuse(const char* text) {
  std::fprintf(stderr, "syscall_shim: cannot read the point %s\n", text);
  _exit(99);
}

void SetAction(Point& point, std::string_view word) {
  if (word == "kill") point.action = Action::kKill;
  if (word == "pause") point.action = Action::kPause;
  if (word == "short") point.action = Action::kShort;
  for (const NamedError& error : kErrors) {
    if (word != error.name) continue;
    point.action = Action::kFail;
    point.error = error.number;
  }
}

Point Parse(const char* text) {
  Point point;
  std::array<char, 16> nth{};
  std::array<char, 16> when{};
  std::array<char, 16> action{};
  const int read =
      std::sscanf(text, "%31[^:]:%63[^:]:%15[^:]:%15[^:]:%15[^:;]", point.function.data(),
                  point.role.data(), nth.data(), when.data(), action.data());
  if (read != 5) Refuse(text);
  char* rest = nullptr;
  point.nth = std::strtol(nth.data(), &rest, 10);
  point.and_later = *rest == '+';
  const std::string_view moment(when.data());
  point.when = moment == "after" ? When::kAfter : When::kBefore;
  SetAction(point, action.data());
  const bool known = moment == "after" || moment == "before";
  if (!known || point.nth < 1 || point.action == Action::kNone) Refuse(text);
  return point;
}

__attribute__((constructor)) void ReadSettings() {
  if (const char* path = getenv("SHIM_LIST")) {
    list_file = static_cast<int>(
        syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }
  const char* text = getenv("SHIM_AT");
  for (std::size_t i = 0; text != nullptr && *text != '\0'; ++i) {
    if (i == kMostPoints) Refuse(text);
    points[i] = Parse(text);
    text = std::strchr(text, ';');
    if (text != nullptr) ++text;
  }
}

bool Matches(const char* wanted, const char* found) {
  return std::strcmp(wanted, "*") == 0 || std::strcmp(wanted, found) == 0;
}

// Counts the call and says whether it is the one.
bool IsTurnOf(Point& point, const char* function, const char* role, When when) {
  if (point.action == Action::kNone || point.when != when) return false;
  if (!Matches(point.function.data(), function) || !Matches(point.role.data(), role)) return false;
  pthread_mutex_lock(&mutex);
  const long turn = ++point.seen;
  pthread_mutex_unlock(&mutex);
  return turn == point.nth || (point.and_later && turn > point.nth);
}

}  // namespace

void Die() {
  while (true) syscall(SYS_kill, getpid(), SIGKILL);
}

Verdict Visit(const char* function, const char* role, When when) {
  Verdict verdict;
  for (Point& point : points) {
    if (!IsTurnOf(point, function, role, when)) continue;
    switch (point.action) {
      case Action::kKill:
        Die();
      case Action::kPause:
        syscall(SYS_kill, getpid(), SIGSTOP);
        break;
      case Action::kShort:
        verdict.cut_short = true;
        break;
      case Action::kFail:
        verdict.error = point.error;
        break;
      case Action::kNone:
        break;
    }
  }
  return verdict;
}

void List(const char* function, const char* role, const char* detail) {
  if (list_file < 0) return;
  std::array<char, 160> line{};
  const int size = std::snprintf(line.data(), line.size(), "%s %s %s\n", function, role, detail);
  if (size > 0) syscall(SYS_write, list_file, line.data(), static_cast<std::size_t>(size));
}

}  // namespace shim

#include "cli/signals.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

namespace rehome::cli {
namespace {

sigset_t HeldSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

void HoldSignals() {
  const sigset_t set = HeldSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGHUP, SIG_IGN);
}

void ReleaseSignals() {
  const sigset_t set = HeldSignals();
  signal(SIGINT, SIG_DFL);
  signal(SIGTERM, SIG_DFL);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<int> WaitForSignal(std::chrono::milliseconds real) {
  const sigset_t set = HeldSignals();
  timespec time{};
  time.tv_sec = real.count() / 1000;
  time.tv_nsec = real.count() % 1000 * 1'000'000;
  const int signal_number = sigtimedwait(&set, nullptr, &time);
  if (signal_number <= 0) return std::nullopt;
  return signal_number;
}

void ForgetSignals() {
  while (WaitForSignal(std::chrono::milliseconds(0))) {
  }
}

void DieBySignal(int signal_number) {
  signal(signal_number, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal_number);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  raise(signal_number);
  _exit(128 + signal_number);
}

void DieBySignalIfAny(ExitCode code) {
  if (code == ExitCode::kInterrupted) DieBySignal(SIGINT);
  if (code == ExitCode::kTerminated) DieBySignal(SIGTERM);
}

}  // namespace rehome::cli

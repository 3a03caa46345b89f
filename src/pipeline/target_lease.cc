#include "pipeline/target_lease.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

namespace rehome::pipeline {
namespace {

// The thread is there before its process holds signals, and would take those that the main thread
// waits for; by default they end the process.
void LeaveSignalsToOthers() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

TargetLease::TargetLease(LeaseProtocol protocol, LeaseNote note, const base::Clock& clock,
                         base::Instant taken_at, base::WallTime taken_wall, LeaseTerms terms)
    : clock_(clock),
      terms_(terms),
      protocol_(std::move(protocol)),
      note_(std::move(note)),
      renewed_at_(taken_at),
      renewed_wall_(taken_wall),
      thread_([this] { Keep(); }) {}

TargetLease::~TargetLease() { static_cast<void>(Release().ok()); }

TargetLease::Standing TargetLease::standing() const {
  if (taken_) return Standing::kTaken;
  if (given_up_) return Standing::kGivenUp;
  const base::Duration by_steady = clock_.Now() - renewed_at_.load();
  const base::Duration by_wall = clock_.WallNow() - renewed_wall_.load();
  const base::Duration age = std::max(by_steady, by_wall);
  return age < terms_.lapse - terms_.request_life ? Standing::kProven : Standing::kUnproven;
}

std::string TargetLease::trouble() const {
  const base::MutexLock lock(mutex_);
  return trouble_;
}

base::Status TargetLease::Release() {
  {
    const base::MutexLock lock(mutex_);
    ending_ = true;
    changed_.NotifyAll();
  }
  if (!thread_.joinable()) return {};
  thread_.join();
  // Of one that was taken away there is nothing to give back.
  return taken_ ? base::Status() : protocol_.RemoveOurs(note_);
}

void TargetLease::Keep() {
  LeaveSignalsToOthers();
  base::Instant next = renewed_at_.load() + terms_.beat;
  while (true) {
    {
      const base::MutexLock lock(mutex_);
      while (!ending_ && clock_.Now() < next) {
        changed_.WaitFor(mutex_, clock_.ToReal(next - clock_.Now()));
      }
      if (ending_) return;
    }
    const base::Instant now = clock_.Now();
    next = now + (Beat() ? terms_.beat : std::max(terms_.retry, protocol_.asked_wait()));
    if (taken_ || given_up_) return;
  }
}

// Whether it was renewed.
bool TargetLease::Beat() {
  const base::Instant now = clock_.Now();
  const base::WallTime wall = clock_.WallNow();
  const LeaseProtocol::Renewal renewal = protocol_.Renew(note_);
  const bool kept = renewal == LeaseProtocol::Renewal::kKept;
  {
    const base::MutexLock lock(mutex_);
    trouble_ = kept ? "" : protocol_.trouble();
  }
  if (kept) {
    renewed_wall_ = wall;
    renewed_at_ = now;
  }
  if (renewal == LeaseProtocol::Renewal::kLost) taken_ = true;
  if (now - renewed_at_.load() > terms_.give_up) given_up_ = true;
  return kept;
}

}  // namespace rehome::pipeline

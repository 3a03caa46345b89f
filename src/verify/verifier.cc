#include "verify/verifier.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "journal/verification_store.h"
#include "verify/expected_objects.h"
#include "verify/read_back.h"

namespace rehome::verify {
namespace {

constexpr const char* kInterrupted = "it was interrupted";

/// One thread: it first loads what is expected, then is the event loop's.
class ThreadedVerifier final : public Verifier {
 public:
  ThreadedVerifier(VerifierOptions options, VerifierInputs inputs)
      : options_(std::move(options)), inputs_(std::move(inputs)) {}
  ~ThreadedVerifier() override {
    if (thread_.joinable()) thread_.join();
  }

  void Start() override {
    thread_ = std::thread([this] {
      Run();
      base::MutexLock lock(mutex_);
      ended_ = true;
      changed_.NotifyAll();
    });
  }

  bool WaitFor(std::chrono::milliseconds real) override {
    base::MutexLock lock(mutex_);
    if (!ended_) changed_.WaitFor(mutex_, real);
    return ended_;
  }

  void Interrupt() override {
    interrupted_.store(true);
    Tell([](ReadBack& read_back) { read_back.Stop(kInterrupted); });
  }
  void Pause() override {
    Tell([](ReadBack& read_back) { read_back.Pause(); });
  }
  void Resume() override {
    Tell([](ReadBack& read_back) { read_back.Resume(); });
  }
  void SetPace(const dispatch::PaceSettings& pace) override {
    Tell([pace](ReadBack& read_back) { read_back.SetPace(pace); });
  }

  model::Verification Look() const override {
    base::MutexLock lock(mutex_);
    return verification_;
  }

  dispatch::BrakeTimes Brakes() const override {
    base::MutexLock lock(mutex_);
    return brakes_;
  }

 private:
  /// Publishes how far it is whenever something happened.
  class Observed final : public http::Driver {
   public:
    Observed(ThreadedVerifier& owner, ReadBack& read_back) : owner_(owner), read_back_(read_back) {}
    void Poll(base::Instant now) override {
      read_back_.Poll(now);
      owner_.Publish(read_back_.Look(), read_back_.Brakes());
    }
    std::optional<base::Instant> NextDeadline() const override { return read_back_.NextDeadline(); }
    bool finished() const override { return read_back_.finished(); }

   private:
    ThreadedVerifier& owner_;
    ReadBack& read_back_;
  };

  // Waits in the loop's queue until it runs, for somebody else perhaps when this came too late.
  // What waits there is done before the first request leaves.
  void Tell(std::function<void(ReadBack&)> what) {
    inputs_.loop.Post([running = running_, what = std::move(what)] {
      if (*running != nullptr) what(**running);
    });
  }

  void Run() {
    const base::Instant start = inputs_.clock.Now();
    auto store = journal::VerificationStore::Create(options_.store_path);
    if (!store) {
      GiveUp(store.error().message);
      return;
    }
    const auto newest = LoadExpectedObjects({.input = inputs_.input,
                                             .header = inputs_.header,
                                             .survey = inputs_.survey,
                                             .journal = inputs_.journal},
                                            **store, [this] { return !interrupted_.load(); });
    if (!newest) {
      GiveUp(newest.error().message);
      return;
    }
    ReadBack read_back(options_.dispatch, inputs_.loop, inputs_.clock, **store, inputs_.on_finding);
    *running_ = &read_back;
    read_back.Start(*newest);
    Observed driver(*this, read_back);
    inputs_.loop.Run(driver);
    *running_ = nullptr;
    model::Verification verification = read_back.Look();
    verification.time = inputs_.clock.Now() - start;
    Publish(std::move(verification), {});
  }

  void GiveUp(std::string why) {
    model::Verification verification;
    verification.state = model::VerificationState::kIncomplete;
    verification.why_incomplete = std::move(why);
    Publish(std::move(verification), {});
  }

  void Publish(model::Verification verification, const dispatch::BrakeTimes& brakes) {
    base::MutexLock lock(mutex_);
    verification_ = std::move(verification);
    brakes_ = brakes;
  }

  VerifierOptions options_;
  VerifierInputs inputs_;
  /// Whom the loop's thread is to tell something; null before and after. Outlives this, for a task
  /// that is called later.
  std::shared_ptr<ReadBack*> running_ = std::make_shared<ReadBack*>(nullptr);
  std::atomic<bool> interrupted_{false};
  std::thread thread_;
  mutable base::Mutex mutex_;
  base::Condition changed_;
  model::Verification verification_ GUARDED_BY(mutex_);
  dispatch::BrakeTimes brakes_ GUARDED_BY(mutex_);
  bool ended_ GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<Verifier> MakeVerifier(VerifierOptions options, VerifierInputs inputs) {
  return std::make_unique<ThreadedVerifier>(std::move(options), std::move(inputs));
}

}  // namespace rehome::verify

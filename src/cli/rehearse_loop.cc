#include "cli/rehearse_loop.h"

#include <utility>

namespace rehome::cli {
namespace {

class TimedLoop final : public http::EventLoop {
 public:
  TimedLoop(std::unique_ptr<http::EventLoop> loop, const base::Clock& clock, RoundTrips& into)
      : loop_(std::move(loop)), clock_(clock), into_(into) {}

  void Start(http::Request request, Done done) override {
    const bool organization = request.target.starts_with("/organizations");
    loop_->Start(std::move(request), [this, organization, began = clock_.Now(),
                                      done = std::move(done)](http::Completion completion) {
      if (completion.response) Count(organization, clock_.Now() - began);
      done(std::move(completion));
    });
  }
  int in_flight() const override { return loop_->in_flight(); }
  void Run(http::Driver& driver) override { loop_->Run(driver); }
  void Post(std::function<void()> task) override { loop_->Post(std::move(task)); }
  void Wake() override { loop_->Wake(); }

 private:
  void Count(bool organization, base::Duration took) {
    into_.count.fetch_add(1, std::memory_order_relaxed);
    into_.total_ns.fetch_add(took.count(), std::memory_order_relaxed);
    if (!organization) return;
    into_.organizations.fetch_add(1, std::memory_order_relaxed);
    into_.organizations_ns.fetch_add(took.count(), std::memory_order_relaxed);
  }

  const std::unique_ptr<http::EventLoop> loop_;
  const base::Clock& clock_;
  RoundTrips& into_;
};

}  // namespace

std::unique_ptr<http::EventLoop> MakeTimedLoop(std::unique_ptr<http::EventLoop> loop,
                                               const base::Clock& clock, RoundTrips& into) {
  return std::make_unique<TimedLoop>(std::move(loop), clock, into);
}

}  // namespace rehome::cli

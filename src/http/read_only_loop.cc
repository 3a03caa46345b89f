#include "http/read_only_loop.h"

#include <utility>

#include "base/check.h"

namespace rehome::http {
namespace {

class ReadOnlyLoop final : public EventLoop {
 public:
  explicit ReadOnlyLoop(std::unique_ptr<EventLoop> loop) : loop_(std::move(loop)) {}

  void Start(Request request, Done done) override {
    CHECK(request.method == Method::kGet);
    CHECK(request.body.empty());
    loop_->Start(std::move(request), std::move(done));
  }
  int in_flight() const override { return loop_->in_flight(); }
  void Run(Driver& driver) override { loop_->Run(driver); }
  void Post(std::function<void()> task) override { loop_->Post(std::move(task)); }
  void Wake() override { loop_->Wake(); }

 private:
  std::unique_ptr<EventLoop> loop_;
};

}  // namespace

std::unique_ptr<EventLoop> MakeReadOnlyLoop(std::unique_ptr<EventLoop> loop) {
  return std::make_unique<ReadOnlyLoop>(std::move(loop));
}

}  // namespace rehome::http

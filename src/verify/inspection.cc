#include "verify/inspection.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "dispatch/finding.h"
#include "verify/question.h"

namespace rehome::verify {
namespace {

/// The questions about one object, under way. Kept alive by the callback it waits for.
class Inspection : public std::enable_shared_from_this<Inspection> {
 public:
  Inspection(Asker& asker, Expectation expected, const std::vector<std::string>& others,
             http::Connection connection, std::function<void(Inspected)> done)
      : asker_(asker),
        expected_(std::move(expected)),
        connection_(connection),
        done_(std::move(done)) {
    for (Question& question : AskByKeys(expected_)) questions_.push_back(std::move(question));
    unasked_.assign(others.begin(), others.end());
    unasked_.push_front(expected_.object.target_id);
  }

  void Next() {
    if (questions_.empty()) QueueById();
    if (questions_.empty()) {
      done_({.fate = Inspected::Fate::kAnswered, .findings = Conclude(expected_, seen_)});
      return;
    }
    Question question = std::move(questions_.front());
    questions_.pop_front();
    Ask(asker_, std::move(question), connection_,
        [self = shared_from_this()](Reading reading) { self->OnReading(std::move(reading)); });
  }

 private:
  // The next id that no answer has shown yet.
  void QueueById() {
    while (!unasked_.empty()) {
      const std::string id = std::move(unasked_.front());
      unasked_.pop_front();
      const bool shown = std::any_of(seen_.begin(), seen_.end(),
                                     [&](const TargetObject& object) { return object.id == id; });
      if (shown) continue;
      questions_.push_back(AskById(expected_.object.kind, id));
      return;
    }
  }

  void OnReading(Reading reading) {
    switch (reading.fate) {
      case Reading::Fate::kStopped:
        done_({.fate = Inspected::Fate::kStopped});
        return;
      case Reading::Fate::kFailed:
        done_({.fate = Inspected::Fate::kFailed, .findings = {}, .why = std::move(reading.why)});
        return;
      case Reading::Fate::kAnswered:
        break;
    }
    if (dispatch::EndsTooSoon(reading.page)) {
      done_({.fate = Inspected::Fate::kFailed, .findings = {}, .why = dispatch::kEndsTooSoon});
      return;
    }
    for (TargetObject& object : reading.page.objects) seen_.push_back(std::move(object));
    Next();
  }

  Asker& asker_;
  Expectation expected_;
  http::Connection connection_;
  std::function<void(Inspected)> done_;
  std::deque<Question> questions_;
  std::deque<std::string> unasked_;
  std::vector<TargetObject> seen_;
};

}  // namespace

void Inspect(Asker& asker, Expectation expected, const std::vector<std::string>& others,
             http::Connection connection, std::function<void(Inspected)> done) {
  std::make_shared<Inspection>(asker, std::move(expected), others, connection, std::move(done))
      ->Next();
}

}  // namespace rehome::verify

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/file.h"
#include "base/mutex.h"
#include "cli/line_outlet.h"
#include "cli/progress_view.h"
#include "dispatch/mismatch.h"
#include "pipeline/events.h"

namespace rehome::cli {

/// Writes a run's events as versioned JSON Lines to its events.jsonl, and to stdout with --json;
/// shows lines for people through the progress view. Emit and Say from any thread while the lines
/// are held, the rest from the main thread; references must outlive it.
class EventLog final : public pipeline::EventSink {
 public:
  EventLog(const base::Clock& clock, ProgressView& view, bool to_stdout);

  /// From now on events also go to this file (after the ones already emitted).
  base::Status OpenFile(const std::string& path);
  void Emit(std::string_view type, const std::string& members) override;
  void Say(const std::string& line) override { view_.Say(line); }
  void SayStep(const std::string& line) override { view_.SayStep(line); }

  /// What goes to stdout, see LineOutlet. The file has each event at once.
  void Hold() { stdout_.Hold(); }
  void WriteReady() { stdout_.WriteReady(); }
  /// Writes what is left and waits for the reader. All is reported by then, so a signal ends the
  /// process.
  void WaitForReader();

 private:
  const base::Clock& clock_;
  ProgressView& view_;
  const bool to_stdout_;
  LineOutlet stdout_;
  base::Mutex mutex_;
  std::string before_file_ GUARDED_BY(mutex_);
  base::File file_ GUARDED_BY(mutex_);
};

/// The members of a JSON object, as Emit takes them: what stands between its braces.
std::string MembersOf(std::string_view object);

/// Tells of an answer that was not about what was asked.
void TellMismatch(EventLog& events, const dispatch::Mismatch& mismatch);
/// Tells that the target allows less of a quota than expected, or all of it again.
void TellQuotaChange(EventLog& events, const dispatch::QuotaChange& change);
/// The same in a sentence for people.
std::string QuotaChangeText(const dispatch::QuotaChange& change);

}  // namespace rehome::cli

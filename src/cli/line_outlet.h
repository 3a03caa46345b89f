#pragma once

#include <string>
#include <string_view>

#include "base/mutex.h"

namespace rehome::cli {

/// Lines on their way to stdout or stderr. While a run goes on they are held: whoever reads them
/// may be a pager that shows its first page, and no thread of the run may wait for that. The main
/// thread then writes what the reader takes at once. Put from any thread while lines are held; the
/// rest, and Put otherwise, from the main thread.
class LineOutlet {
 public:
  /// For this file descriptor, which stays open as long.
  explicit LineOutlet(int descriptor) : descriptor_(descriptor) {}
  ~LineOutlet() { Release(); }
  LineOutlet(const LineOutlet&) = delete;
  LineOutlet& operator=(const LineOutlet&) = delete;

  /// Whole lines, in the order in which they come. Not held, they are written before it returns.
  /// What cannot be written (closed pipe, full disk) is lost.
  void Put(std::string_view lines);
  void Hold();
  /// Writes what the reader takes without waiting for him.
  void WriteReady();
  /// The same of `text`, which goes ahead of the lines that nobody has tried to write yet.
  void WriteFirst(std::string_view text);
  /// Whether everything is written.
  bool Idle();
  /// Ends Hold: writes what is left, and waits for the reader.
  void Release();

 private:
  enum class Patience { kNone, kEndless };
  void TakeWaiting();
  void Write(Patience patience);
  bool IsReady(Patience patience) const;

  const int descriptor_;
  std::string going_;  // the main thread's: taken from those that wait
  base::Mutex mutex_;
  bool held_ GUARDED_BY(mutex_) = false;
  std::string waiting_ GUARDED_BY(mutex_);
};

}  // namespace rehome::cli

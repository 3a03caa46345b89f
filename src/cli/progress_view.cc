#include "cli/progress_view.h"

#include <unistd.h>

#include "cli/progress_line.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

Screen ScreenOf(const OutputOptions& output) {
  return {.terminal = StderrIsTerminal(),
          .rewrites = TerminalRewrites(),
          .events = output.json && StdoutIsTerminal()};
}

}  // namespace

ProgressMode ModeOf(const OutputOptions& output, const Screen& screen) {
  if (output.progress == "none" || output.quiet) return ProgressMode::kNone;
  if (output.progress == "bar") return ProgressMode::kBar;
  const bool bar = screen.terminal && screen.rewrites && !screen.events;
  return bar && output.progress != "plain" ? ProgressMode::kBar : ProgressMode::kPlain;
}

ProgressView::ProgressView(const OutputOptions& output)
    : quiet_(output.quiet), mode_(ModeOf(output, ScreenOf(output))), lines_(STDERR_FILENO) {}

ProgressView::~ProgressView() { Clear(); }

void ProgressView::Say(const std::string& line) {
  if (!quiet_) Tell(line);
}

void ProgressView::SayStep(const std::string& line) {
  if (mode_ == ProgressMode::kPlain) Tell(line);
}

void ProgressView::Tell(const std::string& line) { lines_.Put(line + "\n"); }

void ProgressView::Update(const PhaseProgress& progress, base::Instant now) {
  WriteReady();
  // For a reader who is behind this would be old when he comes to it.
  if (mode_ == ProgressMode::kNone || !lines_.Idle()) return;
  if (mode_ == ProgressMode::kBar) {
    // Asked each time: windows are resized. The last column stays free, since a terminal may wrap
    // behind it.
    const int columns = ColumnsOf(STDERR_FILENO);
    lines_.WriteFirst(line_.Show(ProgressLine(progress, columns - 1), columns));
    return;
  }
  if (steps_.Due(progress.counts, now)) {
    lines_.WriteFirst(ProgressLine(progress, kAnyWidth) + "\n");
  }
}

void ProgressView::End(const PhaseProgress& progress) {
  if (mode_ == ProgressMode::kNone) return;
  const bool bar = mode_ == ProgressMode::kBar;
  Tell(ProgressLine(progress, bar ? ColumnsOf(STDERR_FILENO) - 1 : kAnyWidth));
}

void ProgressView::WriteReady() {
  if (lines_.Idle()) return;
  Clear();
  lines_.WriteReady();
}

void ProgressView::Clear() { lines_.WriteFirst(line_.Clear()); }

}  // namespace rehome::cli

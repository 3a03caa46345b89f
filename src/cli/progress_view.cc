#include "cli/progress_view.h"

#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/terminal.h"
#include "report/verification_line.h"

namespace rehome::cli {
namespace {

// Between two plain lines in a pipe: a log of an hour's run stays readable.
constexpr base::Duration kPlainEvery = std::chrono::seconds(10);
constexpr std::string_view kClearLine = "\r\x1b[K";

std::int64_t Sum(const pipeline::OutcomeCounts& counts) {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) sum += count;
  return sum;
}

std::int64_t Of(const pipeline::OutcomeCounts& counts, model::OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

// `rows 1,200/14,997 (8 %) · 812/s · 0:14 left`.
std::string ShareText(std::string_view what, std::int64_t done, std::int64_t all,
                      base::Duration time) {
  std::string text = std::string(what) + base::WithThousands(done) + "/" + base::WithThousands(all);
  if (all > 0) text += " (" + std::to_string(done * 100 / all) + " %)";
  const double seconds = static_cast<double>(time.count()) / 1e9;
  if (seconds <= 0.5 || done == 0) return text;
  const double rate = static_cast<double>(done) / seconds;
  text += " · " + base::WithThousands(static_cast<std::int64_t>(rate)) + "/s";
  // Below 1 % a forecast is a guess.
  if (done * 100 >= all && done < all) {
    const double left = static_cast<double>(all - done) / rate;
    text += " · " + base::FormatDuration(base::Duration(static_cast<std::int64_t>(left * 1e9))) +
            " left";
  }
  return text;
}

}  // namespace

std::string ProgressText(const pipeline::Progress& progress, const dispatch::Counters& counters,
                         std::int64_t rows, std::int64_t organizations, const base::Clock& clock) {
  const bool warming = progress.phase == pipeline::ImportPhase::kOrganizations;
  const std::int64_t done = warming ? Sum(progress.tally.organizations) : progress.tally.rows_seen;
  const std::int64_t all = warming ? organizations : rows;
  const base::Duration time = warming ? progress.organizations_time : progress.rows_time;
  std::string text = ShareText(warming ? "organizations " : "rows ", done, all, time);
  using model::OutcomeKind;
  const auto& tally = warming ? progress.tally.organizations : progress.tally.rows;
  const std::int64_t failed = Of(tally, OutcomeKind::kFailed);
  const std::int64_t rejected = Of(tally, OutcomeKind::kRejected);
  const std::int64_t parked = Of(tally, OutcomeKind::kParked);
  if (failed > 0) text += " · " + base::WithThousands(failed) + " failed";
  if (rejected > 0) text += " · " + base::WithThousands(rejected) + " rejected";
  if (parked > 0) text += " · " + base::WithThousands(parked) + " parked";
  const std::int64_t now_ms = base::ToMilliseconds(clock.Now().time_since_epoch());
  const std::int64_t pause_ms = counters.paused_until_ms.load() - now_ms;
  if (pause_ms > 0) {
    text +=
        " · paused " + base::FormatDuration(std::chrono::milliseconds(pause_ms)) + " by the target";
  }
  return text;
}

std::string ProgressText(const model::Verification& verification, std::int64_t objects) {
  const std::int64_t done = report::ComparedBy(verification);
  std::string text = ShareText("verification ", done, objects, verification.time);
  const std::int64_t found = model::AccusationsOf(verification);
  if (found > 0) text += " · " + base::Count(found, "finding", "findings");
  return text;
}

ProgressView::ProgressView(const OutputOptions& output)
    : quiet_(output.quiet), lines_(STDERR_FILENO) {
  const bool terminal = StderrIsTerminal();
  mode_ = terminal ? Mode::kBar : Mode::kPlain;
  if (output.progress == "bar") mode_ = Mode::kBar;
  if (output.progress == "plain") mode_ = Mode::kPlain;
  if (output.progress == "none" || quiet_) mode_ = Mode::kNone;
}

ProgressView::~ProgressView() { Clear(); }

void ProgressView::Say(const std::string& line) {
  if (!quiet_) Tell(line);
}

void ProgressView::Tell(const std::string& line) { lines_.Put(line + "\n"); }

void ProgressView::Update(const pipeline::Progress& progress, const dispatch::Counters& counters,
                          std::int64_t rows, std::int64_t organizations, const base::Clock& clock) {
  Update(ProgressText(progress, counters, rows, organizations, clock), clock);
}

void ProgressView::Update(std::string text, const base::Clock& clock) {
  WriteReady();
  // For a reader who is behind this would be old when he comes to it.
  if (mode_ == Mode::kNone || !lines_.Idle()) return;
  if (mode_ == Mode::kBar) {
    ShowLine(std::move(text));
    return;
  }
  const base::Instant now = clock.Now();
  if (next_plain_ == base::Instant{}) next_plain_ = now + kPlainEvery;
  if (now < next_plain_) return;
  next_plain_ = now + kPlainEvery;
  lines_.WriteFirst(text + "\n");
}

void ProgressView::ShowLine(std::string text) {
  const auto width = static_cast<std::size_t>(std::max(TerminalColumns() - 1, 20));
  // Cutting by bytes can only hit the dots between the parts, so cut at one of those.
  while (text.size() > width) {
    const std::size_t dot = text.rfind(" · ");
    if (dot == std::string::npos) break;
    text.resize(dot);
  }
  lines_.WriteFirst(std::string(kClearLine) + text);
  line_shown_ = true;
}

void ProgressView::WriteReady() {
  if (lines_.Idle()) return;
  Clear();
  lines_.WriteReady();
}

void ProgressView::Clear() {
  if (!line_shown_) return;
  line_shown_ = false;
  lines_.WriteFirst(kClearLine);
}

}  // namespace rehome::cli

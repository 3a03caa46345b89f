// The import of a file without a network: every floor but http runs, against a target in this
// process. bench_null_target FILE [IN_FLIGHT [WORKERS [sqlite|none]]]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/text.h"
#include "csv/dialect.h"
#include "dispatch/settings.h"
#include "journal/sqlite_journal.h"
#include "null_loop.h"
#include "pipeline/coordinator.h"
#include "pipeline/offline_pass.h"
#include "survey/survey.h"
#include "usage.h"

namespace rehome::bench {
namespace {

struct Arguments {
  std::string file;
  int in_flight = 64;
  int workers = 2;
  bool journal = true;
};

class Silence final : public pipeline::EventSink {
 public:
  void Emit(std::string_view, const std::string&) override {}
  void Say(const std::string&) override {}
};

/// A journal that forgets: what an import costs beside it. Any thread.
class NoJournal final : public journal::Journal {
 public:
  explicit NoJournal(std::vector<journal::Chunk> chunks) : chunks_(std::move(chunks)) {}

  void Append(std::vector<journal::Record>, Done done) override {
    if (done) done({});
  }
  void FindEffect(std::string, FoundEffect found) override {
    found(std::optional<model::Effect>());
  }
  base::Result<std::vector<journal::Chunk>> Claim(int) override {
    return std::exchange(chunks_, {});
  }
  base::Result<journal::KnownRows> Load(std::int64_t, std::int64_t) override {
    return journal::KnownRows{};
  }
  base::Status Health() const override { return {}; }
  base::Status Close() override { return {}; }
  std::int64_t epoch() const override { return 1; }

 private:
  std::vector<journal::Chunk> chunks_;
};

/// A folder that is gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rehome-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  std::string File(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

base::Result<std::unique_ptr<journal::Journal>> MakeJournal(const Arguments& arguments,
                                                            const survey::Survey& survey,
                                                            const std::string& path,
                                                            const base::Clock& clock) {
  std::vector<journal::Chunk> chunks;
  for (std::size_t i = 0; i < survey.chunks.size(); ++i) {
    chunks.push_back(pipeline::ChunkOf(survey, i));
  }
  if (!arguments.journal) {
    return std::unique_ptr<journal::Journal>(std::make_unique<NoJournal>(std::move(chunks)));
  }
  RETURN_IF_ERROR(journal::CreateSqliteJournal(path, chunks));
  return journal::OpenSqliteJournal(path, clock);
}

base::Status Measure(const Arguments& arguments) {
  const base::SystemClock clock;
  const auto header = csv::ReadHeader(arguments.file, {});
  if (!header) return header.error();
  const auto survey = survey::SurveyFile(arguments.file, *header, {});
  if (!survey) return survey.error();
  const Scratch scratch;
  auto journal = MakeJournal(arguments, *survey, scratch.File("journal.db"), clock);
  if (!journal) return journal.error();
  NullLoop loop(clock);
  Silence events;
  pipeline::ImportOptions options;
  options.dispatch.pace = dispatch::NoPace();
  options.dispatch.run_id = "bench";
  options.part.last_row = survey->rows;
  options.in_flight = arguments.in_flight;
  options.workers = arguments.workers;

  const double cpu_before = CpuSeconds();
  const base::Instant start = clock.Now();
  pipeline::Coordinator coordinator(options, {.input = arguments.file,
                                              .header = *header,
                                              .survey = *survey,
                                              .journal = **journal,
                                              .loop = loop,
                                              .clock = clock,
                                              .events = events});
  coordinator.Start();
  while (!coordinator.WaitFor(std::chrono::milliseconds(100))) {
  }
  const double seconds = static_cast<double>((clock.Now() - start).count()) / 1e9;
  const double cpu = CpuSeconds() - cpu_before;
  RETURN_IF_ERROR((*journal)->Close());
  if (coordinator.failure()) return *coordinator.failure();
  const auto rows = static_cast<double>(coordinator.Look().tally.rows_seen);
  std::printf(
      "null target: %.0f rows, %.0f requests, %d in flight, %d workers, journal %s: %.0f rows/s, "
      "%.1f us of CPU a row, peak memory %.1f MB\n",
      rows, static_cast<double>(loop.requests()), arguments.in_flight, arguments.workers,
      arguments.journal ? "on" : "off", rows / seconds, 1e6 * cpu / rows, PeakMegabytes());
  return {};
}

int NumberOr(const char* text, int otherwise) {
  const auto number = base::ParseInt(text);
  return number ? static_cast<int>(*number) : otherwise;
}

}  // namespace
}  // namespace rehome::bench

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  rehome::bench::Arguments arguments{.file = argv[1]};
  if (argc > 2) arguments.in_flight = rehome::bench::NumberOr(argv[2], arguments.in_flight);
  if (argc > 3) arguments.workers = rehome::bench::NumberOr(argv[3], arguments.workers);
  if (argc > 4) arguments.journal = std::string_view(argv[4]) != "none";
  const auto status = rehome::bench::Measure(arguments);
  if (status) return 0;
  std::fprintf(stderr, "%s\n", status.error().message.c_str());
  return 1;
}

#include "survey/sorted_runs.h"

#include <algorithm>
#include <queue>
#include <string_view>
#include <type_traits>
#include <utility>

namespace rehome::survey {
namespace {

static_assert(std::is_trivially_copyable_v<KeyEntry>);

// All read buffers of a merge together; each run has at least some entries.
constexpr std::size_t kMergeEntries = 32 << 10;
constexpr std::size_t kMinRunEntries = 16;

// Reads one run from its beginning to its end.
class RunReader {
 public:
  RunReader(const base::File& file, std::int64_t begin, std::int64_t end, std::size_t buffered)
      : file_(file), next_(begin), end_(end), size_(buffered) {}

  bool at_end() const { return at_ == buffer_.size(); }
  const KeyEntry& front() const { return buffer_[at_]; }
  base::Status Advance() { return ++at_ < buffer_.size() ? base::Status() : Load(); }
  /// Reads the next entries; none at the end of the run.
  base::Status Load() {
    buffer_.resize(std::min(size_, static_cast<std::size_t>(end_ - next_)));
    at_ = 0;
    next_ += static_cast<std::int64_t>(buffer_.size());
    return ReadEntries(file_, next_ - static_cast<std::int64_t>(buffer_.size()), buffer_);
  }

 private:
  const base::File& file_;
  std::int64_t next_;
  std::int64_t end_;
  std::size_t size_;
  std::vector<KeyEntry> buffer_;
  std::size_t at_ = 0;
};

// What the front entry of a run is ordered by.
struct Front {
  base::Hash128 hash;
  std::size_t run = 0;
};

// Orders a priority queue so that the smallest hash is on top, and of equal ones the first run.
struct ComesLater {
  bool operator()(const Front& a, const Front& b) const {
    if (a.hash != b.hash) return b.hash < a.hash;
    return b.run < a.run;
  }
};

}  // namespace

base::Status WriteEntries(base::File& file, std::span<const KeyEntry> entries) {
  return file.Write({reinterpret_cast<const char*>(entries.data()), entries.size_bytes()});
}

base::Status ReadEntries(const base::File& file, std::int64_t first, std::span<KeyEntry> entries) {
  const std::int64_t offset = first * static_cast<std::int64_t>(sizeof(KeyEntry));
  const auto got =
      file.ReadAt(offset, {reinterpret_cast<char*>(entries.data()), entries.size_bytes()});
  if (!got) return got.error();
  if (*got == entries.size_bytes()) return {};
  return base::Error{base::ErrorCode::kIo, "a temporary file of the survey lost its end"};
}

base::Status SortedRuns::Append(std::span<const KeyEntry> run) {
  if (!file_.is_open()) {
    auto file = base::CreateUnnamedFile(directory_);
    if (!file) return file.error();
    file_ = std::move(*file);
  }
  const std::int64_t begin = empty() ? 0 : run_ends_.back();
  run_ends_.push_back(begin + static_cast<std::int64_t>(run.size()));
  return WriteEntries(file_, run);
}

base::Status SortedRuns::Merge(const std::function<base::Status(const KeyEntry&)>& visit) const {
  const std::size_t buffered =
      std::max(kMinRunEntries, kMergeEntries / std::max<std::size_t>(run_ends_.size(), 1));
  std::vector<RunReader> runs;
  std::priority_queue<Front, std::vector<Front>, ComesLater> fronts;
  std::int64_t begin = 0;
  for (const std::int64_t end : run_ends_) {
    RunReader& run = runs.emplace_back(file_, begin, end, buffered);
    RETURN_IF_ERROR(run.Load());
    if (!run.at_end()) fronts.push({run.front().hash(), runs.size() - 1});
    begin = end;
  }
  const auto take = [&runs, &fronts](KeyEntry& entry) -> base::Status {
    const std::size_t index = fronts.top().run;
    RunReader& run = runs[index];
    fronts.pop();
    entry = run.front();
    RETURN_IF_ERROR(run.Advance());
    if (!run.at_end()) fronts.push({run.front().hash(), index});
    return {};
  };
  while (!fronts.empty()) {
    KeyEntry first;
    RETURN_IF_ERROR(take(first));
    while (!fronts.empty() && fronts.top().hash == first.hash()) {
      KeyEntry same;
      RETURN_IF_ERROR(take(same));
      first.Absorb(same);
    }
    RETURN_IF_ERROR(visit(first));
  }
  return {};
}

}  // namespace rehome::survey

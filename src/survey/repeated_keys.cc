#include "survey/repeated_keys.h"

#include <algorithm>
#include <utility>

#include "survey/sorted_runs.h"

namespace rehome::survey {
namespace {

// 1.3 MB of entries in memory; above, look-ups cost one read each.
constexpr std::size_t kMaxEntriesInMemory = 32 << 10;
// 1 MB of index; above, the stride doubles and look-ups read twice as much.
constexpr std::size_t kMaxIndex = 64 << 10;

std::optional<model::Position> Find(std::span<const KeyEntry> entries, base::Hash128 hash) {
  const auto at = std::lower_bound(
      entries.begin(), entries.end(), hash,
      [](const KeyEntry& entry, const base::Hash128& wanted) { return entry.hash() < wanted; });
  if (at == entries.end() || at->hash() != hash) return std::nullopt;
  return at->position();
}

class KeysInMemory final : public RepeatedKeys {
 public:
  explicit KeysInMemory(std::vector<KeyEntry> entries) : entries_(std::move(entries)) {}
  base::Result<std::optional<model::Position>> FirstRow(base::Hash128 key) const override {
    return Find(entries_, key);
  }
  std::int64_t count() const override { return static_cast<std::int64_t>(entries_.size()); }

 private:
  const std::vector<KeyEntry> entries_;
};

class KeysInFile final : public RepeatedKeys {
 public:
  KeysInFile(base::File file, std::int64_t count, std::int64_t stride,
             std::vector<base::Hash128> index)
      : file_(std::move(file)), count_(count), stride_(stride), index_(std::move(index)) {}

  base::Result<std::optional<model::Position>> FirstRow(base::Hash128 key) const override {
    const auto above = std::upper_bound(index_.begin(), index_.end(), key);
    if (above == index_.begin()) return std::optional<model::Position>();
    const std::int64_t first = (above - index_.begin() - 1) * stride_;
    std::vector<KeyEntry> entries(static_cast<std::size_t>(std::min(stride_, count_ - first)));
    if (const auto read = ReadEntries(file_, first, entries); !read) {
      return base::Error{base::ErrorCode::kIo, "the temporary file of the survey cannot be read (" +
                                                   read.error().message + ")"};
    }
    return Find(entries, key);
  }
  std::int64_t count() const override { return count_; }

 private:
  const base::File file_;
  const std::int64_t count_;
  const std::int64_t stride_;
  const std::vector<base::Hash128> index_;
};

}  // namespace

base::Status RepeatedKeysWriter::Add(const KeyEntry& entry) {
  if (count_ % stride_ == 0) {
    if (index_.size() == kMaxIndex) {
      for (std::size_t i = 0; i < kMaxIndex / 2; ++i) index_[i] = index_[2 * i];
      index_.resize(kMaxIndex / 2);
      stride_ *= 2;
    }
    index_.push_back(entry.hash());
  }
  ++count_;
  entries_.push_back(entry);
  return entries_.size() > kMaxEntriesInMemory ? Flush() : base::Status();
}

base::Status RepeatedKeysWriter::Flush() {
  if (!file_.is_open()) {
    auto file = base::CreateUnnamedFile(directory_);
    if (!file) return file.error();
    file_ = std::move(*file);
  }
  RETURN_IF_ERROR(WriteEntries(file_, entries_));
  entries_.clear();
  return {};
}

base::Result<std::shared_ptr<const RepeatedKeys>> RepeatedKeysWriter::Finish() {
  using Keys = std::shared_ptr<const RepeatedKeys>;
  if (!file_.is_open()) return Keys(std::make_shared<KeysInMemory>(std::move(entries_)));
  RETURN_IF_ERROR(Flush());
  return Keys(std::make_shared<KeysInFile>(std::move(file_), count_, stride_, std::move(index_)));
}

}  // namespace rehome::survey

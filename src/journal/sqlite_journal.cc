#include "journal/sqlite_journal.h"

#include <chrono>
#include <filesystem>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "base/check.h"
#include "base/file.h"
#include "base/mutex.h"
#include "journal/commit_queue.h"
#include "journal/local_storage.h"
#include "journal/sqlite_file.h"
#include "journal/sqlite_store.h"

namespace rehome::journal {
namespace {

constexpr base::Duration kGatherSlice = std::chrono::milliseconds(1);

base::Error ClosedError() {
  return {base::ErrorCode::kInternal, "the journal is closed: nothing more can be recorded"};
}

bool IsFence(const base::Status& status) {
  return !status && status.error().code == base::ErrorCode::kLimit;
}

base::Error FailedError(const std::string& path, const base::Error& cause) {
  if (cause.code == base::ErrorCode::kLimit) return cause;
  if (cause.code == base::ErrorCode::kFormat) return DamageMet(path, cause.message);
  if (cause.code == base::ErrorCode::kDiskFull) {
    return {base::ErrorCode::kDiskFull, cause.message + "; nothing more is sent"};
  }
  return {base::ErrorCode::kIo,
          cause.message + "; progress cannot be recorded, so nothing more is sent"};
}

/// The journal's own thread between the queue and the file. Any thread may call; Close and the
/// destructor by the owner only.
class SqliteJournal final : public Journal {
 public:
  SqliteJournal(std::string path, std::unique_ptr<SqliteStore> store, base::Duration slice)
      : path_(std::move(path)), epoch_(store->epoch()), queue_(slice), store_(std::move(store)) {}
  ~SqliteJournal() override { static_cast<void>(Close().ok()); }

  base::Status Start() {
    try {
      thread_ = std::thread([this] { Serve(); });
    } catch (const std::system_error& error) {
      return base::Error{base::ErrorCode::kIo,
                         std::string("cannot start the journal's thread: ") + error.what()};
    }
    return {};
  }

  void Append(std::vector<Record> records, Done done) override {
    const auto refused = queue_.Push({std::move(records), std::move(done), {}});
    if (refused && refused->done) refused->done(ClosedError());
  }

  void FindEffect(std::string key, FoundEffect found) override {
    auto query = [this, key = std::move(key), found] {
      const auto health = Health();
      found(health ? Told(store_->FindEffect(key)) : health.error());
    };
    if (queue_.Push({{}, {}, std::move(query)})) found(ClosedError());
  }

  base::Result<std::vector<Chunk>> Claim(int count) override {
    return Ask<std::vector<Chunk>>([this, count] {
      auto chunks = store_->Claim(count);
      if (chunks) return chunks;
      return base::Result<std::vector<Chunk>>(Fail(chunks.error()));
    });
  }

  base::Result<KnownRows> Load(std::int64_t first, std::int64_t last) override {
    return Ask<KnownRows>([this, first, last] { return Told(store_->Load(first, last)); });
  }

  base::Status Health() const override {
    const base::MutexLock lock(mutex_);
    return health_;
  }

  base::Status Close() override {
    CHECK(std::this_thread::get_id() != thread_.get_id());
    queue_.Close();
    if (thread_.joinable()) thread_.join();
    store_.reset();
    return Health();
  }

  std::int64_t epoch() const override { return epoch_; }

 private:
  void Serve() {
    for (auto group = queue_.Take(); !group.empty(); group = queue_.Take()) {
      if (group.front().query) {
        group.front().query();
        continue;
      }
      Commit(group);
    }
  }

  void Commit(std::span<const Work> group) {
    auto status = Health();
    // What a fenced incarnation still hears is kept too, as events.
    if (status || IsFence(status)) status = store_->Commit(group);
    if (!status && status.error().code == base::ErrorCode::kInternal && group.size() > 1) {
      // One of them is impossible: the others must not suffer.
      for (std::size_t i = 0; i < group.size(); ++i) Commit(group.subspan(i, 1));
      return;
    }
    if (!status && status.error().code != base::ErrorCode::kInternal) status = Fail(status.error());
    for (const Work& work : group) {
      if (work.done) work.done(status);
    }
  }

  // The first failure is for good: a failed fsync that is tried again may seem to succeed although
  // the pages are lost.
  base::Error Fail(const base::Error& cause) {
    const base::MutexLock lock(mutex_);
    if (!health_) return health_.error();
    store_->GiveUp();
    health_ = FailedError(path_, cause);
    return health_.error();
  }

  // Of damage that is met by reading there is no going on either.
  template <class Value>
  base::Result<Value> Told(base::Result<Value> read) {
    if (read || read.error().code != base::ErrorCode::kFormat) return read;
    return Fail(read.error());
  }

  // Runs `query` on the journal's thread and waits for its answer.
  template <class Value, class Query>
  base::Result<Value> Ask(Query query) {
    CHECK(std::this_thread::get_id() != thread_.get_id());
    // Shared: the waiting side may go while set_value is still on its way out.
    auto answer = std::make_shared<std::promise<base::Result<Value>>>();
    auto future = answer->get_future();
    const auto refused = queue_.Push({{}, {}, [this, answer, query] {
                                        const auto health = Health();
                                        answer->set_value(health ? query() : health.error());
                                      }});
    if (refused) return ClosedError();
    return future.get();
  }

  const std::string path_;
  const std::int64_t epoch_;
  CommitQueue queue_;
  std::unique_ptr<SqliteStore> store_;  // of the journal's thread while it runs
  mutable base::Mutex mutex_;
  base::Status health_ GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace

base::Status CreateSqliteJournal(const std::string& path, const std::vector<Chunk>& chunks) {
  if (base::Stat(path)) {
    return base::Error{base::ErrorCode::kIo, path + ": exists already; a journal is made once"};
  }
  // Made beside its place, so that a process that dies here leaves no half a journal.
  const std::string unfinished = path + ".new";
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::error_code error;
  std::filesystem::remove(unfinished + "-wal", error);
  auto file = base::CreateFile(unfinished);
  if (!file) return file.error();
  RETURN_IF_ERROR(CheckLocalStorage(unfinished, "choose a local disk with --runs-dir"));
  {
    auto database = SqliteDatabase::Open(unfinished);
    if (!database) return database.error();
    RETURN_IF_ERROR(WriteNewJournal(*database, chunks));
  }
  RETURN_IF_ERROR(file->Sync());
  std::filesystem::rename(unfinished, path, error);
  if (error) return base::SystemError("create", path, error.value());
  return base::SyncDirectory(parent.empty() ? "." : parent.string());
}

base::Result<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& path,
                                                         const base::Clock& clock,
                                                         const SqliteJournalOptions& options) {
  auto store = SqliteStore::Open(path, clock, options);
  if (!store) return store.error();
  auto journal =
      std::make_unique<SqliteJournal>(path, *std::move(store), clock.ToReal(kGatherSlice));
  RETURN_IF_ERROR(journal->Start());
  return std::unique_ptr<Journal>(std::move(journal));
}

}  // namespace rehome::journal

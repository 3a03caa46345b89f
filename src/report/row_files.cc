#include "report/row_files.h"

#include <optional>
#include <utility>

#include "report/row_file_set.h"
#include "report/source_rows.h"

namespace rehome::report {
namespace {

// Merges the outcomes, which come by row, with the records of the input: the rows between two
// outcomes have none and are unprocessed. Without the input `source` is nullptr.
class RowJoin {
 public:
  RowJoin(const journal::RunFacts& facts, SourceRows* source, RowFileSet& files)
      : last_row_(facts.last_row), next_row_(facts.first_row), source_(source), files_(files) {}

  base::Status Add(const model::Outcome& outcome) {
    if (outcome.row < next_row_ || outcome.row > last_row_) {
      return base::Error{base::ErrorCode::kInternal,
                         "the journal has an outcome for row " + std::to_string(outcome.row) +
                             " where row " + std::to_string(next_row_) +
                             " is due. This is a bug in rehome: keep the run directory and report "
                             "it"};
    }
    RETURN_IF_ERROR(AddUnprocessedBefore(outcome.row));
    return AddNext(outcome);
  }

  base::Status Finish() { return AddUnprocessedBefore(last_row_ + 1); }

 private:
  base::Status AddUnprocessedBefore(std::int64_t row) {
    while (next_row_ < row) {
      model::Outcome none;
      none.row = next_row_;
      none.reason = model::Reason::kStopped;
      RETURN_IF_ERROR(AddNext(none));
    }
    return {};
  }

  base::Status AddNext(const model::Outcome& outcome) {
    ++next_row_;
    if (source_ == nullptr) return files_.Add(outcome, nullptr);
    const auto record = source_->At(outcome.row);
    if (!record) return record.error();
    return files_.Add(outcome, *record);
  }

  std::int64_t last_row_;
  std::int64_t next_row_;
  SourceRows* source_;
  RowFileSet& files_;
};

std::string Note(const std::string& why) {
  return why + ", so the row files hold only the columns that start with _";
}

base::Status WriteRows(const journal::RunFacts& facts, journal::JournalReader& journal,
                       SourceRows* source, RowFileSet& files) {
  RowJoin join(facts, source, files);
  base::Status status;
  RETURN_IF_ERROR(journal.VisitOutcomes([&](const model::Outcome& outcome) {
    if (status.ok()) status = join.Add(outcome);
  }));
  RETURN_IF_ERROR(status);
  return join.Finish();
}

}  // namespace

base::Result<RowFilesNote> WriteRowFiles(const journal::RunDirectory& run,
                                         const journal::RunFacts& facts,
                                         journal::JournalReader& journal,
                                         const RowFileOptions& options) {
  RowFilesNote result;
  std::optional<csv::Header> header;
  if (const auto difference = SourceDifference(facts)) {
    result.note = Note(*difference);
  } else if (auto read = csv::ReadHeader(facts.file, options.columns); read.ok()) {
    header = *std::move(read);
  } else {
    result.note = Note(read.error().message);
  }
  std::optional<SourceRows> source;
  if (header) {
    auto chunks = journal.Chunks();
    if (!chunks) return chunks.error();
    auto splices = ReadSplices(facts, journal);
    if (!splices) return splices.error();
    source.emplace(csv::Input(facts.file, *std::move(splices)), *header, *std::move(chunks));
  }
  auto files = RowFileSet::Create(run, header ? &*header : nullptr, facts,
                                  {.full_success = options.full_success, .cells = options.cells});
  if (!files) return files.error();
  RETURN_IF_ERROR(WriteRows(facts, journal, source ? &*source : nullptr, *files));
  RETURN_IF_ERROR(files->Commit());
  return result;
}

}  // namespace rehome::report

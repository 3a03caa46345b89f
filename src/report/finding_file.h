#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "model/verification.h"

namespace rehome::report {

/// The columns of verification.csv, in this order.
inline constexpr std::array<std::string_view, 13> kFindingColumns = {
    "_row",   "_line",    "_object",          "_finding",       "_code",     "_field", "_expected",
    "_found", "_user_id", "_organization_id", "_membership_id", "_other_id", "_hint"};

/// verification.csv of a run while it is written. Findings come in any order and are kept in an
/// unnamed file beside it; 24 bytes each stay in memory, to sort them by row. One thread; `run`
/// must outlive it.
class FindingFile {
 public:
  explicit FindingFile(const journal::RunDirectory& run);

  /// The first error is kept for Commit.
  void Add(const model::VerificationFinding& finding);
  std::int64_t count() const { return static_cast<std::int64_t>(kept_.size()); }
  /// Writes the file: one record a finding, by row, or only the header; lines of the input come
  /// from the journal's outcomes.
  base::Status Commit(journal::JournalReader& journal);

 private:
  struct Kept {
    std::int64_t row = 0;
    std::int64_t offset = 0;  // in the unnamed file
    std::int64_t size = 0;
  };
  base::Status Keep(const model::VerificationFinding& finding);

  const journal::RunDirectory& run_;
  base::File unsorted_;
  base::Status status_;
  std::vector<Kept> kept_;
  std::int64_t end_ = 0;  // of the unnamed file
};

/// The cells of a finding behind `_row` and `_line`, as a record with its LF. The values of the
/// input and of the target are safe for spreadsheets.
std::string FindingRecord(const model::VerificationFinding& finding);

}  // namespace rehome::report

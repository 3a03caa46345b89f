#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csv/dialect.h"
#include "csv/record_scanner.h"
#include "survey/chunk_map.h"
#include "survey/organization_tally.h"
#include "survey/survey.h"
#include "survey/user_tally.h"

namespace rehome::survey {

/// What the survey does with each record of a file. `header` and `options` must outlive it. One
/// thread.
class FilePass final : public csv::RecordSink {
 public:
  FilePass(const csv::Header& header, const SurveyOptions& options);

  /// The fields whose bytes the pass needs, ascending.
  const std::vector<std::size_t>& wanted() const { return wanted_; }
  void Take(const csv::ScannedRecord& record) override;
  void TakeBlankLine(const csv::ScannedRecord& line) override;
  /// The first trouble with temporary files.
  const base::Status& status() const { return users_.status(); }
  /// The result, but for the size and the hash of the file.
  base::Result<Survey> Finish(std::int64_t file_end);

 private:
  enum Cell : std::size_t { kEmail, kOrgId, kOrgExternalId, kOrgName, kCells };

  bool IsSelected() const;
  std::string_view Value(const csv::ScannedRecord& record, Cell cell);

  const SurveyOptions& options_;
  const std::size_t columns_;
  std::vector<std::size_t> wanted_;
  std::array<std::optional<std::size_t>, kCells> places_;  // in wanted_
  std::array<std::string, kCells> scratch_;
  Survey survey_;
  ChunkMap chunks_;
  OrganizationTally organizations_;
  UserTally users_;
};

}  // namespace rehome::survey

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/reader.h"
#include "model/row.h"
#include "survey/survey.h"

namespace rehome::verify {

/// Rows of a surveyed file by growing numbers: each chunk that has one of them is read once. One
/// thread; the references must outlive it.
class RowLookup {
 public:
  RowLookup(const csv::Input& input, const csv::Header& header, const survey::Survey& survey)
      : input_(input), header_(header), survey_(survey) {}

  /// The well-formed row `number`, higher than any asked for before. An error when the file has no
  /// such row: it is not the file of the run.
  base::Result<model::Row> Find(std::int64_t number);

 private:
  base::Status OpenChunkOf(std::int64_t number);
  base::Error NotTheFile(std::int64_t number) const;

  const csv::Input input_;
  const csv::Header& header_;
  const survey::Survey& survey_;
  std::size_t chunk_ = 0;
  std::unique_ptr<csv::Reader> reader_;  // of that chunk
};

}  // namespace rehome::verify

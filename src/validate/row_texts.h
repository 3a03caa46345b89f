#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/record_texts.h"
#include "survey/survey.h"

namespace rehome::validate {

/// The records of a surveyed file as they stand in it, for rows that are asked for in order. One
/// chunk is in memory. One thread; what it is made from must outlive it.
class RowTexts {
 public:
  RowTexts(const std::string& path, const csv::Header& header, const survey::Survey& survey)
      : path_(path), header_(header), survey_(survey) {}

  /// The record of `row`, which lies in `chunk`; valid until the next call.
  base::Result<csv::RecordText> At(std::int64_t chunk, std::int64_t row);

 private:
  const std::string& path_;
  const csv::Header& header_;
  const survey::Survey& survey_;
  std::int64_t chunk_ = -1;
  std::optional<csv::RecordTexts> texts_;
};

/// The header record.
base::Result<csv::RecordTexts> OpenHeader(const std::string& path, const csv::Header& header);

}  // namespace rehome::validate

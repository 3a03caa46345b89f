#include "validate/row_texts.h"

#include <cstddef>

#include "csv/range.h"

namespace rehome::validate {

base::Result<csv::RecordText> RowTexts::At(std::int64_t chunk, std::int64_t row) {
  if (chunk != chunk_) {
    auto texts =
        csv::RecordTexts::Open(path_, header_, survey_.chunks[static_cast<std::size_t>(chunk)]);
    if (!texts) return texts.error();
    texts_.emplace(*std::move(texts));
    chunk_ = chunk;
  }
  while (const auto text = texts_->Next()) {
    if (text->position.row == row) return *text;
  }
  return csv::ChangedSinceSurvey(path_, "has no row " + std::to_string(row));
}

base::Result<csv::RecordTexts> OpenHeader(const std::string& path, const csv::Header& header) {
  return csv::RecordTexts::Open(path, header,
                                {.begin = header.offset,
                                 .end = header.body_offset,
                                 .first_row = 0,
                                 .first_line = header.line});
}

}  // namespace rehome::validate

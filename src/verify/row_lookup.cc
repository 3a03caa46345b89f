#include "verify/row_lookup.h"

#include <utility>
#include <variant>

namespace rehome::verify {
namespace {

std::int64_t NumberOf(const model::Record& record) {
  return std::visit([](const auto& row) { return row.position.row; }, record);
}

}  // namespace

base::Result<model::Row> RowLookup::Find(std::int64_t number) {
  RETURN_IF_ERROR(OpenChunkOf(number));
  while (true) {
    auto record = reader_->Next();
    if (!record) return record.error();
    if (!*record || NumberOf(**record) > number) return NotTheFile(number);
    if (NumberOf(**record) < number) continue;
    auto* row = std::get_if<model::Row>(&**record);
    if (row == nullptr) return NotTheFile(number);
    return std::move(*row);
  }
}

base::Status RowLookup::OpenChunkOf(std::int64_t number) {
  const auto ends_before = [&](std::size_t chunk) {
    return survey_.chunks[chunk].first_row + survey_.chunk_rows[chunk] <= number;
  };
  while (chunk_ < survey_.chunks.size() && ends_before(chunk_)) {
    ++chunk_;
    reader_.reset();
  }
  if (chunk_ == survey_.chunks.size()) return NotTheFile(number);
  if (reader_) return {};
  auto reader = csv::OpenReader(input_, header_, survey_.chunks[chunk_]);
  if (!reader) return reader.error();
  reader_ = *std::move(reader);
  return {};
}

base::Error RowLookup::NotTheFile(std::int64_t number) const {
  return {base::ErrorCode::kInput, input_.path() + ": row " + std::to_string(number) +
                                       " is not the one that was imported; verify with the file "
                                       "of the run"};
}

}  // namespace rehome::verify

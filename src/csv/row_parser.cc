#include "csv/row_parser.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <string_view>
#include <utility>

// Without its thread, which would call the ByteSource. Its fixed buffers for messages are filled by
// strncpy and then terminated, which the compiler cannot see.
#define CSV_IO_NO_THREAD
#pragma GCC diagnostic push
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wstringop-truncation"
#endif
#include <libfccp/csv.h>
#pragma GCC diagnostic pop

namespace rehome::csv {
namespace {

// Stands for a LF inside quotes, which the parser would take for the end of the record. It occurs
// in no UTF-8 text.
constexpr char kQuotedNewline = '\xff';

class OwnedBytes final : public io::ByteSourceBase {
 public:
  explicit OwnedBytes(std::string bytes) : bytes_(std::move(bytes)) {}

  // Fills `buffer` completely until the bytes end: the parser takes a short read for the end.
  int read(char* buffer, int size) override {
    const std::size_t count = std::min(static_cast<std::size_t>(size), bytes_.size() - at_);
    std::memcpy(buffer, bytes_.data() + at_, count);
    at_ += count;
    return static_cast<int>(count);
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

base::Error Failure(const std::exception& exception) {
  return {base::ErrorCode::kInternal,
          std::string("the CSV parser refused a record that was found well formed: ") +
              exception.what()};
}

template <char delimiter>
class FastParser final : public RowParser {
 public:
  explicit FastParser(std::string bytes)
      : reader_("input", std::make_unique<OwnedBytes>(std::move(bytes))) {
    ReadHeader(std::make_index_sequence<model::kColumnCount>());
  }

  base::Status Next(model::Row& row) override {
    // A column that the file does not have is left alone by the parser.
    std::array<const char*, model::kColumnCount> cells;
    cells.fill("");
    try {
      if (!ReadRow(cells, std::make_index_sequence<model::kColumnCount>())) {
        return base::Error{base::ErrorCode::kInternal, "the CSV parser lost a record"};
      }
    } catch (const std::exception& exception) {
      return Failure(exception);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      row.cells[i] = cells[i];
      std::replace(row.cells[i].begin(), row.cells[i].end(), kQuotedNewline, '\n');
    }
    return {};
  }

 private:
  template <std::size_t... kIndexes>
  void ReadHeader(std::index_sequence<kIndexes...>) {
    reader_.read_header(io::ignore_extra_column | io::ignore_missing_column,
                        std::string(model::kColumnNames[kIndexes])...);
  }

  template <std::size_t... kIndexes>
  bool ReadRow(std::array<const char*, model::kColumnCount>& cells,
               std::index_sequence<kIndexes...>) {
    return reader_.read_row(cells[kIndexes]...);
  }

  io::CSVReader<model::kColumnCount, io::trim_chars<>, io::double_quote_escape<delimiter, '"'>>
      reader_;
};

}  // namespace

ParserInput::ParserInput(const Header& header) {
  for (const auto& column : header.columns) {
    if (!bytes_.empty()) bytes_ += header.delimiter;
    bytes_ += column ? model::NameOf(*column) : "_";
  }
  bytes_ += "\r\n";
}

// The parser takes one CR away from each line, so each line gets one.
void ParserInput::Add(std::string_view record) {
  const std::size_t from = bytes_.size();
  bytes_ += record;
  std::replace(bytes_.begin() + static_cast<std::ptrdiff_t>(from), bytes_.end(), '\n',
               kQuotedNewline);
  bytes_ += "\r\n";
}

base::Result<std::unique_ptr<RowParser>> MakeRowParser(std::string bytes, char delimiter) {
  try {
    switch (delimiter) {
      case ';':
        return std::unique_ptr<RowParser>(std::make_unique<FastParser<';'>>(std::move(bytes)));
      case '\t':
        return std::unique_ptr<RowParser>(std::make_unique<FastParser<'\t'>>(std::move(bytes)));
      case '|':
        return std::unique_ptr<RowParser>(std::make_unique<FastParser<'|'>>(std::move(bytes)));
      default:
        return std::unique_ptr<RowParser>(std::make_unique<FastParser<','>>(std::move(bytes)));
    }
  } catch (const std::exception& exception) {
    return Failure(exception);
  }
}

}  // namespace rehome::csv

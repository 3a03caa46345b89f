#include "csv/dialect.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "csv/field.h"
#include "csv/header_names.h"
#include "csv/record_scanner.h"
#include "csv/scan_fault.h"

namespace rehome::csv {
namespace {

// A header of 1,000 long names has some 100 kB; more is no header.
constexpr std::size_t kMaxHeaderBytes = 1 << 20;
constexpr std::size_t kMaxColumns = 1000;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

base::Error Refusal(const std::string& where, const std::string& what) {
  return {base::ErrorCode::kInput, where + ": " + what};
}

std::string LineOf(const std::string& path, std::int64_t line) {
  return path + ":" + std::to_string(line);
}

base::Status CheckRegular(const std::string& path) {
  const std::string why = ", but the file is read twice and hashed: save it and name that file";
  if (path == "-") return Refusal(path, "is standard input" + why);
  const auto facts = base::Stat(path);
  if (!facts) return facts.error();
  switch (facts->kind) {
    case base::FileFacts::Kind::kRegular:
      return {};
    case base::FileFacts::Kind::kDirectory:
      return Refusal(path, "is a directory: name the CSV file in it");
    case base::FileFacts::Kind::kPipe:
      return Refusal(path, "is a pipe" + why);
    case base::FileFacts::Kind::kOther:
      return Refusal(path, "is no regular file" + why);
  }
  return {};
}

// Where the header record lies in the first bytes of the file.
struct HeaderBytes {
  std::size_t begin = 0;
  std::size_t end = 0;   // before the line end
  std::size_t body = 0;  // behind the line end
  std::int64_t line = 1;
  std::int64_t body_line = 1;
};

// Finds the first record that is not blank; nothing when there is none.
std::optional<HeaderBytes> FindHeader(std::string_view bytes) {
  HeaderBytes header;
  header.begin = bytes.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  std::int64_t line = 1;
  bool inside = false;
  for (std::size_t i = header.begin; i <= bytes.size(); ++i) {
    const bool at_end = i == bytes.size();
    if (!at_end && bytes[i] == '"') inside = !inside;
    if (!at_end && bytes[i] != '\n') continue;
    if (!at_end) ++line;
    if (inside && !at_end) continue;
    header.end = i;
    header.body = at_end ? i : i + 1;
    header.body_line = line;
    const auto record = bytes.substr(header.begin, header.end - header.begin);
    if (!base::Trim(record).empty()) {
      if (record.ends_with('\r')) --header.end;
      return header;
    }
    header.begin = header.body;
    header.line = line;
  }
  return std::nullopt;
}

// By its mark, or by a NUL in each of its first two characters; a NUL alone is none of it.
bool LooksLikeUtf16(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) return true;
  if (bytes.size() < 4) return false;
  const auto is_nul = [bytes](std::size_t at) { return bytes[at] == '\0'; };
  return is_nul(0) == is_nul(2) && is_nul(1) == is_nul(3) && is_nul(0) != is_nul(1);
}

std::vector<std::string> NamesOf(std::string_view record, char delimiter) {
  std::vector<std::string> names;
  std::string scratch;
  for (const std::string_view raw : SplitRecord(record, delimiter)) {
    names.emplace_back(base::Trim(Unquote(base::Trim(raw), scratch)));
  }
  return names;
}

// The delimiter that gives the best header: with an e-mail, with most columns of ours, with most
// fields; the comma when all are alike.
char ChooseDelimiter(std::string_view record, const ColumnOptions& options) {
  using Score = std::tuple<bool, std::size_t, std::size_t>;
  char best = ',';
  Score best_score{false, 0, 0};
  for (const char delimiter : {',', ';', '\t', '|'}) {
    const auto names = NamesOf(record, delimiter);
    bool has_email = false;
    std::size_t known = 0;
    for (const std::string& name : names) {
      const auto column = ColumnOf(name, options);
      if (column == model::Column::kEmail) has_email = true;
      if (column || LookalikeOf(name)) ++known;
    }
    const Score score{has_email, known, names.size()};
    if (score > best_score) {
      best = delimiter;
      best_score = score;
    }
  }
  return best;
}

class HeaderShape final : public RecordSink {
 public:
  void Take(const ScannedRecord& record) override { stray_field_ = record.stray_field; }
  std::size_t stray_field() const { return stray_field_; }

 private:
  std::size_t stray_field_ = 0;
};

// NUL, bad UTF-8, quotes that are not in order, CR as line end.
base::Status CheckBytes(std::string_view bytes, const HeaderBytes& header, char delimiter,
                        const std::string& path) {
  const std::string_view record = bytes.substr(header.begin, header.end - header.begin);
  HeaderShape shape;
  RecordScanner scanner(delimiter, {}, {static_cast<std::int64_t>(header.begin), header.line},
                        shape);
  if (const auto fault = scanner.Finish(record)) return ErrorOf(*fault, path);
  const std::string where = LineOf(path, header.line);
  for (const std::string_view raw : SplitRecord(record, delimiter)) {
    if (raw.starts_with('"') || raw.find('\r') == std::string_view::npos) continue;
    return Refusal(where, "the lines end with CR alone: save the file with LF or CRLF line ends");
  }
  if (shape.stray_field() == 0) return {};
  return Refusal(where, "a quotation mark in field " + std::to_string(shape.stray_field()) +
                            " of the header does not enclose the whole field: quote the whole "
                            "name, or remove the mark");
}

base::Result<std::string> ReadStart(const std::string& path) {
  auto file = base::OpenForReading(path);
  // Whatever the cause, it is the input that cannot be used: nothing has been written yet.
  if (!file) return base::Error{base::ErrorCode::kInput, file.error().message};
  constexpr std::size_t kFirstBytes = 64 << 10;
  std::string bytes;
  for (const std::size_t size : {kFirstBytes, kMaxHeaderBytes}) {
    bytes.assign(size, '\0');
    const auto got = file->ReadAt(0, bytes);
    if (!got) return got.error();
    bytes.resize(*got);
    const auto header = FindHeader(bytes);
    if (*got < size || (header && header->body < size)) return bytes;
  }
  return Refusal(LineOf(path, 1),
                 "the header does not end within 1 MiB: close its quotation mark "
                 "if one is missing");
}

}  // namespace

bool Header::Has(model::Column column) const {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

base::Result<Header> InspectHeader(const std::string& path, const ColumnOptions& options) {
  RETURN_IF_ERROR(CheckRegular(path));
  const auto bytes = ReadStart(path);
  if (!bytes) return bytes.error();
  if (LooksLikeUtf16(*bytes)) {
    return Refusal(LineOf(path, 1), "byte 0 begins UTF-16: save the file as UTF-8 CSV");
  }
  const auto found = FindHeader(*bytes);
  if (!found) {
    return Refusal(path, "is empty: it needs a header line with the column \"email\"");
  }
  const std::string_view record =
      std::string_view(*bytes).substr(found->begin, found->end - found->begin);
  Header header;
  header.delimiter = ChooseDelimiter(record, options);
  RETURN_IF_ERROR(CheckBytes(*bytes, *found, header.delimiter, path));
  header.names = NamesOf(record, header.delimiter);
  header.offset = static_cast<std::int64_t>(found->begin);
  header.line = found->line;
  header.body_offset = static_cast<std::int64_t>(found->body);
  header.body_line = found->body_line;
  const std::string where = LineOf(path, found->line);
  if (header.names.size() > kMaxColumns) {
    return Refusal(where, "the header has " +
                              base::WithThousands(static_cast<std::int64_t>(header.names.size())) +
                              " fields, and 1,000 is the limit");
  }
  auto resolved = ResolveNames(header.names, options, where);
  if (!resolved) return resolved.error();
  header.columns = std::move(resolved->columns);
  header.findings = std::move(resolved->findings);
  for (const HeaderFinding& finding : header.findings) {
    if (model::FactsOf(finding.reason).severity == model::Severity::kError) continue;
    header.warnings.push_back(where + ": " + finding.message);
  }
  return header;
}

base::Result<Header> ReadHeader(const std::string& path, const ColumnOptions& options) {
  auto header = InspectHeader(path, options);
  if (!header) return header.error();
  for (const HeaderFinding& finding : header->findings) {
    if (model::FactsOf(finding.reason).severity == model::Severity::kWarning) continue;
    return Refusal(LineOf(path, header->line), finding.message);
  }
  return header;
}

}  // namespace rehome::csv

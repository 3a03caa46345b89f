#include "survey/survey.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "csv/record_scanner.h"
#include "csv/scan_fault.h"
#include "survey/file_pass.h"

namespace rehome::survey {
namespace {

// One read. Larger blocks fall out of the second-level cache (256 KiB cost four times as much CPU
// a byte), smaller ones pay more system calls.
constexpr std::size_t kReadBytes = 64 << 10;
static_assert(kReadBytes % csv::kBlockBytes == 0);

// The bytes of a file in order, hashed as they go by. One thread.
class HashedFile {
 public:
  explicit HashedFile(csv::OpenInput file) : file_(std::move(file)), buffer_(kReadBytes) {}

  /// The next bytes, fewer than asked only at the end of the file. At most kReadBytes.
  base::Result<std::string_view> Read(std::size_t count) {
    const auto got = file_.ReadAt(offset_, std::span(buffer_).first(count));
    if (!got) return got.error();
    offset_ += static_cast<std::int64_t>(*got);
    const std::string_view bytes(buffer_.data(), *got);
    hasher_.Update(bytes);
    return bytes;
  }
  base::Status Skip(std::int64_t count) {
    while (count > 0) {
      const auto bytes = Read(std::min(kReadBytes, static_cast<std::size_t>(count)));
      if (!bytes) return bytes.error();
      if (bytes->empty()) return {};
      count -= static_cast<std::int64_t>(bytes->size());
    }
    return {};
  }
  std::int64_t offset() const { return offset_; }
  base::Hash128 hash() const { return hasher_.Finish(); }

 private:
  csv::OpenInput file_;
  std::vector<char> buffer_;
  std::int64_t offset_ = 0;
  base::Hasher hasher_;
};

}  // namespace

base::Result<Survey> SurveyFile(const csv::Input& input, const csv::Header& header,
                                const SurveyOptions& options) {
  auto opened = csv::OpenInput::Open(input);
  if (!opened) return opened.error();
  const auto facts = base::Stat(input.path());
  if (!facts) return facts.error();
  HashedFile file(std::move(*opened));
  RETURN_IF_ERROR(file.Skip(header.body_offset));
  FilePass pass(header, options);
  csv::RecordScanner scanner(header.delimiter, pass.wanted(),
                             {header.body_offset, header.body_line}, pass);
  while (true) {
    const auto bytes = file.Read(kReadBytes);
    if (!bytes) return bytes.error();
    const bool at_end = bytes->size() < kReadBytes;
    const auto fault = at_end ? scanner.Finish(*bytes) : scanner.Feed(*bytes);
    if (fault) return csv::ErrorOf(*fault, input.path());
    RETURN_IF_ERROR(pass.status());
    if (at_end) break;
  }
  auto survey = pass.Finish(file.offset());
  if (survey) {
    survey->hash = file.hash();
    survey->modified_ns = facts->modified_ns;
  }
  return survey;
}

base::Result<base::Hash128> HashFile(const csv::Input& input) {
  auto opened = csv::OpenInput::Open(input);
  if (!opened) return opened.error();
  HashedFile file(std::move(*opened));
  while (true) {
    const auto bytes = file.Read(kReadBytes);
    if (!bytes) return bytes.error();
    if (bytes->size() < kReadBytes) return file.hash();
  }
}

}  // namespace rehome::survey

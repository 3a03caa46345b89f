#include "validate/repaired_copy.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "csv/range.h"

namespace rehome::validate {
namespace {

// One read. Larger ones fall out of the second-level cache, smaller ones cost more system calls.
constexpr std::size_t kBlockBytes = 64 << 10;

}  // namespace

base::Result<RepairedCopy> RepairedCopy::Create(const std::string& from, const std::string& to) {
  auto source = base::OpenForReading(from);
  if (!source) return source.error();
  auto copy = base::NewFile::Create(to);
  if (!copy) return copy.error();
  return RepairedCopy(from, *std::move(source), *std::move(copy));
}

base::Status RepairedCopy::Apply(const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) {
    RETURN_IF_ERROR(PassTo(edit.begin, Bytes::kCopied));
    RETURN_IF_ERROR(PassTo(edit.end, Bytes::kLeftOut));
    RETURN_IF_ERROR(to_.Write(edit.bytes));
  }
  return {};
}

base::Status RepairedCopy::Finish(const survey::Survey& survey) {
  RETURN_IF_ERROR(PassTo(survey.bytes, Bytes::kCopied));
  if (hasher_->Finish() != survey.hash) {
    return csv::ChangedSinceSurvey(path_, "has other bytes than were checked");
  }
  return to_.Flush();
}

base::Status RepairedCopy::PassTo(std::int64_t end, Bytes what) {
  while (passed_ < end) {
    if (used_ == block_.size()) {
      block_.resize(kBlockBytes);
      const auto got = from_.ReadAt(passed_, block_);
      if (!got) return got.error();
      if (*got == 0) return csv::ChangedSinceSurvey(path_, "has lost its end");
      block_.resize(*got);
      used_ = 0;
    }
    const std::size_t count =
        std::min(block_.size() - used_, static_cast<std::size_t>(end - passed_));
    const std::string_view bytes = std::string_view(block_).substr(used_, count);
    hasher_->Update(bytes);
    if (what == Bytes::kCopied) RETURN_IF_ERROR(to_.Write(bytes));
    used_ += count;
    passed_ += static_cast<std::int64_t>(count);
  }
  return {};
}

}  // namespace rehome::validate

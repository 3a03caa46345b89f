#include "report/stream_file.h"

#include <utility>

namespace rehome::report {
namespace {

// Bytes gathered for one write: less costs system calls, more only memory (five files are open).
constexpr std::size_t kBufferBytes = 64 << 10;

std::string TemporaryOf(const std::string& path) { return path + ".tmp"; }

}  // namespace

StreamFile::StreamFile(std::string path, base::File file)
    : path_(std::move(path)), file_(std::move(file)) {}

base::Result<StreamFile> StreamFile::Create(const std::string& path) {
  auto file = base::CreateFile(TemporaryOf(path));
  if (!file) return file.error();
  return StreamFile(path, *std::move(file));
}

StreamFile::~StreamFile() {
  if (!file_.is_open()) return;
  // Whatever failed is told already; a file that cannot be removed either is overwritten next time.
  const base::Status ignored = base::RemoveFile(TemporaryOf(path_));
  static_cast<void>(ignored);
}

base::Status StreamFile::Write(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < kBufferBytes ? base::Status() : Flush();
}

base::Status StreamFile::Flush() {
  base::Status status = file_.Write(buffer_);
  buffer_.clear();
  return status;
}

base::Status StreamFile::Commit() {
  RETURN_IF_ERROR(Flush());
  RETURN_IF_ERROR(file_.Sync());
  RETURN_IF_ERROR(base::RenameFile(TemporaryOf(path_), path_));
  file_ = base::File();
  return {};
}

}  // namespace rehome::report

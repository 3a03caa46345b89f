#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/new_file.h"
#include "base/result.h"
#include "survey/survey.h"
#include "validate/check_file.h"

namespace rehome::validate {

/// A copy of a surveyed file in which some bytes are replaced; all others stay as they are. One
/// block is in memory. One thread.
class RepairedCopy {
 public:
  /// A copy of `from` at `to`, which is not there before it is published.
  static base::Result<RepairedCopy> Create(const std::string& from, const std::string& to);

  /// Copies up to the last of these and puts them in. They come in the order of the file.
  base::Status Apply(const std::vector<Edit>& edits);
  /// Copies the rest. kInput when the bytes that were read are not those of the survey.
  base::Status Finish(const survey::Survey& survey);
  /// A path under which the finished copy can be read before it is published.
  std::string ReadablePath() const { return to_.ReadablePath(); }
  base::Status Publish(base::Existing existing) { return to_.Publish(existing); }

 private:
  RepairedCopy(std::string path, base::File from, base::NewFile to)
      : path_(std::move(path)), from_(std::move(from)), to_(std::move(to)) {}

  enum class Bytes { kCopied, kLeftOut };
  base::Status PassTo(std::int64_t end, Bytes what);

  std::string path_;
  base::File from_;
  base::NewFile to_;
  std::unique_ptr<base::Hasher> hasher_ = std::make_unique<base::Hasher>();
  std::string block_;
  std::size_t used_ = 0;     // of the block
  std::int64_t passed_ = 0;  // of the file
};

}  // namespace rehome::validate

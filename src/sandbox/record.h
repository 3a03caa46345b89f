#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "sandbox/answer.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// The record of every request and effect, in the order in which they took place: JSON Lines, in
/// memory and in a file as asked. Bodies appear as digests only, keys and passwords never. Not
/// thread-safe.
class Record {
 public:
  /// What is kept is what `Render` can show later; it grows with each request.
  enum class Memory { kKeep, kForget };

  explicit Record(Memory memory) : memory_(memory) {}
  /// From now on every line is also appended to this file, at `Flush`.
  base::Status OpenFile(const std::string& path);
  bool has_file() const { return file_.is_open(); }

  void Add(const Request& request, const Answer& answer);
  /// The lines kept in memory with a sequence number above `since`.
  std::string Render(std::int64_t since, bool effects_only) const;
  /// Forgets the lines in memory; numbers go on, the file stays as it is.
  void Clear() { lines_.clear(); }

  void Flush();
  /// What ended the writing of the file, if anything did.
  const std::optional<base::Error>& file_error() const { return file_error_; }

 private:
  struct Line {
    std::int64_t sequence = 0;
    bool has_effect = false;
    std::string text;
  };

  Memory memory_;
  std::int64_t last_sequence_ = 0;
  std::deque<Line> lines_;
  base::File file_;
  std::string unwritten_;
  std::optional<base::Error> file_error_;
};

}  // namespace rehome::sandbox

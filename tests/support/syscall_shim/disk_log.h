#pragma once

#include <pthread.h>

#include <cstddef>
#include <cstdint>

namespace shim {

/// What a change of the disk was. The letters are those of tests/e2e/power_cut.py.
enum class Change : char {
  kCreate = 'C',
  kWrite = 'W',
  kTruncate = 'T',
  kSync = 'S',
  kRename = 'R',
  kUnlink = 'U',
  kMakeDirectory = 'M',
  kRemoveDirectory = 'X',
  kSend = 'N',  ///< bytes left for the network: no change, but a moment to cut after
};

struct Entry {
  Change change = Change::kWrite;
  std::uint64_t inode = 0;
  std::uint64_t number = 0;  ///< offset of a write, size of a truncation, 1 of an fdatasync
  const char* path = "";
  const char* to = "";
  const void* bytes = nullptr;
  std::size_t size = 0;
};

/// The log of all that is done to the files of runs, in the order in which it is done: while one
/// lives no other thread changes anything. Written to the file SHIM_LOG; with SHIM_CUT=N the
/// process is killed right after entry N (from 1).
class Recording {
 public:
  /// `wanted`: whether the call touches a file that is kept; otherwise nothing is logged.
  explicit Recording(bool wanted);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  bool on() const { return on_; }
  void Add(const Entry& entry) const;

 private:
  bool on_ = false;
};

}  // namespace shim

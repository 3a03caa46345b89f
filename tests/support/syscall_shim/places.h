#pragma once

#include <cstdint>

namespace shim {

/// What a path or an open descriptor is to a run: the name of its file ("journal.db-wal"), or
/// "run", "runs" and "above" for the run directory, the directory of all runs and the one above;
/// "scratch" for an unnamed file; "lock", "locks", "input", "socket". Empty: nothing of interest.
struct Place {
  const char* role = "";
  std::uint64_t inode = 0;
  bool append = false;
  bool written = false;  ///< since it was synced
};

/// The role of an absolute path. The text lives for ever.
const char* RoleOf(const char* path);
/// Whether what is there has to survive a power cut: all but lock, input and socket.
bool IsKept(const char* role);
/// Any thread; a descriptor that was never noted has no role.
Place PlaceOf(int descriptor);
void Note(int descriptor, const Place& place);
/// Gives whether this write is the first one since a sync; of a file that is kept.
bool NoteWrite(int descriptor);
void NoteSync(int descriptor);
void Forget(int descriptor);

}  // namespace shim

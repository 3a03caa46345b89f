#include "places.h"

#include <pthread.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace shim {
namespace {

// Every descriptor that a run can have: its limit is 20,000 at most.
constexpr int kMostDescriptors = 1 << 15;
constexpr std::size_t kMostNames = 128;
constexpr std::size_t kLongestName = 64;

// Zero-initialised, so that they are there before any constructor has run.
std::array<Place, kMostDescriptors> places;
std::array<std::array<char, kLongestName>, kMostNames> names;
pthread_mutex_t names_mutex = PTHREAD_MUTEX_INITIALIZER;

std::string_view Setting(const char* name) {
  const char* value = getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

// One text for each name, for ever.
const char* Interned(std::string_view name) {
  if (name.size() >= kLongestName) return "other";
  pthread_mutex_lock(&names_mutex);
  const char* found = "other";
  for (auto& kept : names) {
    if (kept[0] == '\0') std::memcpy(kept.data(), name.data(), name.size());
    if (name != kept.data()) continue;
    found = kept.data();
    break;
  }
  pthread_mutex_unlock(&names_mutex);
  return found;
}

std::string_view ParentOf(std::string_view path) { return path.substr(0, path.rfind('/')); }

bool Is(std::string_view role, std::string_view name) { return role == name; }

}  // namespace

const char* RoleOf(const char* path) {
  const std::string_view whole(path);
  const std::string_view runs = Setting("SHIM_RUNS");
  const std::string_view locks = Setting("SHIM_LOCKS");
  if (runs.empty()) return "";
  if (whole == Setting("SHIM_INPUT")) return "input";
  if (whole == locks) return "locks";
  if (!locks.empty() && ParentOf(whole) == locks) return "lock";
  if (whole == runs) return "runs";
  if (whole == ParentOf(runs)) return "above";
  if (ParentOf(whole) == runs) return whole[runs.size() + 1] == '.' ? ".gitignore" : "run";
  if (ParentOf(ParentOf(whole)) != runs) return "";
  return Interned(whole.substr(whole.rfind('/') + 1));
}

bool IsKept(const char* role) {
  return *role != '\0' && !Is(role, "lock") && !Is(role, "locks") && !Is(role, "input") &&
         !Is(role, "socket") && !Is(role, "scratch");
}

Place PlaceOf(int descriptor) {
  if (descriptor < 0 || descriptor >= kMostDescriptors) return {};
  const Place& place = places[static_cast<std::size_t>(descriptor)];
  return place.role == nullptr ? Place() : place;
}

void Note(int descriptor, const Place& place) {
  if (descriptor < 0 || descriptor >= kMostDescriptors) return;
  places[static_cast<std::size_t>(descriptor)] = place;
}

bool NoteWrite(int descriptor) {
  Place place = PlaceOf(descriptor);
  if (!IsKept(place.role) || place.written) return false;
  place.written = true;
  Note(descriptor, place);
  return true;
}

void NoteSync(int descriptor) {
  Place place = PlaceOf(descriptor);
  place.written = false;
  Note(descriptor, place);
}

void Forget(int descriptor) { Note(descriptor, {}); }

}  // namespace shim

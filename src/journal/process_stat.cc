#include "journal/process_stat.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "base/file.h"
#include "base/text.h"

namespace rehome::journal {

std::optional<ProcessStat> ReadProcessStat(std::int64_t pid) {
  const auto text = base::ReadWholeFile("/proc/" + std::to_string(pid) + "/stat", 1 << 16);
  if (!text) return std::nullopt;
  // The second field is the name in parentheses and may hold blanks and parentheses itself.
  const std::size_t name_end = text->rfind(')');
  if (name_end == std::string::npos || name_end + 2 > text->size()) return std::nullopt;
  const auto fields = base::Split(std::string_view(*text).substr(name_end + 2), ' ');
  constexpr std::size_t kStart = 22 - 3;  // the first field here is the third of the file
  if (fields.size() <= kStart || fields[0].empty()) return std::nullopt;
  if (fields[0] == "Z" || fields[0] == "X") return std::nullopt;
  return ProcessStat{.state = fields[0].front(),
                     .start_ticks = base::ParseInt(fields[kStart]).value_or(0)};
}

std::optional<base::WallTime> StartOf(const ProcessStat& stat) {
  const auto text = base::ReadWholeFile("/proc/stat", 1 << 20);
  constexpr std::string_view kBoot = "\nbtime ";
  const std::size_t at = text ? text->find(kBoot) : std::string::npos;
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + kBoot.size();
  const auto boot = base::ParseInt(text->substr(begin, text->find('\n', begin) - begin));
  const std::int64_t ticks_per_second = sysconf(_SC_CLK_TCK);
  if (!boot || ticks_per_second <= 0) return std::nullopt;
  return base::WallTime(
      std::chrono::milliseconds(*boot * 1000 + stat.start_ticks * 1000 / ticks_per_second));
}

base::Result<unsigned> OwnerOf(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return base::SystemError("examine", path, errno);
  return facts.st_uid;
}

std::string UserNameOf(unsigned uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? "uid " + std::to_string(uid) : std::string(found->pw_name);
}

}  // namespace rehome::journal

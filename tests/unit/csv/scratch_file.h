#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace rehome::test {

/// A file `users.csv` with the given bytes in a directory of its own; both go with it.
class ScratchFile {
 public:
  explicit ScratchFile(std::string_view bytes) {
    std::string pattern = ::testing::TempDir() + "rehome-csv-XXXXXX";
    directory_ = mkdtemp(pattern.data());
    Write(bytes);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() {
    unlink(path().c_str());
    rmdir(directory_.c_str());
  }

  const std::string& directory() const { return directory_; }
  std::string path() const { return directory_ + "/users.csv"; }
  void Write(std::string_view bytes) const {
    std::ofstream file(path(), std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  /// `message` with the path shortened to its name.
  std::string Shorten(std::string message) const {
    for (std::size_t at = message.find(path()); at != std::string::npos;
         at = message.find(path())) {
      message.replace(at, path().size(), "users.csv");
    }
    return message;
  }

 private:
  std::string directory_;
};

}  // namespace rehome::test

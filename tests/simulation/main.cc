#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "simulation.h"

namespace rehome::simulation {
namespace {

constexpr const char* kUsage =
    "usage: simulation [--seeds A-B] [--twice] [--trace] [--caught]\n"
    "  --seeds A-B   the seeds to run [1-100]; A alone is one\n"
    "  --twice       each seed twice: both must come to the same\n"
    "  --trace       print what happens\n"
    "  --caught      for mutants: exit 0 as soon as a law is broken, 1 when none is\n";

struct Options {
  std::uint64_t first = 1;
  std::uint64_t last = 100;
  bool twice = false;
  bool trace = false;
  bool caught = false;
};

std::optional<std::uint64_t> NumberOf(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Options> Parse(const std::vector<std::string>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--twice") {
      options.twice = true;
    } else if (argument == "--trace") {
      options.trace = true;
    } else if (argument == "--caught") {
      options.caught = true;
    } else if (argument == "--seeds" && i + 1 < arguments.size()) {
      const std::string& range = arguments[++i];
      const std::size_t dash = range.find('-');
      const auto first = NumberOf(range.substr(0, dash));
      const auto last = dash == std::string::npos ? first : NumberOf(range.substr(dash + 1));
      if (!first || !last || *first > *last) return std::nullopt;
      options.first = *first;
      options.last = *last;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

/// A folder that goes with the process.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("rehome-simulation-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

void Add(RunEnd& all, const RunEnd& one) {
  all.events += one.events;
  all.incarnations += one.incarnations;
  all.crashes += one.crashes;
  all.sleeps += one.sleeps;
  all.overtaken += one.overtaken;
  all.fenced += one.fenced;
  all.late_answers += one.late_answers;
  all.parked += one.parked;
  all.failed += one.failed;
}

int Run(const Options& options) {
  const Folder folder;
  const auto begin = std::chrono::steady_clock::now();
  RunEnd all;
  std::vector<std::uint64_t> broken;
  std::uint64_t digest = 0;
  for (std::uint64_t seed = options.first; seed <= options.last; ++seed) {
    RunEnd end = RunSeed(seed, folder.path(), options.trace ? Text::kKeep : Text::kDrop);
    if (options.trace) std::cout << end.text;
    if (options.twice && RunSeed(seed, folder.path()).digest != end.digest) {
      end.broken.emplace_back("the second time it came to something else");
    }
    Add(all, end);
    digest = digest * 31 + end.digest;
    if (end.broken.empty()) continue;
    broken.push_back(seed);
    for (const std::string& law : end.broken) std::cout << "seed " << seed << ": " << law << "\n";
    if (options.caught) {
      std::cout << "caught by seed " << seed << "\n";
      return 0;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << "seeds " << options.first << " to " << options.last << ": " << all.incarnations
            << " processes, " << all.crashes << " crashes, " << all.sleeps << " sleeps, "
            << all.overtaken << " of them overtaken, " << all.fenced << " fenced with "
            << all.late_answers << " late answers, " << all.parked << " rows parked, " << all.failed
            << " failed, " << all.events << " events, digest " << std::hex << digest << std::dec
            << ", " << took.count() << " s\n";
  if (options.caught) {
    std::cout << "no seed has caught it\n";
    return 1;
  }
  if (broken.empty()) return 0;
  std::cout << "broken:";
  for (const std::uint64_t seed : broken) std::cout << " " << seed;
  std::cout << "\n";
  return 1;
}

}  // namespace
}  // namespace rehome::simulation

int main(int argc, char** argv) {
  const auto options = rehome::simulation::Parse({argv + 1, argv + argc});
  if (!options) {
    std::cerr << rehome::simulation::kUsage;
    return 2;
  }
  return rehome::simulation::Run(*options);
}

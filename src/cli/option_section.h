#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rehome::cli {

/// A command whose options are being added; only options.cc, the home of CLI11, sees into it.
struct OpenCommand;

/// Which numbers a flag takes.
struct Bounds {
  int lowest = 0;
  std::optional<int> highest{};
};

/// Options that stand under one heading of a command's help; an empty title hides them. The command
/// must outlive it. Its methods are in options.cc.
class Section {
 public:
  Section(OpenCommand& command, std::string title) : command_(command), title_(std::move(title)) {}

  /// `shown` stands for the value in the help: "N", "FILE".
  void Value(const std::string& name, std::string& into, const std::string& shown,
             const std::string& text);
  void Number(const std::string& name, int& into, const std::string& shown, const std::string& text,
              Bounds bounds);
  void Number(const std::string& name, std::int64_t& into, const std::string& shown,
              const std::string& text, Bounds bounds);
  /// Not below 0.
  void Decimal(const std::string& name, double& into, const std::string& shown,
               const std::string& text);
  /// 0 to 99, with or without the sign.
  void Percent(const std::string& name, int& into, const std::string& shown,
               const std::string& text);
  /// One value each time that it is given: what follows may be the file.
  void List(const std::string& name, std::vector<std::string>& into, const std::string& shown,
            const std::string& text);
  void Choice(const std::string& name, std::string& into, const std::vector<std::string>& choices,
              const std::string& text);
  void Flag(const std::string& name, bool& into, const std::string& text);

 private:
  OpenCommand& command_;
  std::string title_;
};

}  // namespace rehome::cli

#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cli/flag_values.h"

namespace rehome::cli {

/// A command whose options are being added; only options.cc, the home of CLI11, sees into it.
struct OpenCommand;

/// One option of a command as a value: what the parser is told about it.
struct OptionSpec {
  std::string section{};  ///< heading in the help; empty = hidden
  std::string name{};
  std::variant<bool*, int*, std::int64_t*, double*, std::string*, std::vector<std::string>*> into{};
  std::string shown{};  ///< stands for the value in the help: "N", "FILE"; of a flag nothing
  std::string text{};
  std::vector<std::string> choices{};
  Bounds bounds{};       ///< of numbers
  bool percent = false;  ///< a number that may have the sign behind it
};

/// Options that stand under one heading of a command's help; an empty title hides them. The command
/// must outlive it.
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

/// Adds it; in options.cc.
void AddSpec(OpenCommand& command, const OptionSpec& spec);

}  // namespace rehome::cli

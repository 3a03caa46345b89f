#include "cli/control_request.h"

#include <array>
#include <cstdint>

#include "base/text.h"
#include "cli/run_options.h"

namespace rehome::cli {
namespace {

using Kind = ControlRequest::Kind;

struct Word {
  Kind kind;
  std::string_view text;  // with `=` where a value belongs to it
};
constexpr std::array<Word, 6> kWords = {{{Kind::kPause, "pause"},
                                         {Kind::kResume, "resume"},
                                         {Kind::kRate, "rate="},
                                         {Kind::kConcurrency, "concurrency="},
                                         {Kind::kStop, "stop"},
                                         {Kind::kStatus, "status"}}};

base::Error Usage(std::string message) { return {base::ErrorCode::kUsage, std::move(message)}; }

std::string Quoted(std::string_view text) { return '"' + base::EscapeForTerminal(text) + '"'; }

std::string_view NameOf(const Word& word) { return word.text.substr(0, word.text.find('=')); }

base::Error Unknown(std::string_view name) {
  std::array<std::string_view, kWords.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = NameOf(kWords[i]);
  const std::string meant = base::Suggest(name, names);
  return Usage("ctl knows no " + Quoted(name) +
               (meant.empty() ? "; it takes " : "; did you mean " + meant + "? It takes ") +
               std::string(kControlForms));
}

base::Status CheckRate(std::string_view value) {
  if (value == "none" || value == "default") return {};
  const auto rate = base::ParseDouble(value);
  if (rate && *rate >= kLowestRate && *rate <= kHighestRate) return {};
  return Usage("rate= wants writes per second, from 0.1 to 10,000, or none, or default; not " +
               Quoted(value));
}

base::Status CheckConcurrency(std::string_view value) {
  if (value == "auto") return {};
  const auto rows = base::ParseInt(value);
  if (rows && *rows >= 1 && *rows <= ControlRequest::kMostRows) return {};
  return Usage("concurrency= wants auto, or rows in flight from 1 to 1,024; not " + Quoted(value));
}

}  // namespace

std::string ControlRequest::Text() const {
  for (const Word& word : kWords) {
    if (word.kind == kind) return std::string(word.text) + value;
  }
  return {};
}

std::optional<int> ControlRequest::Rows() const {
  const auto rows = base::ParseInt(value);
  return rows ? std::optional(static_cast<int>(*rows)) : std::nullopt;
}

base::Result<ControlRequest> ParseControl(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  for (const Word& word : kWords) {
    if (NameOf(word) != name) continue;
    const bool wants_value = word.text.ends_with('=');
    if (!wants_value && equals != std::string_view::npos) {
      return Usage(std::string(name) + " takes no value");
    }
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
    if (word.kind == Kind::kRate) RETURN_IF_ERROR(CheckRate(value));
    if (word.kind == Kind::kConcurrency) RETURN_IF_ERROR(CheckConcurrency(value));
    return ControlRequest{.kind = word.kind, .value = std::string(value)};
  }
  return Unknown(name);
}

const std::vector<std::string>& ControlWords() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    all.reserve(kWords.size());
    for (const Word& word : kWords) all.emplace_back(word.text);
    return all;
  }();
  return words;
}

}  // namespace rehome::cli

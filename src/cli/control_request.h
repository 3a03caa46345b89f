#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rehome::cli {

/// The name of the socket at which a run that goes on listens, in its directory.
inline constexpr const char* kControlSocket = "control.sock";
/// The name of the file that pauses a run as long as it is in its directory.
inline constexpr const char* kPauseFile = "pause";

/// What there is to type, as a sentence takes it.
inline constexpr std::string_view kControlForms =
    "pause, resume, rate=N, concurrency=N, stop or status";

/// What `rehome ctl` asks of a run that goes on.
struct ControlRequest {
  enum class Kind { kPause, kResume, kRate, kConcurrency, kStop, kStatus };
  Kind kind = Kind::kStatus;
  std::string value{};  ///< of rate= and concurrency=, which makes sense

  /// The highest number of concurrency=: as many rows as are read ahead at most.
  static constexpr int kMostRows = 1024;
  /// As it is typed.
  std::string Text() const;
  /// Of kConcurrency; nothing = auto.
  std::optional<int> Rows() const;
  bool operator==(const ControlRequest&) const = default;
};

/// `pause`, `rate=25` …; kUsage says what is wrong with it and what was meant.
base::Result<ControlRequest> ParseControl(std::string_view text);

/// What shells offer; words that end in `=` want a value.
const std::vector<std::string>& ControlWords();

}  // namespace rehome::cli

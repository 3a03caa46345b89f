#pragma once

#include <string>
#include <string_view>

#include "report/summary.h"

namespace rehome::report {

/// What `--share` makes of a report: personal values become short hashes with a salt that is kept
/// nowhere, so that equal values stay equal within one report and nobody can look one up. Ids of
/// the target, ids of requests, row numbers, codes and counts stay. Without a salt everything
/// stays.
class Masking {
 public:
  /// Nothing is masked.
  Masking() = default;
  /// With a salt of the system's entropy.
  static Masking Random();
  /// `salt` must not be empty.
  static Masking WithSalt(std::string salt);

  bool on() const { return !salt_.empty(); }
  /// Of a value, or of a text that may quote one; blank stays blank, and a code of ours stays.
  std::string Of(std::string_view text) const;
  /// The same in whatever case.
  std::string OfEmail(std::string_view email) const;
  /// `external_id:#…`, `name:#…`; ids of the target stay.
  std::string OfOrganizationKey(std::string_view key) const;
  /// What is personal in a summary: the file and its path, the command, flags that name an
  /// organization, what was seen and what the target said, why the run stopped.
  Summary Of(Summary summary) const;

 private:
  std::string salt_;
};

}  // namespace rehome::report

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/row.h"
#include "survey/key_tally.h"
#include "survey/survey.h"

namespace rehome::survey {

/// Finds the users that have several rows, in bounded memory: what does not fit is spilled to an
/// unnamed file. One thread.
class UserTally {
 public:
  struct Users {
    std::int64_t distinct_selected = 0;  ///< e-mails with a row in the selected part
    std::shared_ptr<const RepeatedUsers> repeated;
  };

  explicit UserTally(std::string temporary_directory);
  /// A well-formed row; rows come in order. Blank e-mails are no users.
  void Count(std::string_view email, const model::Position& position, bool selected);
  /// The first trouble with the temporary file.
  const base::Status& status() const { return keys_.status(); }
  base::Result<Users> Finish();

 private:
  KeyTally keys_;
};

/// The key of an e-mail: the hash of its trimmed, ASCII-folded form.
base::Hash128 UserKey(std::string_view email);

}  // namespace rehome::survey

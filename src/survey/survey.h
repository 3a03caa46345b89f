#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "csv/reader.h"
#include "model/organization.h"
#include "model/row.h"

namespace rehome::survey {

/// The users that have several rows, by e-mail (trimmed, ASCII-folded): on disk when there are
/// many, so memory stays bounded. Any thread may look up.
class RepeatedUsers {
 public:
  virtual ~RepeatedUsers() = default;
  /// The first well-formed row of the user with this e-mail, when the user has several. An error
  /// must end the run: to take it for "has one row" could make a user twice.
  virtual base::Result<std::optional<model::Position>> FirstRow(std::string_view email) const = 0;
  virtual std::int64_t count() const = 0;
};

/// How the organization of a row is found; the same rules as plan's.
struct OrganizationOptions {
  bool by_name = false;  ///< --org-by-name: org_name alone names an organization
  std::optional<model::OrganizationRef> all_rows;  ///< --org-id / --org-external-id / --org-name
  std::string all_rows_name;                       ///< --org-name beside an external_id
};

struct SurveyOptions {
  OrganizationOptions organization;
  std::int64_t first_row = 1;  ///< --rows, --limit: organizations and counts of this part
  std::int64_t last_row = 0;   ///< 0 = to the end
  std::string temporary_directory = "/tmp";
  std::int64_t chunk_rows = 0;  ///< --chunk-rows: at most this many records a chunk; 0 = by bytes
};

/// Two names for one organization, or another remark of the survey.
struct SurveyWarning {
  std::int64_t row = 0;
  std::int64_t line = 0;
  model::Reason reason = model::Reason::kNone;
  std::string detail;
};

/// What one pass over the file gives. Two surveys of the same bytes are equal
/// but for the time of change.
struct Survey {
  std::int64_t bytes = 0;
  base::Hash128 hash;                       ///< of the whole file
  std::int64_t modified_ns = 0;             ///< when the file was last changed before the pass
  std::int64_t rows = 0;                    ///< data records, malformed ones included
  std::int64_t selected_rows = 0;           ///< those in first_row..last_row
  std::int64_t malformed_rows = 0;          ///< of the selected
  std::int64_t rows_with_organization = 0;  ///< well-formed, of the selected
  std::int64_t distinct_users = 0;          ///< distinct e-mails of well-formed selected rows
  std::vector<model::Organization> organizations;  ///< sorted by ref
  std::vector<csv::Range> chunks;  ///< at most 1 MiB each; `end` of one is `begin` of the next
  std::vector<std::int64_t> chunk_rows;  ///< records in each chunk
  std::vector<SurveyWarning> warnings;   ///< the first 1,000
  std::int64_t warning_count = 0;
  std::shared_ptr<const RepeatedUsers> repeated_users;
};

/// One pass over `input` with 64 KiB reads. Refuses (kInput; the message has path, line and byte):
/// NUL bytes, invalid UTF-8, UTF-16, an unclosed quote (with its starting line), a field over 1
/// MiB, no data at all is fine (0 rows).
base::Result<Survey> SurveyFile(const csv::Input& input, const csv::Header& header,
                                const SurveyOptions& options);

/// XXH3-128 of a file's bytes, for comparing with what a run recorded.
base::Result<base::Hash128> HashFile(const csv::Input& input);

}  // namespace rehome::survey

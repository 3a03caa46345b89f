#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csv/dialect.h"
#include "csv/field_reader.h"
#include "journal/run_directory.h"
#include "model/outcome.h"

namespace rehome::report {

/// The columns that rehome adds to each row of a row file, in this order.
inline constexpr std::array<std::string_view, 16> kOutcomeColumns = {
    "_row",       "_line",    "_phase",           "_outcome",       "_code",       "_column",
    "_message",   "_hint",    "_http_status",     "_provider_code", "_request_id", "_attempts",
    "_retryable", "_user_id", "_organization_id", "_membership_id"};

/// The columns of id_map.csv.
inline constexpr std::array<std::string_view, 7> kIdMapColumns = {
    "_row",         "email", "external_id", "user_id", "org_external_id", "organization_id",
    "membership_id"};

/// Which columns of the input a row file carries, in the order of the file.
struct SourceColumns {
  std::vector<std::string> names;                  ///< as in the file
  std::vector<std::optional<std::size_t>> fields;  ///< number in the file; nothing = always blank
  std::optional<std::size_t> hash_type;  ///< of those: shown only when it could name a type, since
                                         ///< columns get swapped
};

/// Whether the cells of this field of the input may stand in our files.
bool MayBeShown(const csv::Header& header, std::size_t field);

/// Every column of the input, known, unknown or ignored, but for those that are called like one of
/// kOutcomeColumns. Secret ones, and unknown ones whose names look secret, are blank.
SourceColumns AllColumnsOf(const csv::Header& header);
/// Those that say who and where: email, external_id and the columns of the organization.
SourceColumns KeyColumnsOf(const csv::Header& header);

/// Which fields of the input the id map takes; nothing = the file has no such column.
struct IdMapFields {
  std::optional<std::size_t> email;
  std::optional<std::size_t> external_id;
  std::optional<std::size_t> org_external_id;
  /// Of the organization that a flag chose for all rows, where the cells of the file name another;
  /// blank when the flag chose it by id or name.
  std::optional<std::string> chosen_org_external_id;
};
/// `header` is nullptr when the input is not to be had.
IdMapFields IdMapFieldsOf(const csv::Header* header, const journal::RunFacts& run);

/// The cells of `record` in these columns, byte for byte; every one is blank for a malformed record
/// or none (nullptr).
std::vector<std::string> SourceCells(const SourceColumns& columns, const csv::FieldRecord* record);
/// The cells of kOutcomeColumns. The line is the record's when the outcome has none.
std::vector<std::string> OutcomeCells(const model::Outcome& outcome,
                                      const csv::FieldRecord* record);
/// The cells of kIdMapColumns; those of the input are trimmed, as they were sent.
std::vector<std::string> IdMapCells(const model::Outcome& outcome, const IdMapFields& fields,
                                    const csv::FieldRecord* record);

/// `text` so that a spreadsheet takes it for text: what could start a formula gets a leading `'`.
std::string SpreadsheetSafe(std::string_view text);

}  // namespace rehome::report

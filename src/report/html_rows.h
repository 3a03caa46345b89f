#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "csv/dialect.h"
#include "csv/field_reader.h"
#include "journal/record.h"
#include "json/writer.h"
#include "model/outcome.h"
#include "report/html_report.h"
#include "report/organization_counts.h"
#include "report/source_rows.h"

namespace rehome::report {

/// The figures of the report page: one JSON object with the rows that need somebody, the
/// organizations and the timeline. Written once, in pieces. One thread; the inputs must outlive it.
class HtmlRows {
 public:
  /// More rows than this make a page that no browser opens quickly; failed.csv has the others.
  static constexpr std::int64_t kMostRows = 100'000;

  using Sink = std::function<base::Status(std::string_view)>;

  static base::Result<HtmlRows> Open(const HtmlReportInputs& inputs);

  /// What is not on the page and why, as one sentence; empty when all is.
  const std::string& note() const { return note_; }
  /// `summary` as the page shows it.
  base::Status Write(const Summary& summary, const Sink& write);

 private:
  /// The fields of the input that the page shows.
  struct Fields {
    std::optional<std::size_t> email;
    std::optional<std::size_t> external_id;
    std::optional<std::size_t> org_id;
    std::optional<std::size_t> org_external_id;
    std::optional<std::size_t> org_name;
  };

  explicit HtmlRows(const HtmlReportInputs& inputs)
      : inputs_(inputs), input_(inputs.summary.run.file) {}
  base::Status OpenSource();
  base::Status WriteRows(const Sink& write);
  base::Status Visit(const model::Outcome& outcome, const Sink& write);
  base::Status NameOrganizationsUpTo(std::int64_t row);
  base::Result<const csv::FieldRecord*> RecordOf(std::int64_t row);
  void EncodeRow(const model::Outcome& outcome, const csv::FieldRecord* record);
  std::size_t ReasonNumber(const model::Outcome& outcome);
  void EncodeOrganizations();
  std::string OrganizationKeyOf(const csv::FieldRecord* record) const;

  const HtmlReportInputs& inputs_;
  std::string note_;
  std::optional<csv::Header> header_;
  std::vector<journal::Chunk> chunks_;
  csv::Input input_;
  std::optional<SourceRows> source_;
  Fields fields_;
  OrganizationCounts organizations_;
  std::size_t next_unnamed_ = 0;
  json::Writer writer_;
  std::int64_t rows_ = 0;                                        // that need somebody
  std::vector<std::pair<model::Phase, model::Reason>> reasons_;  // in the order of their numbers
};

}  // namespace rehome::report

#include "report/html_rows.h"

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "model/column.h"
#include "model/organization.h"
#include "report/html_text.h"
#include "report/timeline_json.h"

namespace rehome::report {
namespace {

using model::Column;
using model::OutcomeKind;

// More make a page slow, and nobody reads so many.
constexpr std::size_t kMostOrganizations = 10'000;

bool NeedsSomebody(OutcomeKind kind) {
  return kind == OutcomeKind::kRejected || kind == OutcomeKind::kFailed ||
         kind == OutcomeKind::kParked;
}

std::string CellOf(const csv::FieldRecord* record, std::optional<std::size_t> field) {
  if (record == nullptr || !field || *field >= record->fields.size()) return {};
  return std::string(base::Trim(record->fields[*field]));
}

std::optional<std::size_t> FieldOf(const csv::Header& header, Column column) {
  const auto at = std::find(header.columns.begin(), header.columns.end(), column);
  if (at == header.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(at - header.columns.begin());
}

// A secret may have got into the wrong column. Not cut: ShownValue says where it cuts.
std::string MaskedCell(const std::string& value) {
  return base::MaskSecrets(value, std::numeric_limits<std::size_t>::max());
}

// The target's codes are words; whatever else stands there may be anything.
bool IsCode(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '/' || c == '-';
  });
}

}  // namespace

base::Result<HtmlRows> HtmlRows::Open(const HtmlReportInputs& inputs) {
  HtmlRows rows(inputs);
  if (inputs.journal == nullptr) {
    rows.note_ =
        "Rows and organizations are not on this page: the run had its journal for itself when the "
        "page was made; make it again when the run has ended, with rehome report --format html.";
    return rows;
  }
  RETURN_IF_ERROR(rows.OpenSource());
  return rows;
}

base::Status HtmlRows::OpenSource() {
  const journal::RunFacts& facts = inputs_.summary.run;
  const auto difference = SourceDifference(facts);
  auto header = difference ? base::Result<csv::Header>(base::Error{})
                           : csv::ReadHeader(facts.file, inputs_.columns);
  if (!header) {
    note_ = "E-mails, external_ids and names of organizations are not on this page: the file " +
            std::string("that was imported is gone or has changed.");
    return {};
  }
  auto chunks = inputs_.journal->Chunks();
  if (!chunks) return chunks.error();
  header_ = *std::move(header);
  fields_ = {.email = FieldOf(*header_, Column::kEmail),
             .external_id = FieldOf(*header_, Column::kExternalId),
             .org_id = FieldOf(*header_, Column::kOrgId),
             .org_external_id = FieldOf(*header_, Column::kOrgExternalId),
             .org_name = FieldOf(*header_, Column::kOrgName)};
  chunks_ = *std::move(chunks);
  auto splices = ReadSplices(facts, *inputs_.journal);
  if (!splices) return splices.error();
  input_ = csv::Input(facts.file, *std::move(splices));
  return {};
}

base::Status HtmlRows::Write(const Summary& summary, const Sink& write) {
  // Here and not earlier: it refers to the header, which may have moved with this.
  if (header_) source_.emplace(input_, *header_, std::move(chunks_));
  writer_.BeginObject().Field("version", 1).Key("rows").BeginArray();
  if (inputs_.journal != nullptr) RETURN_IF_ERROR(WriteRows(write));
  writer_.EndArray().Key("outcomes").BeginArray();
  for (int i = 0; i < model::kOutcomeKindCount; ++i) {
    writer_.String(NameOf(static_cast<OutcomeKind>(i)));
  }
  writer_.EndArray().Key("reasons").BeginArray();
  for (const auto& [phase, reason] : reasons_) {
    const model::ReasonFacts& facts = model::FactsOf(reason);
    writer_.BeginObject().Field("phase", NameOf(phase)).Field("code", facts.code);
    writer_.Field("cause", Sentence(facts.cause)).EndObject();
  }
  writer_.EndArray().Field("rows_note", note_);
  writer_.Field("cut_note", rows_ <= kMostRows
                                ? std::string()
                                : "These are the first " + base::WithThousands(kMostRows) + " of " +
                                      base::Count(rows_, "row", "rows") +
                                      "; failed.csv in the run directory has all.");
  EncodeOrganizations();
  writer_.Key("timeline");
  WriteTimeline(writer_, summary.counters.timeline);
  writer_.EndObject();
  return write(JsonForPage(writer_.Take()));
}

base::Status HtmlRows::WriteRows(const Sink& write) {
  RETURN_IF_ERROR(inputs_.journal->VisitEffects(
      [this](const model::Effect& effect) { organizations_.AddEffect(effect); }));
  base::Status status;
  RETURN_IF_ERROR(inputs_.journal->VisitOutcomes([&](const model::Outcome& outcome) {
    if (status.ok()) status = Visit(outcome, write);
  }));
  RETURN_IF_ERROR(status);
  return NameOrganizationsUpTo(inputs_.summary.run.rows);
}

base::Status HtmlRows::Visit(const model::Outcome& outcome, const Sink& write) {
  RETURN_IF_ERROR(NameOrganizationsUpTo(outcome.row));
  if (!NeedsSomebody(outcome.kind)) {
    organizations_.AddOutcome(outcome, {});
    return {};
  }
  const bool shown = ++rows_ <= kMostRows;
  const auto record = RecordOf(outcome.row);
  if (!record) return record.error();
  organizations_.AddOutcome(outcome, OrganizationKeyOf(*record));
  if (!shown) return {};
  EncodeRow(outcome, *record);
  constexpr std::size_t kPieceBytes = 32 << 10;
  if (writer_.text().size() < kPieceBytes) return {};
  return write(JsonForPage(writer_.TakePiece()));
}

// The input is read once, from front to back, so the rows that first named an organization are
// looked at on the way.
base::Status HtmlRows::NameOrganizationsUpTo(std::int64_t row) {
  std::vector<OrganizationLine>& lines = organizations_.lines();
  for (; next_unnamed_ < lines.size() && lines[next_unnamed_].first_row <= row; ++next_unnamed_) {
    OrganizationLine& line = lines[next_unnamed_];
    if (line.first_row < 1) continue;
    const auto record = RecordOf(line.first_row);
    if (!record) return record.error();
    // A flag may have chosen another organization than the row names.
    if (OrganizationKeyOf(*record) == line.key) line.name = CellOf(*record, fields_.org_name);
  }
  return {};
}

base::Result<const csv::FieldRecord*> HtmlRows::RecordOf(std::int64_t row) {
  if (!source_) return static_cast<const csv::FieldRecord*>(nullptr);
  auto record = source_->At(row);
  if (record) return record;
  // It was the right file when the page began: somebody writes to it.
  source_.reset();
  note_ = "E-mails, external_ids and names of organizations from row " + base::WithThousands(row) +
          " on are not on this page: the file that was imported was changed while the page was "
          "made.";
  return static_cast<const csv::FieldRecord*>(nullptr);
}

std::string HtmlRows::OrganizationKeyOf(const csv::FieldRecord* record) const {
  using Kind = model::OrganizationRef::Kind;
  const std::array<std::pair<Kind, std::optional<std::size_t>>, 3> ways = {
      {{Kind::kId, fields_.org_id},
       {Kind::kExternalId, fields_.org_external_id},
       {Kind::kName, fields_.org_name}}};
  for (const auto& [kind, field] : ways) {
    const std::string value = CellOf(record, field);
    if (!value.empty()) return model::KeyOf({kind, value});
  }
  return {};
}

// The members stand where the page's script expects them.
void HtmlRows::EncodeRow(const model::Outcome& outcome, const csv::FieldRecord* record) {
  const Masking& masking = inputs_.masking;
  const auto text = [this](const std::string& value) { writer_.String(ShownValue(value)); };
  const std::string& code = outcome.target.provider_code;
  writer_.BeginArray().Int(outcome.row).Int(outcome.line);
  writer_.Int(static_cast<std::int64_t>(outcome.kind));
  writer_.Int(static_cast<std::int64_t>(ReasonNumber(outcome)));
  text(outcome.column);
  text(masking.Of(outcome.detail));
  writer_.Int(outcome.target.http_status);
  text(masking.on() && !IsCode(code) ? masking.Of(code) : code);
  text(masking.Of(outcome.target.message));
  text(outcome.target.request_id);
  writer_.Int(outcome.attempts);
  text(masking.OfEmail(MaskedCell(CellOf(record, fields_.email))));
  text(masking.Of(MaskedCell(CellOf(record, fields_.external_id))));
  text(masking.OfOrganizationKey(MaskedCell(OrganizationKeyOf(record))));
  text(outcome.user_id);
  writer_.EndArray();
}

std::size_t HtmlRows::ReasonNumber(const model::Outcome& outcome) {
  const std::pair wanted(outcome.phase, outcome.reason);
  const auto at = std::find(reasons_.begin(), reasons_.end(), wanted);
  if (at != reasons_.end()) return static_cast<std::size_t>(at - reasons_.begin());
  reasons_.push_back(wanted);
  return reasons_.size() - 1;
}

void HtmlRows::EncodeOrganizations() {
  const Masking& masking = inputs_.masking;
  const std::vector<OrganizationLine>& lines = organizations_.lines();
  writer_.Key("organizations").BeginArray();
  for (std::size_t i = 0; i < std::min(lines.size(), kMostOrganizations); ++i) {
    const OrganizationLine& line = lines[i];
    writer_.BeginArray();
    writer_.String(ShownValue(masking.OfOrganizationKey(MaskedCell(line.key))));
    writer_.String(ShownValue(masking.Of(MaskedCell(line.name)))).String(ShownValue(line.id));
    writer_.String(line.outcome).Int(line.rows).Int(line.done).Int(line.troubled).Int(line.other);
    writer_.EndArray();
  }
  const std::int64_t all = static_cast<std::int64_t>(lines.size()) + organizations_.left_out();
  const bool cut = all > static_cast<std::int64_t>(kMostOrganizations);
  writer_.EndArray().Field("organizations_note", cut ? "These are the first " +
                                                           base::WithThousands(kMostOrganizations) +
                                                           " of " + base::WithThousands(all) + "."
                                                     : std::string());
}

}  // namespace rehome::report

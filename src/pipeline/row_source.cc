#include "pipeline/row_source.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/file.h"
#include "base/text.h"

namespace rehome::pipeline {
namespace {

// Chunks claimed at once: one round trip to the journal for each. More would make a stopped run
// put more back; fewer would wait more often.
constexpr int kClaimedAtOnce = 4;

const model::Position& PositionOf(const model::Record& record) {
  return std::visit([](const auto& row) -> const model::Position& { return row.position; }, record);
}

}  // namespace

RowSource::RowSource(const csv::Input& input, const csv::Header& header,
                     const survey::Survey& survey, journal::Journal& journal, Part part,
                     Observer& observer)
    : input_(input),
      header_(header),
      survey_(survey),
      journal_(journal),
      part_(part),
      observer_(observer),
      modified_ns_(survey.modified_ns) {}

base::Result<std::optional<SourceRow>> RowSource::Next() {
  while (true) {
    if (!reader_) {
      auto opened = OpenNextChunk();
      if (!opened) return opened.error();
      if (!*opened) return std::optional<SourceRow>();
    }
    auto record = reader_->Next();
    if (!record) return record.error();
    if (!*record) {
      observer_.OnChunkEnd(chunk_->number);
      reader_.reset();
      continue;
    }
    const std::int64_t number = PositionOf(**record).row;
    if (!InPart(number)) continue;
    if (settled_.contains(number)) {
      observer_.OnSettledEarlier(1);
      continue;
    }
    SourceRow row;
    row.chunk = chunk_->number;
    if (const auto* well_formed = std::get_if<model::Row>(&**record)) {
      RETURN_IF_ERROR(AttachLead(row, *well_formed));
      AttachKnown(row, number);
    }
    row.record = std::move(**record);
    observer_.OnRow(row.chunk);
    return std::optional<SourceRow>(std::move(row));
  }
}

base::Result<bool> RowSource::OpenNextChunk() {
  while (true) {
    if (claimed_.empty()) {
      auto claimed = journal_.Claim(kClaimedAtOnce);
      if (!claimed) return claimed.error();
      if (claimed->empty()) {
        PassOver(part_.last_row + 1);
        return false;
      }
      claimed_.assign(claimed->begin(), claimed->end());
    }
    chunk_ = claimed_.front();
    claimed_.pop_front();
    const std::int64_t last_row = chunk_->first_row + chunk_->rows - 1;
    PassOver(chunk_->first_row);
    next_row_ = last_row + 1;
    // A part of the file: chunks outside it stay claimed and go back to the queue with the run.
    if (last_row < part_.first_row || chunk_->first_row > part_.last_row) continue;
    settled_.clear();
    known_users_.clear();
    known_memberships_.clear();
    if (journal_.epoch() > 1) {
      auto known = journal_.Load(chunk_->first_row, last_row);
      if (!known) return known.error();
      settled_.insert(known->rows_with_outcome.begin(), known->rows_with_outcome.end());
      for (model::Effect& effect : known->effects) {
        if (effect.kind == model::EffectKind::kUser) {
          known_users_[effect.row] = std::move(effect);
        } else if (effect.kind == model::EffectKind::kMembership) {
          known_memberships_[effect.row] = std::move(effect);
        }
      }
    }
    auto reader = csv::OpenReader(input_, header_,
                                  {.begin = chunk_->begin,
                                   .end = chunk_->end,
                                   .first_row = chunk_->first_row,
                                   .first_line = chunk_->first_line});
    if (!reader) return reader.error();
    RETURN_IF_ERROR(CheckUnchanged());
    reader_ = std::move(*reader);
    observer_.OnChunk(chunk_->number, InPart(chunk_->first_row) && InPart(last_row));
    return true;
  }
}

// Asked after bytes were read and before they are used: rows of another file must never be sent. A
// new time of change alone is nothing, so the bytes decide.
base::Status RowSource::CheckUnchanged() {
  const auto now = base::Stat(input_.path());
  if (!now) return now.error();
  if (input_.SizeOf(now->size) == survey_.bytes && now->modified_ns == modified_ns_) return {};
  const auto hash = survey::HashFile(input_);
  if (!hash) return hash.error();
  if (*hash != survey_.hash) {
    return base::Error{base::ErrorCode::kInput,
                       input_.path() +
                           ": the file changed since it was surveyed; put the old file back and "
                           "resume, or start a new run"};
  }
  modified_ns_ = now->modified_ns;
  return {};
}

// Chunks come in the order of the file: rows between two of them are in chunks that are completed.
void RowSource::PassOver(std::int64_t row) {
  const std::int64_t first = std::max(next_row_, part_.first_row);
  const std::int64_t last = std::min(row - 1, part_.last_row);
  if (first <= last) observer_.OnSettledEarlier(last - first + 1);
  next_row_ = std::max(next_row_, row);
}

base::Status RowSource::AttachLead(SourceRow& row, const model::Row& record) {
  const auto found = survey_.repeated_users->FirstRow(record[model::Column::kEmail]);
  if (!found) return found.error();
  const std::optional<model::Position>& first = *found;
  if (!first) return {};
  row.repeated_user = true;
  if (first->row == record.position.row) return {};
  row.lead_row = first->row;
  if (!last_lead_ || last_lead_->first != first->row) {
    auto lead = csv::ReadRecordAt(input_, header_, *first);
    if (!lead) return lead.error();
    RETURN_IF_ERROR(CheckUnchanged());
    last_lead_ = {first->row, std::move(*lead)};
  }
  row.lead = last_lead_->second;
  return {};
}

void RowSource::AttachKnown(SourceRow& row, std::int64_t number) {
  // The effect of a repeated user is found by its key, whichever row made it.
  if (const auto user = known_users_.find(number);
      user != known_users_.end() && !row.repeated_user) {
    row.known_user = user->second;
  }
  if (const auto membership = known_memberships_.find(number);
      membership != known_memberships_.end()) {
    row.known_membership = membership->second;
  }
}

}  // namespace rehome::pipeline

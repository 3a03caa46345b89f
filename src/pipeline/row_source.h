#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "csv/reader.h"
#include "journal/journal.h"
#include "model/effect.h"
#include "model/row.h"
#include "survey/survey.h"

namespace rehome::pipeline {

/// A record on its way to a worker, with everything a worker must not fetch itself.
struct SourceRow {
  model::Record record;
  std::int64_t chunk = 0;
  bool repeated_user = false;
  std::int64_t lead_row = 0;          ///< 0 = the row itself
  std::optional<model::Record> lead;  ///< the user's first row, when it is another one
  std::optional<model::Effect> known_user;
  std::optional<model::Effect> known_membership;
};

/// The rows of one run, in file order: claims chunks in the journal, reads them, leaves out what is
/// settled. One thread at a time.
class RowSource {
 public:
  struct Part {
    std::int64_t first_row = 1;
    std::int64_t last_row = 0;
  };
  /// Chunks handed out and not settled yet are tracked by the caller (ChunkTracker).
  class Observer {
   public:
    virtual ~Observer() = default;
    /// A chunk was opened; `whole` = all its rows belong to this run's part.
    virtual void OnChunk(std::int64_t chunk, bool whole) = 0;
    virtual void OnRow(std::int64_t chunk) = 0;
    virtual void OnChunkEnd(std::int64_t chunk) = 0;
    /// Rows left out because they have their outcome already.
    virtual void OnSettledEarlier(std::int64_t rows) = 0;
  };

  /// All must outlive the source.
  RowSource(const csv::Input& input, const csv::Header& header, const survey::Survey& survey,
            journal::Journal& journal, Part part, Observer& observer);

  /// The next row; nothing at the end. kInput when the file is not the one that was surveyed.
  base::Result<std::optional<SourceRow>> Next();

 private:
  base::Result<bool> OpenNextChunk();
  void PassOver(std::int64_t row);
  base::Status CheckUnchanged();
  bool InPart(std::int64_t row) const { return row >= part_.first_row && row <= part_.last_row; }
  base::Status AttachLead(SourceRow& row, const model::Row& record);
  void AttachKnown(SourceRow& row, std::int64_t number);

  const csv::Input input_;
  const csv::Header& header_;
  const survey::Survey& survey_;
  journal::Journal& journal_;
  Part part_;
  Observer& observer_;

  std::int64_t modified_ns_;  // of the file, when its bytes were last known to be the surveyed ones
  std::int64_t next_row_ = 1;  // all before it were handed out or left out
  std::deque<journal::Chunk> claimed_;
  std::optional<journal::Chunk> chunk_;
  std::unique_ptr<csv::Reader> reader_;
  std::set<std::int64_t> settled_;
  std::map<std::int64_t, model::Effect> known_users_;
  std::map<std::int64_t, model::Effect> known_memberships_;
  std::optional<std::pair<std::int64_t, model::Record>> last_lead_;  // by row number
};

}  // namespace rehome::pipeline

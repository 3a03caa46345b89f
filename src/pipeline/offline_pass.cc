#include "pipeline/offline_pass.h"

#include <utility>
#include <vector>

#include "pipeline/row_worker.h"

namespace rehome::pipeline {
namespace {

/// A journal that holds nothing but the chunk map of a survey: what a source reads from when
/// nothing is to be remembered. One thread.
class ChunkList final : public journal::Journal {
 public:
  explicit ChunkList(const survey::Survey& survey) : survey_(survey) {}

  base::Result<std::vector<journal::Chunk>> Claim(int count) override {
    std::vector<journal::Chunk> claimed;
    while (next_ < survey_.chunks.size() && count-- > 0) {
      claimed.push_back(ChunkOf(survey_, next_++));
    }
    return claimed;
  }
  void Append(std::vector<journal::Record>, Done done) override { done({}); }
  void FindEffect(std::string, FoundEffect found) override {
    found(std::optional<model::Effect>());
  }
  base::Result<journal::KnownRows> Load(std::int64_t, std::int64_t) override {
    return journal::KnownRows{};
  }
  base::Status Health() const override { return {}; }
  base::Status Close() override { return {}; }
  std::int64_t epoch() const override { return 1; }

 private:
  const survey::Survey& survey_;
  std::size_t next_ = 0;
};

class NoObserver final : public RowSource::Observer {
 public:
  void OnChunk(std::int64_t, bool) override {}
  void OnRow(std::int64_t) override {}
  void OnChunkEnd(std::int64_t) override {}
  void OnSettledEarlier(std::int64_t) override {}
};

}  // namespace

journal::Chunk ChunkOf(const survey::Survey& survey, std::size_t index) {
  const csv::Range& range = survey.chunks[index];
  return {.number = static_cast<std::int64_t>(index),
          .begin = range.begin,
          .end = range.end,
          .first_row = range.first_row,
          .first_line = range.first_line,
          .rows = survey.chunk_rows[index],
          .state = journal::Chunk::State::kQueued,
          .epoch = 0};
}

base::Status VisitPlans(const csv::Input& input, const csv::Header& header,
                        const survey::Survey& survey, RowSource::Part part,
                        const plan::PlanOptions& options, const PlanVisitor& visit) {
  ChunkList chunks(survey);
  NoObserver observer;
  RowSource source(input, header, survey, chunks, part, observer);
  while (true) {
    auto row = source.Next();
    if (!row) return row.error();
    if (!*row) return {};
    RETURN_IF_ERROR(visit(**row, PlanOf(**row, options)));
  }
}

}  // namespace rehome::pipeline

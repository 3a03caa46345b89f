#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "csv/dialect.h"
#include "journal/record.h"
#include "pipeline/row_source.h"
#include "plan/planner.h"
#include "survey/survey.h"

namespace rehome::pipeline {

/// The chunk of a survey as the journal keeps it.
journal::Chunk ChunkOf(const survey::Survey& survey, std::size_t index);

using PlanVisitor = std::function<base::Status(const SourceRow&, const plan::Planned&)>;

/// Plans every row of a part without a journal or a target: for `validate` and offline dry runs.
/// The same source and plan as an import, so that both say the same about a row. Ends with the
/// first error that `visit` gives. One thread.
base::Status VisitPlans(const csv::Input& input, const csv::Header& header,
                        const survey::Survey& survey, RowSource::Part part,
                        const plan::PlanOptions& options, const PlanVisitor& visit);

}  // namespace rehome::pipeline

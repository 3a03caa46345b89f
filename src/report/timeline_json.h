#pragma once

#include "base/result.h"
#include "json/value.h"
#include "json/writer.h"
#include "model/timeline.h"

namespace rehome::report {

/// The member `timeline` of a summary, one object (docs/summary-json.md). Counts that are zero are
/// left out.
void WriteTimeline(json::Writer& writer, const model::Timeline& timeline);
/// Reads what WriteTimeline wrote; empty when `value` is no object, as in documents from before
/// there was one.
model::Timeline ReadTimeline(const json::Value& value);

}  // namespace rehome::report

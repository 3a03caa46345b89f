#include "dispatch/mismatch.h"

#include <utility>

#include "json/writer.h"

namespace rehome::dispatch {

base::Error TooManyMismatches(const Mismatch& last) {
  std::string message =
      std::to_string(kMismatchesThatStop) +
      " answers were not about what was asked: something between here and the target (a cache, a "
      "proxy) answers in its place or hands out other requests' answers; the last of them came ";
  message += last.traces.empty() ? "without a header that tells of one (Via, Age, X-Cache, "
                                   "CF-Cache-Status, X-Served-By, Server)"
                                 : "with " + last.traces;
  return {base::ErrorCode::kLimit, std::move(message)};
}

std::string EncodeMismatch(const Mismatch& mismatch) {
  json::Writer writer;
  writer.BeginObject()
      .Field("request_id", mismatch.request_id)
      .Field("phase", NameOf(mismatch.phase))
      .Field("came_with", mismatch.traces)
      .EndObject();
  return writer.Take();
}

}  // namespace rehome::dispatch

#include "dispatch/context.h"

#include <string>
#include <utility>

#include "json/writer.h"

namespace rehome::dispatch {

base::Error TooManyMismatches() {
  return {base::ErrorCode::kLimit,
          std::to_string(kMismatchesThatStop) +
              " answers were not about what was asked: something between here and the target (a "
              "cache, a proxy) answers in its place or hands out other requests' answers"};
}

std::string Context::RolesRefusedText() const {
  return "not sent: the target refused several roles to row " +
         std::to_string(several_roles_refused_to);
}

void Context::KeepEvent(std::string type, std::string json) {
  std::vector<journal::Record> records;
  records.emplace_back(journal::Event{.at_ms = clock.WallNow().time_since_epoch().count(),
                                      .type = std::move(type),
                                      .json = std::move(json)});
  Commit(std::move(records), [](bool) {});
}

void Context::CountMismatch(const std::string& request_id, model::Phase phase) {
  json::Writer writer;
  writer.BeginObject().Field("request_id", request_id).Field("phase", NameOf(phase)).EndObject();
  KeepEvent("answer_mismatch", writer.Take());
  if (counters.mismatched_answers.fetch_add(1) + 1 != kMismatchesThatStop) return;
  fatal(TooManyMismatches());
}

}  // namespace rehome::dispatch

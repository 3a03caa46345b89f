#include "pipeline/row_worker.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "model/organization.h"

namespace rehome::pipeline {
namespace {

model::Outcome Rejected(const model::Position& position, model::Reason reason,
                        const std::string& column, const std::string& detail) {
  model::Outcome outcome;
  outcome.row = position.row;
  outcome.line = position.line;
  outcome.kind = model::OutcomeKind::kRejected;
  outcome.reason = reason;
  outcome.phase = model::FactsOf(reason).phase;
  outcome.column = column;
  outcome.detail = detail;
  return outcome;
}

}  // namespace

plan::Planned PlanOf(const SourceRow& row, const plan::PlanOptions& options) {
  if (const auto* malformed = std::get_if<model::MalformedRow>(&row.record)) {
    plan::Planned planned;
    planned.plan.position = malformed->position;
    planned.plan.lead_row = malformed->position.row;
    planned.rejections.push_back(
        {.reason = malformed->reason, .column = malformed->column, .detail = malformed->detail});
    return planned;
  }
  const auto& own = std::get<model::Row>(row.record);
  const model::Row* lead = row.lead ? std::get_if<model::Row>(&*row.lead) : nullptr;
  return plan::MakePlan(own, lead, row.repeated_user, options);
}

RowWorker::RowWorker(const plan::PlanOptions& options, const dispatch::OrganizationCache& cache,
                     dispatch::Counters& counters, RowSource::Part part)
    : options_(options), cache_(cache), counters_(counters), part_(part) {}

dispatch::RowJobPtr RowWorker::Work(const SourceRow& row) const {
  auto job = std::make_shared<dispatch::RowJob>();
  job->chunk = row.chunk;
  plan::Planned planned = PlanOf(row, options_);
  job->plan = std::move(planned.plan);
  const model::Position position = job->plan.position;
  if (!planned.rejections.empty()) {
    const model::Rejection& first = planned.rejections.front();
    job->verdict = Rejected(position, first.reason, first.column, first.detail);
    if (first.reason == model::Reason::kLeadRowRejected) {
      // Nothing is wrong with this row: it fails because another one was rejected.
      job->verdict->kind = model::OutcomeKind::kFailed;
      job->verdict->cause_key = "row:" + std::to_string(row.lead_row);
    }
    return job;
  }
  job->known_user = row.known_user;
  job->known_membership = row.known_membership;
  job->lead_row_in_run =
      job->plan.lead_row >= part_.first_row && job->plan.lead_row <= part_.last_row;
  if (!job->plan.organization) return job;
  job->organization_key = model::KeyOf(*job->plan.organization);
  job->organization = cache_.Find(job->organization_key);
  if (job->organization) {
    counters_.cache_hits.fetch_add(1, std::memory_order_relaxed);
    return job;
  }
  // Warm-up saw every organization of every well-formed row, so this is a bug of ours: the row is
  // not sent, and the law of the summary reports the miss.
  counters_.cache_misses.fetch_add(1, std::memory_order_relaxed);
  job->organization =
      dispatch::CachedOrganization{.id = "", .reason = model::Reason::kOrganizationFailed};
  return job;
}

}  // namespace rehome::pipeline

#include "verify/read_back.h"

#include <array>
#include <memory>
#include <utility>

#include "base/text.h"

namespace rehome::verify {
namespace {

// Lists of memberships that are read at the same time: the quota is used at any usual latency.
constexpr int kGroupsAtOnce = 32;

}  // namespace

ReadBack::ReadBack(const dispatch::DispatchSettings& settings, http::Transport& transport,
                   const base::Clock& clock, journal::VerificationStore& store,
                   OnFinding on_finding)
    : clock_(clock),
      asker_(settings, transport, clock, counters_),
      store_(store),
      on_finding_(std::move(on_finding)),
      rounds_(
          asker_, store_, counts_,
          [this](const model::VerificationFinding& finding) { OnFound(finding); },
          [this](const SuspicionRounds::End& end) { End(end); }) {}

void ReadBack::Start(const std::vector<NewestObject>& newest) {
  started_ = clock_.Now();
  open_ = 1;
  const auto shown = [this] {
    if (--open_ == 0) WalkAll();
  };
  for (const NewestObject& object : newest) {
    ++open_;
    std::make_shared<LagWait>(asker_, object, shown)->Start();
  }
  shown();
}

void ReadBack::WalkAll() {
  open_ = 1;
  WalkKind(model::EffectKind::kOrganization);
  WalkKind(model::EffectKind::kUser);
  for (int i = 0; i < kGroupsAtOnce; ++i) WalkGroups();
  OnWalkEnd();
}

void ReadBack::WalkKind(model::EffectKind kind) {
  const auto objects = store_.Count(kind);
  if (!objects) {
    asker_.Stop(objects.error());
    return;
  }
  if (*objects == 0) return;
  WalkOne({.kind = kind, .organization_id = "", .most_pages = MostPages(kind, *objects)}, [] {});
}

// The memberships of the next organization, and when they are read those of one more.
void ReadBack::WalkGroups() {
  if (all_groups_ || asker_.stopped()) return;
  const auto group = store_.NextGroup(last_group_);
  if (!group) {
    asker_.Stop(group.error());
    return;
  }
  all_groups_ = !group->has_value();
  if (all_groups_) return;
  last_group_ = (*group)->organization_id;
  constexpr auto kKind = model::EffectKind::kMembership;
  WalkOne({.kind = kKind,
           .organization_id = last_group_,
           .most_pages = MostPages(kKind, (*group)->memberships)},
          [this] { WalkGroups(); });
}

void ReadBack::WalkOne(PageWalk::List list, std::function<void()> then) {
  ++open_;
  const model::EffectKind kind = list.kind;
  std::make_shared<PageWalk>(asker_, store_, counts_, std::move(list),
                             [this, kind, then = std::move(then)](const Walked& walked) {
                               OnWalked(kind, walked);
                               then();
                               OnWalkEnd();
                             })
      ->Start();
}

void ReadBack::OnWalked(model::EffectKind kind, const Walked& walked) {
  switch (walked.how) {
    case Walked::How::kGivenUp:
    case Walked::How::kFailed:
      unread_lists_.insert_or_assign(kind, walked);
      break;
    case Walked::How::kWhole:
    case Walked::How::kStopped:
      break;
  }
}

void ReadBack::OnWalkEnd() {
  if (--open_ > 0) return;
  if (asker_.stopped()) {
    End({});
    return;
  }
  rounds_.Start(started_);
}

void ReadBack::OnFound(const model::VerificationFinding& finding) {
  ++result_.findings[static_cast<std::size_t>(finding.kind)];
  on_finding_(finding);
}

// All of the kind were asked for one by one then, and doubles by anything else showed. A list that
// is too long is how the target is; one that failed may be read the next time.
void ReadBack::CountUnchecked(const SuspicionRounds::End& end) {
  for (const auto& [kind, walked] : unread_lists_) {
    const auto found = end.external_ids.find(kind);
    if (found == end.external_ids.end()) continue;
    result_.external_ids_unchecked += found->second;
    if (walked.how != Walked::How::kFailed || !result_.why_incomplete.empty()) continue;
    result_.why_incomplete = "the list of " + std::string(NameOf(kind)) +
                             "s could not be read to its end (" + walked.why + ")";
  }
}

void ReadBack::End(const SuspicionRounds::End& end) {
  ended_ = true;
  result_.time = clock_.Now() - started_;
  result_.state = model::AccusationsOf(result_) > 0 ? model::VerificationState::kFindings
                                                    : model::VerificationState::kClean;
  result_.why_incomplete = asker_.why_stopped();
  if (result_.why_incomplete.empty() && end.unread > 0) {
    result_.why_incomplete = end.why;
    if (end.unread > 1) {
      result_.why_incomplete += "; so could " + base::WithThousands(end.unread - 1) + " more not";
    }
  }
  CountUnchecked(end);
  if (!result_.why_incomplete.empty()) result_.state = model::VerificationState::kIncomplete;
}

model::Verification ReadBack::Look() const {
  model::Verification verification = result_;
  verification.organizations = counts_[model::EffectKind::kOrganization];
  verification.users = counts_[model::EffectKind::kUser];
  verification.memberships = counts_[model::EffectKind::kMembership];
  verification.requests = asker_.requests();
  verification.rate_limited = asker_.rate_limited();
  verification.mismatched_answers = asker_.mismatched_answers();
  if (!ended_) verification.time = clock_.Now() - started_;
  return verification;
}

}  // namespace rehome::verify

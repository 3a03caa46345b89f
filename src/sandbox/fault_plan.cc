#include "sandbox/fault_plan.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace rehome::sandbox {
namespace {

using Kind = Fault::Kind;
using When = Fault::When;

// A fault that chance may choose, `weight` times as often as one of weight 1.
struct Choice {
  Kind kind;
  int weight;
};

// Of every request. What stops a run at once, or costs much, is rare.
constexpr std::array<Choice, 11> kForAll = {{{Kind::kReset, 8},
                                             {Kind::kClose, 6},
                                             {Kind::kStatus, 16},
                                             {Kind::kHang, 2},
                                             {Kind::kHtml, 4},
                                             {Kind::kEmpty, 2},
                                             {Kind::kHalfBody, 4},
                                             {Kind::kWrongLength, 2},
                                             {Kind::kGzip, 2},
                                             {Kind::kOtherBody, 2},
                                             {Kind::kHuge, 1}}};
constexpr std::array<Choice, 1> kForReads = {{{Kind::kStale, 8}}};
constexpr std::array<Choice, 2> kForPages = {{{Kind::kListRepeat, 8}, {Kind::kListSkip, 4}}};
constexpr std::array<int, 7> kStatuses = {500, 500, 502, 503, 503, 504, 429};
constexpr std::uint64_t kOneInAKeyRefused = 60;  // of the statuses, 401 or 403
constexpr base::Duration kLongestStale = std::chrono::seconds(60);

// Whether `text` is spelled by `pattern`, in which `*` stands for any characters.
bool Spells(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  pattern.remove_prefix(star + 1);
  for (std::size_t at = star; at <= text.size(); ++at) {
    if (Spells(pattern, text.substr(at))) return true;
  }
  return false;
}

bool IsFurtherPage(const Request& request) {
  return request.target.find("after=") != std::string_view::npos;
}

bool Matches(const Fault& fault, const Request& request, std::string_view path, Subject subject) {
  const Selector& where = fault.where;
  const bool of_page = fault.kind == Kind::kListRepeat || fault.kind == Kind::kListSkip;
  if (of_page && !IsFurtherPage(request)) return false;
  if (fault.kind == Kind::kStale && request.method != "GET") return false;
  return (!where.on || *where.on == subject) &&
         (where.method.empty() || where.method == request.method) &&
         (where.path.empty() || Spells(where.path, path)) &&
         request.body.find(where.body_part) != std::string_view::npos &&
         request.target.find(where.target_part) != std::string_view::npos &&
         (!where.reused_connection || request.number_on_connection > 1);
}

base::Random RandomFor(std::uint64_t seed, const base::Hash128& identity, std::int64_t times) {
  base::Random mixed(seed ^ identity.high);
  return base::Random(mixed.Next() ^ identity.low ^
                      (static_cast<std::uint64_t>(times) * 0x9e3779b97f4a7c15ULL));
}

// Fills in what chance leaves open.
Fault WithDetails(Kind kind, base::Random& random) {
  Fault fault;
  fault.kind = kind;
  if (random.Below(2) == 1) fault.when = When::kAfter;
  if (kind == Kind::kStale) {
    fault.lag = base::Duration(
        static_cast<std::int64_t>(random.Unit() * static_cast<double>(kLongestStale.count())));
  }
  if (kind == Kind::kHtml) fault.status = random.Below(2) == 0 ? 502 : 200;
  if (kind == Kind::kEmpty) fault.status = random.Below(2) == 0 ? 502 : 200;
  if (kind != Kind::kStatus) return fault;
  fault.status = kStatuses[random.Below(kStatuses.size())];
  if (random.Below(kOneInAKeyRefused) == 0) fault.status = random.Below(2) == 0 ? 401 : 403;
  // Limits and keys are looked at before anything is applied.
  if (fault.status < 500) fault.when = When::kBefore;
  if (fault.status == 503 && random.Below(2) == 0) fault.retry_after = "1";
  return fault;
}

}  // namespace

FaultPlan::FaultPlan(std::vector<Fault> script, Chance chance) : chance_(std::move(chance)) {
  for (Fault& fault : script) {
    longest_lag_ = std::max(longest_lag_, fault.lag);
    script_.push_back({.fault = std::move(fault)});
  }
  if (chance_.rate > 0) longest_lag_ = std::max(longest_lag_, kLongestStale);
}

std::optional<Fault> FaultPlan::Choose(const Request& request, std::string_view path,
                                       Subject subject, std::string_view identity_text) {
  const Identity identity = base::HashBytes(identity_text);
  std::optional<Fault> chosen;
  for (std::size_t i = 0; i < script_.size(); ++i) {
    if (!Matches(script_[i].fault, request, path, subject)) continue;
    // All count, also those that an earlier one keeps from their turn.
    if (Hits(script_[i], identity, i) && !chosen) chosen = script_[i].fault;
  }
  if (chosen || chance_.rate <= 0) return chosen;
  return ByChance(identity, subject, IsFurtherPage(request));
}

void FaultPlan::Forget() {
  for (Scripted& scripted : script_) scripted = {.fault = std::move(scripted.fault)};
  seen_.clear();
}

bool FaultPlan::Hits(Scripted& scripted, const Identity& identity, std::size_t index) {
  const Selector& where = scripted.fault.where;
  const std::int64_t seen = where.per_request ? ++scripted.seen_of[identity] : ++scripted.seen;
  if (seen < where.nth || (seen - where.nth) % where.every != 0) return false;
  if (where.times > 0 && (seen - where.nth) / where.every >= where.times) return false;
  if (where.probability >= 1) return true;
  const std::int64_t times = where.per_request ? seen : ++scripted.seen_of[identity];
  return RandomFor(chance_.seed + index, identity, times).Unit() < where.probability;
}

std::optional<Fault> FaultPlan::ByChance(const Identity& identity, Subject subject,
                                         bool further_page) {
  base::Random random = RandomFor(chance_.seed, identity, ++seen_[identity]);
  if (random.Unit() >= chance_.rate) return std::nullopt;
  std::vector<Choice> choices;
  int weights = 0;
  const auto add = [&](std::span<const Choice> some) {
    for (const Choice& choice : some) {
      const auto& kinds = chance_.kinds;
      if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), choice.kind) == kinds.end()) {
        continue;
      }
      choices.push_back(choice);
      weights += choice.weight;
    }
  };
  add(kForAll);
  if (subject == Subject::kLookUp || subject == Subject::kList) add(kForReads);
  if (further_page) add(kForPages);
  auto at = static_cast<int>(random.Below(static_cast<std::uint64_t>(weights)));
  for (const Choice& choice : choices) {
    at -= choice.weight;
    if (at < 0) return WithDetails(choice.kind, random);
  }
  return std::nullopt;
}

}  // namespace rehome::sandbox

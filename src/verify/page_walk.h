#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "journal/verification_store.h"
#include "verify/asker.h"
#include "verify/page_matching.h"
#include "verify/question.h"

namespace rehome::verify {

/// How a list was read. What is not kWhole may have hidden an object that doubles one of ours.
struct Walked {
  enum class How {
    kWhole,
    kGivenUp,  ///< it is so long that asking for the objects one by one costs less
    kFailed,   ///< `why` says more
    kStopped,
  };
  How how = How::kStopped;
  std::string why{};
};

/// Goes through the target's list of one kind, page by page, and matches every page with the store.
/// What the list does not show is suspected in the end; when the list cannot be read to its end for
/// less than it costs to ask for the objects one by one, every one of them is. Memory does not
/// depend on the number of pages. Event-loop thread; kept alive by the callback it waits for.
class PageWalk : public std::enable_shared_from_this<PageWalk> {
 public:
  struct List {
    model::EffectKind kind = model::EffectKind::kUser;
    std::string organization_id;  ///< whose memberships
    std::int64_t most_pages = 0;
  };
  /// Called once: after the walk, or when the verification stops.
  using Done = std::function<void(const Walked&)>;

  /// The references must outlive it.
  PageWalk(Asker& asker, journal::VerificationStore& store, ComparedCounts& counts, List list,
           Done done);
  void Start() { AskNext(""); }

 private:
  void AskNext(const std::string& after);
  void OnReading(const std::string& after, const Reading& reading);
  bool LeadsBack(const std::string& next);
  void OnUnknownPage(const std::string& after);
  void Fail(std::string why);
  void End(journal::VerificationStore::Which suspected, const Walked& walked);

  Asker& asker_;
  journal::VerificationStore& store_;
  ComparedCounts& counts_;
  List list_;
  Done done_;
  std::int64_t pages_ = 0;
  std::string waymark_;  // a cursor met before
  std::int64_t next_waymark_ = 1;
  bool restarted_ = false;
};

/// The pages that a walk for `objects` may read: what asking one by one would cost, and a few more.
std::int64_t MostPages(model::EffectKind kind, std::int64_t objects);

}  // namespace rehome::verify

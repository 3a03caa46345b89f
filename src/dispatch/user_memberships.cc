#include "dispatch/user_memberships.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include "base/text.h"
#include "directory/requests.h"
#include "dispatch/finding.h"

namespace rehome::dispatch {
namespace {

// Of 100 memberships each. Fewer could cut an agent's account short that is in every organization;
// more would be a list that never ends.
constexpr int kMostPages = 100;
// Rows of one user stand together in most files. More costs memory, fewer costs reads.
constexpr std::ptrdiff_t kUsersKept = 8;
// Longer would believe what others have changed meanwhile; shorter costs reads.
constexpr base::Duration kKept = std::chrono::minutes(1);

using Page = directory::Page<directory::MembershipObject>;

/// One walk over the pages. Kept alive by the callbacks it waits for.
class Walk : public std::enable_shared_from_this<Walk> {
 public:
  Walk(Context& context, const Purpose& purpose, std::string user_id,
       std::function<void(AllMemberships)> done)
      : context_(context),
        purpose_(purpose),
        user_id_(std::move(user_id)),
        done_(std::move(done)) {}

  void AskPage(const std::string& after) {
    auto self = shared_from_this();
    FindObject<Page>(
        context_, purpose_, directory::ListUserMemberships(user_id_, after),
        directory::ParseMembershipPage,
        [self](const Page& page) {
          return std::all_of(page.objects.begin(), page.objects.end(),
                             [&](const auto& object) { return object.user_id == self->user_id_; });
        },
        [self](Finding<Page> finding) { self->OnPage(std::move(finding)); });
  }

 private:
  void OnPage(Finding<Page> finding) {
    all_.sends += finding.sends;
    switch (finding.fate) {
      case Finding<Page>::Fate::kStopped:
        End(AllMemberships::Fate::kStopped);
        return;
      case Finding<Page>::Fate::kFailed:
        all_.reply = std::move(finding.reply);
        End(AllMemberships::Fate::kFailed);
        return;
      case Finding<Page>::Fate::kAbsent:
        OnAbsent();
        return;
      case Finding<Page>::Fate::kFound:
        break;
    }
    if (EndsTooSoon(finding.object)) {
      all_.trouble = kEndsTooSoon;
      End(AllMemberships::Fate::kFailed);
      return;
    }
    auto& objects = finding.object.objects;
    std::move(objects.begin(), objects.end(), std::back_inserter(all_.memberships));
    if (finding.object.after.empty()) {
      End(AllMemberships::Fate::kRead);
      return;
    }
    if (++pages_ >= kMostPages) {
      all_.trouble = "the list of the user's memberships has over " +
                     base::WithThousands(kMostPages) + " pages";
      End(AllMemberships::Fate::kFailed);
      return;
    }
    AskPage(finding.object.after);
  }

  // Of a further page it says that the list has changed under the walk, not that it ends.
  void OnAbsent() {
    if (pages_ == 0) {
      End(AllMemberships::Fate::kRead);
      return;
    }
    all_.trouble = "the list of the user's memberships changed while it was read";
    End(AllMemberships::Fate::kFailed);
  }

  void End(AllMemberships::Fate fate) {
    all_.fate = fate;
    std::exchange(done_, nullptr)(std::move(all_));
  }

  Context& context_;
  Purpose purpose_;
  std::string user_id_;
  std::function<void(AllMemberships)> done_;
  AllMemberships all_;
  int pages_ = 0;
};

}  // namespace

void ReadAllMemberships(Context& context, const Purpose& purpose, const std::string& user_id,
                        std::function<void(AllMemberships)> done) {
  std::make_shared<Walk>(context, purpose, user_id, std::move(done))->AskPage("");
}

void UserMemberships::Read(Context& context, const Purpose& purpose, const std::string& user_id,
                           Done done) {
  Forget(context.clock.Now());
  const auto [at, is_new] = users_.try_emplace(user_id);
  User& user = at->second;
  if (!is_new && user.waiting.empty()) {
    done(user.answer);
    return;
  }
  user.waiting.push_back(std::move(done));
  if (is_new) Ask(context, purpose, user_id);
}

void UserMemberships::Ask(Context& context, const Purpose& purpose, const std::string& user_id) {
  context.sender.After(kCacheExpiry, [this, &context, purpose, user_id](bool stopped) {
    if (stopped) {
      AllMemberships nothing;
      nothing.fate = AllMemberships::Fate::kStopped;
      Tell(context, user_id, nothing);
      return;
    }
    ReadAllMemberships(context, purpose, user_id,
                       [this, &context, user_id](const AllMemberships& answer) {
                         Tell(context, user_id, answer);
                       });
  });
}

// The first that waited counts the requests. What was not read is asked again by who comes later.
void UserMemberships::Tell(const Context& context, const std::string& user_id,
                           const AllMemberships& answer) {
  const auto at = users_.find(user_id);
  const std::vector<Done> waiting = std::exchange(at->second.waiting, {});
  AllMemberships told = answer;
  told.sends = 0;
  if (answer.fate == AllMemberships::Fate::kRead) {
    at->second.answer = told;
    at->second.read_at = context.clock.Now();
  } else {
    users_.erase(at);
  }
  for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i](i == 0 ? answer : told);
}

void UserMemberships::Forget(base::Instant now) {
  std::erase_if(users_, [&](const auto& user) {
    return user.second.waiting.empty() && now - user.second.read_at >= kKept;
  });
  const auto is_read = [](const auto& user) { return user.second.waiting.empty(); };
  while (std::count_if(users_.begin(), users_.end(), is_read) > kUsersKept) {
    auto oldest = users_.end();
    for (auto at = users_.begin(); at != users_.end(); ++at) {
      const bool older = oldest == users_.end() || at->second.read_at < oldest->second.read_at;
      if (is_read(*at) && older) oldest = at;
    }
    users_.erase(oldest);
  }
}

}  // namespace rehome::dispatch

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "directory/objects.h"
#include "directory/reply.h"

namespace rehome::dispatch {

struct Context;
struct Purpose;

/// What a look at all memberships of a user came to.
struct AllMemberships {
  enum class Fate {
    kRead,     ///< to the last page
    kStopped,  ///< the run stops
    kFailed,   ///< no believable answer, or no end: `reply` or `trouble` says why
  };
  Fate fate = Fate::kFailed;
  std::vector<directory::MembershipObject> memberships;
  directory::Reply reply;
  std::string trouble;
  int sends = 0;
};

/// A second opinion on an empty list: all memberships of the user, whatever the organization and
/// the state. Another URL, so what a cache keeps for the first question does not answer it.
void ReadAllMemberships(Context& context, const Purpose& purpose, const std::string& user_id,
                        std::function<void(AllMemberships)> done);

/// The same for rows whose user was found before: nothing has just shown that answers are to what
/// is asked, so a cache that heeds no query may have answered the first question with that of
/// another row. It is asked once caches have expired, and once for the rows of a user that come
/// within a minute. Memory: the users under way and kUsersKept. Event-loop thread; lives in the
/// Context.
class UserMemberships {
 public:
  using Done = std::function<void(const AllMemberships&)>;

  void Read(Context& context, const Purpose& purpose, const std::string& user_id, Done done);

 private:
  struct User {
    std::vector<Done> waiting;  // empty once read
    AllMemberships answer;
    base::Instant read_at{};
  };

  void Ask(Context& context, const Purpose& purpose, const std::string& user_id);
  void Tell(const Context& context, const std::string& user_id, const AllMemberships& answer);
  void Forget(base::Instant now);

  std::map<std::string, User, std::less<>> users_;
};

}  // namespace rehome::dispatch

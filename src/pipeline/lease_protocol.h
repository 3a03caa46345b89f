#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "directory/reply.h"
#include "http/transport.h"
#include "pipeline/lease_note.h"

namespace rehome::pipeline {

/// Sends one request and gives what became of it.
using AskTarget = std::function<http::Completion(http::Request)>;
/// Lets so much time pass.
using Pause = std::function<void(base::Duration)>;

/// The lock on a target, request by request: each call asks and waits for the answer. It rests on
/// the target, which refuses a second organization of one external_id, so a create decides. Where
/// a target does not refuse, the lowest id has the lock, and whoever sees a lower one gives way.
/// One thread at a time; `clock` must outlive it.
class LeaseProtocol {
 public:
  /// `nonce` is unique for each start of a process; it is part of the id of each request.
  LeaseProtocol(AskTarget ask, Pause pause, const base::Clock& clock, std::string nonce,
                std::uint64_t seed);

  /// Who has the target; nothing when nobody shows. Errors as an import has them at its beginning
  /// (kAuth, kTls, kUnreachable).
  base::Result<std::optional<LeaseNote>> Find();

  /// A note that is ours, or else of whoever has the target (of whom nothing but that may be
  /// known). One whose process is gone (IsOrphaned) is removed first.
  struct Taking {
    bool ours = false;
    LeaseNote note;
  };
  /// `cancelled` is asked between requests: true ends it with kLimit.
  base::Result<Taking> Take(const journal::LockHolder& self,
                            const std::function<bool()>& cancelled = {});

  enum class Renewal { kKept, kUnanswered, kLost };
  /// Counts `note`'s beat up, on the target too; `trouble` says why it was not kept.
  Renewal Renew(LeaseNote& note);
  const std::string& trouble() const { return trouble_; }
  /// What the target asked to be waited for before the next try; 0 when it did not.
  base::Duration asked_wait() const { return asked_wait_; }

  /// Removes a note, if it is still there.
  base::Status Remove(const LeaseNote& note);
  /// Has its holder find, with its next renewal, that it is lost. False when it is gone.
  base::Result<bool> Usurp(const LeaseNote& note);
  /// Remove of our own, and of what else we may have left there.
  base::Status RemoveOurs(const LeaseNote& note);

 private:
  struct Said {
    directory::Reply reply;
    std::optional<directory::OrganizationObject> organization;
    bool certificate = false;  ///< the server is not to be trusted
    std::string body;
  };
  Said Ask(http::Request request);
  base::Result<Said> AskUntilAnswered(const std::function<http::Request()>& make);
  Said Create(const journal::LockHolder& self);
  base::Result<Taking> Decide(const LeaseNote& made);
  std::vector<LeaseNote> Showing();
  std::optional<LeaseNote> Rival(const LeaseNote& ours);
  bool IsGone(const LeaseNote& note);

  AskTarget ask_;
  Pause pause_;
  const base::Clock& clock_;
  const std::string nonce_;
  base::Random random_;
  std::int64_t requests_ = 0;
  std::int64_t refused_creates_ = 0;
  std::set<std::string>
      removed_;  ///< ids of those that we removed: lists may show them for a while
  std::string trouble_;
  base::Duration asked_wait_{0};
};

}  // namespace rehome::pipeline

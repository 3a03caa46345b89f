#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "sandbox/router.h"
#include "sandbox/target.h"

namespace rehome::sandbox {

/// What a request is about, as faults choose their victims.
enum class Subject {
  kOrganization,  ///< its create
  kUser,
  kMembership,
  kLookUp,  ///< a read of one object, or of the few with an e-mail, a user or a name
  kList,    ///< any other list of organizations, users or memberships
  kChange,  ///< a PUT
  kOther,
};

std::string_view Name(Subject subject);
std::optional<Subject> ParseSubject(std::string_view name);
Subject SubjectOf(const Route& route, const Target& target);

/// Which requests a fault hits. Of those that match, it hits from the `nth` on every `every`-th,
/// `times` in all (0 = without end), each with `probability`. All are counted together, or with
/// `per_request` each method, target and body by itself: a first try apart from its repetition.
struct Selector {
  std::optional<Subject> on{};
  std::string method{};
  std::string path{};         ///< without the query; `*` stands for any characters
  std::string body_part{};    ///< stands somewhere in the request's body
  std::string target_part{};  ///< stands somewhere in path or query, as sent
  bool reused_connection = false;
  std::int64_t nth = 1;
  std::int64_t every = 1;
  std::int64_t times = 1;
  double probability = 1;
  bool per_request = false;
};

/// One thing that is done to a request or its answer on purpose.
struct Fault {
  enum class Kind {
    kReset,        ///< connection reset, no answer
    kClose,        ///< connection ended, no answer
    kHang,         ///< no answer at all
    kStatus,       ///< `status` with the target's usual words
    kHtml,         ///< an HTML page with `status`
    kEmpty,        ///< an answer without a body
    kHalfBody,     ///< the true answer, cut
    kWrongLength,  ///< the true answer under a Content-Length that is off by `length_error`
    kHuge,         ///< the true answer and 5 MiB of blanks
    kGzip,         ///< the true answer, compressed though nobody asked
    kOtherBody,    ///< the body that another request got
    kStale,        ///< a read that sees the state of `lag` ago
    kListRepeat,   ///< a further page begins with the last object of the page before
    kListSkip,     ///< a further page lacks its first object
    kDialect,      ///< a refusal of a duplicate, told with `status` and in `form`
  };
  enum class When { kBefore, kAfter };         ///< the request is applied
  enum class Form { kBoth, kCode, kMessage };  ///< what the refusal of a duplicate has

  Kind kind = Kind::kStatus;
  When when = When::kBefore;
  Selector where{};
  int status = 500;
  std::string retry_after{};
  std::int64_t length_error = -10;
  base::Duration lag{0};
  Form form = Form::kBoth;
};

/// The answer is the fault's own: it may come before or after the request is applied. Of all other
/// kinds the request is applied.
bool MayComeBefore(Fault::Kind kind);
/// The kind of a name, as scripts have it.
std::optional<Fault::Kind> ParseFaultKind(std::string_view name);
/// `reset_after`, `status_503_before`, `stale`: as the record has it.
std::string Name(const Fault& fault);

}  // namespace rehome::sandbox

#include "pipeline/lease_protocol.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "pace/backoff.h"

namespace rehome::pipeline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The holder must know within a third of the time that a beat is good for.
constexpr base::Duration kTimeout = seconds(10);
// As an import asks a target that does not answer at its beginning (requirements, exit 4).
constexpr int kMostTries = 5;
constexpr base::Duration kLongestAsking = seconds(30);
// Between looks at a lock that must be there and does not show: the schedule of the import's own
// look-ups, 61.5 s in all, which outlasts the target's lag.
constexpr std::array<base::Duration, 8> kLooks = {milliseconds(0), milliseconds(500), seconds(1),
                                                  seconds(2),      seconds(4),        seconds(8),
                                                  seconds(16),     seconds(30)};

std::string WordsOf(const model::TargetWords& words) {
  if (words.http_status == 0) return words.message;
  std::string text = "HTTP " + std::to_string(words.http_status);
  if (!words.message.empty()) text += ", \"" + words.message + "\"";
  return text;
}

base::Error NoAnswer(const model::TargetWords& words) {
  return {base::ErrorCode::kUnreachable,
          "the lock on the target: no useful answer (" + WordsOf(words) + ")"};
}

base::Error Refused(const directory::Reply& reply) {
  const bool of_key = reply.meaning == directory::Meaning::kUnauthorized ||
                      reply.meaning == directory::Meaning::kForbidden;
  return {of_key ? base::ErrorCode::kAuth : base::ErrorCode::kInternal,
          "the target refused what --coordinator target needs, the organization with the "
          "external_id \"" +
              std::string(kLeaseExternalId) + "\" (" + WordsOf(reply.words) +
              "); see to that this key may write organizations, or leave --coordinator out and "
              "import from one machine"};
}

// Whether the same question may be answered better a moment later.
bool IsPassing(directory::Meaning meaning) {
  switch (meaning) {
    case directory::Meaning::kUnreadable:
    case directory::Meaning::kRateLimited:
    case directory::Meaning::kServerTrouble:
    case directory::Meaning::kIdempotencyPending:
      return true;
    case directory::Meaning::kOk:
    case directory::Meaning::kExists:
    case directory::Meaning::kNotFound:
    case directory::Meaning::kUnauthorized:
    case directory::Meaning::kForbidden:
    case directory::Meaning::kRedirect:
    case directory::Meaning::kIdempotencyReused:
    case directory::Meaning::kRefused:
      return false;
  }
  return false;
}

}  // namespace

LeaseProtocol::LeaseProtocol(AskTarget ask, Pause pause, const base::Clock& clock,
                             std::string nonce, std::uint64_t seed)
    : ask_(std::move(ask)),
      pause_(std::move(pause)),
      clock_(clock),
      nonce_(std::move(nonce)),
      random_(seed) {}

LeaseProtocol::Said LeaseProtocol::Ask(http::Request request) {
  request.timeout = kTimeout;
  request.request_id = "lock-" + nonce_ + "-" + std::to_string(++requests_);
  const bool is_delete = request.method == http::Method::kDelete;
  const http::Completion completion = ask_(std::move(request));
  Said said;
  if (!completion.response) {
    said.reply.meaning = completion.error.kind == http::TransportError::Kind::kCertificate
                             ? directory::Meaning::kRedirect
                             : directory::Meaning::kServerTrouble;
    said.reply.words.message = completion.error.message;
    said.certificate = completion.error.kind == http::TransportError::Kind::kCertificate;
    return said;
  }
  said.body = completion.response->body;
  said.reply = directory::Understand(directory::Subject::kOrganization, *completion.response);
  const int status = completion.response->status;
  // What was deleted has no body to be read.
  if (is_delete && status >= 200 && status < 300) said.reply.meaning = directory::Meaning::kOk;
  if (said.reply.meaning == directory::Meaning::kOk) {
    said.organization = directory::ParseOrganization(said.body);
  }
  if (directory::CameFromCache(*completion.response)) {
    said.reply.meaning = directory::Meaning::kUnreadable;
    said.reply.words.message = "the answer came from a cache";
    said.organization.reset();
  }
  return said;
}

base::Result<LeaseProtocol::Said> LeaseProtocol::AskUntilAnswered(
    const std::function<http::Request()>& make) {
  const base::Instant begin = clock_.Now();
  for (int tries = 1;; ++tries) {
    http::Request request = make();
    // A cache may have answered on this connection.
    if (tries > 1) request.connection = http::Connection::kFresh;
    Said said = Ask(std::move(request));
    if (said.certificate) return base::Error{base::ErrorCode::kTls, said.reply.words.message};
    if (!IsPassing(said.reply.meaning)) return said;
    const base::Duration wait =
        std::max(pace::BackoffAfter(tries, random_),
                 pace::ParseRetryAfter(said.reply.retry_after, clock_.WallNow())
                     .value_or(base::Duration(0)));
    const bool is_last = tries >= kMostTries || clock_.Now() + wait - begin > kLongestAsking;
    if (is_last) return NoAnswer(said.reply.words);
    pause_(wait);
  }
}

base::Result<std::optional<LeaseNote>> LeaseProtocol::Find() {
  auto said =
      AskUntilAnswered([] { return directory::GetOrganizationByExternalId(kLeaseExternalId); });
  if (!said) return said.error();
  if (said->reply.meaning == directory::Meaning::kNotFound) return std::optional<LeaseNote>();
  if (said->reply.meaning != directory::Meaning::kOk) return Refused(said->reply);
  auto note = said->organization ? LeaseNoteOf(*said->organization) : std::nullopt;
  if (!note) {
    return base::Error{base::ErrorCode::kInternal,
                       "the lock on the target: the answer is not about the organization \"" +
                           std::string(kLeaseExternalId) + "\" that was asked for"};
  }
  return note;
}

base::Result<LeaseProtocol::Taking> LeaseProtocol::Take(const journal::LockHolder& self,
                                                        const std::function<bool()>& cancelled) {
  base::Error last;
  base::Duration asked(0);
  bool exists = false;
  for (const base::Duration wait : kLooks) {
    pause_(std::max(wait, asked));
    if (cancelled && cancelled()) {
      return base::Error{base::ErrorCode::kLimit, "taking the lock on the target was interrupted"};
    }
    const auto found = Find();
    if (!found) return found.error();
    if (*found && (*found)->nonce == nonce_) return Taking{.ours = true, .note = **found};
    if (*found && !IsOrphaned(**found)) return Taking{.ours = false, .note = **found};
    if (*found) RETURN_IF_ERROR(Remove(**found));
    // Also after an answer that leaves in doubt whether it was applied: a target that keeps
    // external_ids unique makes one at most, and of another RemoveOurs removes them all.
    const Said said = Create(self);
    const auto made = said.organization ? LeaseNoteOf(*said.organization) : std::nullopt;
    if (made && made->nonce == nonce_) return Decide(*made);
    if (said.certificate) return base::Error{base::ErrorCode::kTls, said.reply.words.message};
    exists = said.reply.meaning == directory::Meaning::kExists;
    if (exists) ++refused_creates_;
    const bool in_doubt = exists || made || IsPassing(said.reply.meaning);
    if (!in_doubt) return Refused(said.reply);
    last = NoAnswer(said.reply.words);
    asked =
        pace::ParseRetryAfter(said.reply.retry_after, clock_.WallNow()).value_or(base::Duration(0));
  }
  if (exists) return Taking{};
  return last;
}

LeaseProtocol::Said LeaseProtocol::Create(const journal::LockHolder& self) {
  const LeaseNote note{.organization_id = {}, .nonce = nonce_, .beat = 0, .holder = self};
  http::Request create =
      directory::CreateOrganization(kLeaseName, kLeaseExternalId, EncodeLeaseNote(note));
  // A target that replays an answer for its key would repeat a refusal when its cause is gone.
  create.idempotency_key = nonce_ + "-" + std::to_string(refused_creates_);
  return Ask(std::move(create));
}

base::Result<LeaseProtocol::Taking> LeaseProtocol::Decide(const LeaseNote& made) {
  const auto rival = Rival(made);
  if (!rival) return Taking{.ours = true, .note = made};
  RETURN_IF_ERROR(Remove(made));
  return Taking{.ours = false, .note = *rival};
}

LeaseProtocol::Renewal LeaseProtocol::Renew(LeaseNote& note) {
  ++note.beat;
  const Said said = Ask(directory::UpdateOrganization(note.organization_id, EncodeBeat(note)));
  trouble_ = WordsOf(said.reply.words);
  asked_wait_ =
      pace::ParseRetryAfter(said.reply.retry_after, clock_.WallNow()).value_or(base::Duration(0));
  if (said.reply.meaning == directory::Meaning::kNotFound) {
    if (!IsGone(note)) return Renewal::kUnanswered;
    trouble_ = "somebody removed it";
    return Renewal::kLost;
  }
  const auto kept = said.organization ? LeaseNoteOf(*said.organization) : std::nullopt;
  if (!kept) return Renewal::kUnanswered;
  if (kept->organization_id != note.organization_id || kept->beat != note.beat) {
    trouble_ = "the answer was about something else";
    return Renewal::kUnanswered;
  }
  if (kept->nonce != nonce_) {
    trouble_ = "somebody released it with `rehome lock release`";
    return Renewal::kLost;
  }
  const auto rival = Rival(note);
  if (!rival) return Renewal::kKept;
  trouble_ = "another import has one that is older";
  return Renewal::kLost;
}

// All that can be seen; none when the list cannot be had.
std::vector<LeaseNote> LeaseProtocol::Showing() {
  const Said said = Ask(directory::SearchOrganizations(kLeaseName, ""));
  std::vector<LeaseNote> notes;
  if (said.reply.meaning != directory::Meaning::kOk) return notes;
  const auto page = directory::ParseOrganizationPage(said.body);
  if (!page) return notes;
  for (const directory::OrganizationObject& organization : page->objects) {
    if (const auto note = LeaseNoteOf(organization)) notes.push_back(*note);
  }
  return notes;
}

// An older one, on a target that lets several be.
std::optional<LeaseNote> LeaseProtocol::Rival(const LeaseNote& ours) {
  for (const LeaseNote& note : Showing()) {
    const bool is_older = note.nonce != nonce_ && note.organization_id < ours.organization_id;
    // A list may still show what is gone.
    if (is_older && !removed_.contains(note.organization_id) && !IsGone(note)) return note;
  }
  return std::nullopt;
}

// Asked twice: a page on the way may say 404 for itself.
bool LeaseProtocol::IsGone(const LeaseNote& note) {
  http::Request request = directory::GetOrganization(note.organization_id);
  request.connection = http::Connection::kFresh;
  return Ask(std::move(request)).reply.meaning == directory::Meaning::kNotFound;
}

base::Status LeaseProtocol::Remove(const LeaseNote& note) {
  const auto said =
      AskUntilAnswered([&] { return directory::DeleteOrganization(note.organization_id); });
  if (!said) return said.error();
  const bool gone = said->reply.meaning == directory::Meaning::kOk ||
                    said->reply.meaning == directory::Meaning::kNotFound;
  if (!gone) return Refused(said->reply);
  removed_.insert(note.organization_id);
  return {};
}

base::Result<bool> LeaseProtocol::Usurp(const LeaseNote& note) {
  const auto said = AskUntilAnswered([&] {
    return directory::UpdateOrganization(note.organization_id, {{"rehome_nonce", nonce_}});
  });
  if (!said) return said.error();
  if (said->reply.meaning == directory::Meaning::kNotFound) return false;
  const auto kept = said->organization ? LeaseNoteOf(*said->organization) : std::nullopt;
  if (!kept || kept->nonce != nonce_) return Refused(said->reply);
  return true;
}

base::Status LeaseProtocol::RemoveOurs(const LeaseNote& note) {
  RETURN_IF_ERROR(Remove(note));
  // A target that lets several be has one for each create that was sent again.
  for (const LeaseNote& other : Showing()) {
    if (other.nonce != nonce_ || other.organization_id == note.organization_id) continue;
    RETURN_IF_ERROR(Remove(other));
  }
  return {};
}

}  // namespace rehome::pipeline

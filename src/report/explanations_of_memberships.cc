// What goes wrong with memberships, with any request, with the run; what a verification finds.

#include "report/explanation_parts.h"

namespace rehome::report {
namespace {

using model::Reason;

constexpr std::string_view kOnlyThis =
    "Nothing: the user is there, and so are its memberships of other organizations.";
constexpr std::string_view kWhatHangsOnIt =
    "What hangs on it: of an organization all its rows (`organization_failed`), of a user its "
    "memberships and other rows (`user_failed`). They follow by themselves once it is right.";

constexpr std::array<ExplanationParts, 17> kParts = {{
    {.reason = Reason::kMembershipPending,
     .meaning = "Somebody invited the user into this organization, and the invitation waits for "
                "an answer. The target does not let an import make such a membership active: it "
                "has to be accepted, or go.",
     .fate = Fate::kUserStays,
     .follows = kOnlyThis},
    {.reason = Reason::kMembershipInactive,
     .meaning = "Somebody took the user out of this organization. To create the membership once "
                "more would make it active, and give back what was taken away on purpose; so it "
                "is looked for first and left as it is.",
     .fate_more = "The membership is as it was, and the row is skipped, which is no failure. When "
                  "the row made or changed its user, it is told by that, with this as a remark.",
     .steps = "Made active there it needs no import: `rehome verify` says whether all is as the "
              "file says.\n",
     .follows = kOnlyThis},
    {.reason = Reason::kMembershipRefused,
     .meaning = "The target answered that it does not take the membership as it is, or that its "
                "user or its organization is not there, though both were a moment ago. That last "
                "answer is asked again for a minute, since new objects may show late. Its own "
                "words are in the report.",
     .fate = Fate::kUserStays,
     .way = Way::kTakeOver,
     .follows = kOnlyThis},
    {.reason = Reason::kMembershipNotVisible,
     .meaning = "The target refused to create the membership, since there is one, but in the "
                "minute after that no look-up showed it. It shows late what it has, or somebody "
                "removed the membership just now.",
     .fate = Fate::kParked,
     .fate_more = "The user is there.",
     .follows = kOnlyThis},
    {.reason = Reason::kRoleUnknown,
     .meaning = "An import compares the roles of the file with the environment's before it begins "
                "and refuses a file with others (exit 2). A row fails for one only where that "
                "list was out of reach, or for a role of a single organization (`org-…`), which "
                "stands in no list. `rehome validate FILE --roles FILE` compares without a key.",
     .fate = Fate::kUserStays,
     .fate_more = "With `rehome validate` it is a problem of the row, and nothing was sent.",
     .way = Way::kTakeOver,
     .follows = kOnlyThis},
    {.reason = Reason::kMultipleRolesDisabled,
     .meaning = "Whether a membership may have several roles is a setting of the environment that "
                "no request tells. So the first refusal settles it: later rows with several roles "
                "are looked up, and what they would still have to make is not sent.",
     .fate_more = "The row failed, and its membership was not made or changed. Users of "
                  "the first such rows may be there; of later ones only those that were there "
                  "before.",
     .steps = "With the setting enabled: `rehome retry RUN`.\n"
              "To give the first role of each row and leave the others out: `rehome import FILE "
              "--first-role-only`; each such row is remarked (`first_role_only`).\n",
     .follows = kOnlyThis},
    {.reason = Reason::kRequestRefused,
     .meaning = "The target refused a request in a way that no code here is more exact about; "
                "above all, it does not know the path, though nothing that could be missing is in "
                "it. Then something else than the API answers at this address.",
     .fate = Fate::kFailed,
     .steps = "When it concerns all rows: look at `--endpoint` (it is `https://api.workos.com` "
              "when nothing else is said), and at what stands between here and there.\n",
     .way = Way::kRetry,
     .follows = kWhatHangsOnIt},
    {.reason = Reason::kTargetUnavailable,
     .meaning = "Six times, with growing waits, no connection came about, so that this request was "
                "surely never carried out; or a look-up that had to come first got no answer. "
                "Others were served meanwhile: when nothing is, for ten minutes, the run stops "
                "(exit 3) and its rows stay unprocessed.",
     .fate_more = "The row failed, or is parked when it was a look-up; nothing was made for it.",
     .follows = kWhatHangsOnIt},
    {.reason = Reason::kRateLimited,
     .meaning = "The target answers 429 when the quota of the environment is used up: 500 writes "
                "and 1,000 reads in ten seconds, out of which your application is served too. "
                "rehome stays below that by itself and waits when it is told to. This row was "
                "told so for a quarter of an hour while others went through.",
     .fate_more = "The row failed, or is parked when it was a look-up; a request that is limited "
                  "is not carried out, so nothing was made for it.",
     .steps = "When it comes again: a lower `--rate` or a higher `--reserve`, and find out what "
              "else uses this environment.\n",
     .follows = kWhatHangsOnIt},
    {.reason = Reason::kOutcomeUnknown,
     .meaning = "A request left, and its answer was lost, cut, or told of trouble on the target's "
                "side (5xx); the target may have carried it out or not. rehome looked for the "
                "object during a minute and sent the request again only when it was not there, "
                "six times at most, and none of them ended clearly.",
     .fate = Fate::kInDoubt,
     .follows = kWhatHangsOnIt},
    {.reason = Reason::kAnswerMismatch,
     .meaning = "Each answer is compared with its request. These were about another object, came "
                "from a cache (`Age`), or could not be read, and asked again on a fresh "
                "connection, once caches had expired, it was the same. That is a cache or a proxy "
                "on the way, and to believe it would be to write down ids of other objects. Or "
                "the target answers a change and does not show it; then the message names the "
                "fields.",
     .fate = Fate::kInDoubt,
     .fate_more = "Three such answers stop a run (exit 3).",
     .steps = "The events `answer_mismatch` in `events.jsonl` of the run have what caches said of "
              "themselves (`Via`, `X-Cache`).\n"
              "When it names fields: find out why the target does not keep their values.\n",
     .way = Way::kRetry,
     .follows = kWhatHangsOnIt},
    {.reason = Reason::kPayloadTooLarge,
     .meaning = "The answer was 413, 414 or 431. What makes a request large is metadata, of "
                "which rehome lets some 32 KB through, or a name that is far too long, of a user "
                "or an organization. A proxy on the way may have a limit of its own.",
     .fate = Fate::kFailed,
     .way = Way::kCell,
     .follows = kWhatHangsOnIt},
    {.reason = Reason::kVerifyMissing,
     .meaning = "It was asked for by itself, again and again for a minute, and is not there: "
                "somebody deleted it since, or the target forgot it.",
     .fate = Fate::kFound,
     .steps = "When the run itself had `--on-existing update`: also another `--runs-dir`, or the "
              "import would only verify again.\n"
              "When it was deleted on purpose: nothing. `rehome verify` goes on to tell it.\n",
     .follows = "The memberships of a user or an organization that is missing are missing too."},
    {.reason = Reason::kVerifyDuplicate,
     .meaning = "The target has a second object with the same key: two accounts of one e-mail, two "
                "organizations of one external_id, two memberships of one user in one "
                "organization. Somebody else made it meanwhile, as a second import does, or the "
                "target does not keep its keys unique.",
     .fate = Fate::kFound,
     .steps = "`verification.csv` has both ids; `_other_id` is the one that this run does not "
              "know.\n"},
    {.reason = Reason::kVerifyMismatch,
     .meaning = "The object is there, and one of its fields is not as it was written: somebody, a "
                "webhook or another job changed it since, or the target altered the value when it "
                "took it. Passwords are never compared, since no API shows them.",
     .fate = Fate::kFound,
     .steps = "`verification.csv` has the field, what was written and what was found.\n"
              "When the run itself had `--on-existing update`: also another `--runs-dir`, or the "
              "import would only verify again.\n"
              "Of organizations an import changes nothing: mend those on the target.\n"},
    {.reason = Reason::kVerifyUnanswered,
     .meaning = "This accuses nobody: what is there is not known. The answers were about something "
                "else, could not be read, or did not come, on fresh connections too.",
     .fate = Fate::kFound,
     .fate_more = "The verification is incomplete."},
    {.reason = Reason::kStopped,
     .meaning = "A limit, a signal, a deadline, a key that was refused, a full disk or a crash "
                "ended the run first; the line `Stopped:` of the report says which. Nothing is "
                "wrong with the row.",
     .fate_more = "The row is unprocessed and stands in `unprocessed.csv`. What of it may have "
                  "been sent is written down and looked up before anything is sent again.",
     .steps = "`rehome resume RUN` goes on with what is left and makes nothing twice. Before that, "
              "mend what the report names: a key, a disk, the rows that failed too often.\n"},
}};
static_assert(Cover(kParts, kFirstOfMemberships, kLastOfMemberships));

}  // namespace

std::span<const ExplanationParts> ExplanationsOfMemberships() { return kParts; }

}  // namespace rehome::report

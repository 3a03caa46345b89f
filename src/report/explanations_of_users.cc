// What goes wrong with organizations and users at the target.

#include "report/explanation_parts.h"

namespace rehome::report {
namespace {

using model::Reason;

constexpr std::string_view kRowsOfOrganization =
    "All rows of the organization: they fail as `organization_failed` before anything of them is "
    "sent, and follow by themselves once the organization is right.";
constexpr std::string_view kRestOfUser =
    "The membership of this row. Other rows of the same user fail as `user_failed`, and follow by "
    "themselves once this one is right.";

constexpr std::array<ExplanationParts, 17> kParts = {{
    {.reason = Reason::kOrganizationNotFound,
     .meaning = "An organization that is named by `org_id` must be there already, and so must one "
                "that is named by `org_external_id` when no row of the file has a name for it. "
                "Often the ids are of another environment, for staging and production have their "
                "own, or the column with the names was not exported or not mapped.",
     .fate = Fate::kOrganizationFailed,
     .steps = "When many are missing, look first at the key and `--endpoint`: is it the right "
              "environment?\n"
              "A name in one row of the organization is enough; then it is created.\n",
     .way = Way::kTakeOver,
     .follows = kRowsOfOrganization},
    {.reason = Reason::kOrganizationAmbiguous,
     .meaning = "With `--org-by-name` an organization is found by its exact name. The target keeps "
                "no name unique, and has several of this one; to take one of them would be a guess "
                "about whose users go where.",
     .fate = Fate::kOrganizationFailed,
     .steps = "Find the id of the right one on the target. Where the file has no column for it, "
              "add one and `rehome import FILE`: what is there already is adopted.\n",
     .way = Way::kTakeOver,
     .follows = kRowsOfOrganization},
    {.reason = Reason::kOrganizationNotVisible,
     .meaning = "The target refused to create it, since one with its `org_external_id` is there, "
                "but in the minute after that no look-up showed it. The target shows late what it "
                "has, or somebody deleted the organization just now and its id is not free yet.",
     .fate = Fate::kOrganizationParked,
     .follows = kRowsOfOrganization},
    {.reason = Reason::kOrganizationRefused,
     .meaning = "The target answered that it does not take the organization as it is. What it got "
                "is `org_name` and `org_external_id`, so one of these, or a rule of the "
                "environment, is against it. Its own words and its code are in the report.",
     .fate = Fate::kOrganizationFailed,
     .way = Way::kTakeOver,
     .follows = kRowsOfOrganization},
    {.reason = Reason::kOrganizationFailed,
     .meaning = "The organization of this row could not be found or made. Nothing is wrong with "
                "the row; it was held back, since a user without the membership that belongs to it "
                "helps nobody. The message has the code of the organization's own failure.",
     .fate = Fate::kDerived,
     .steps = "`rehome report RUN` has the organization, with its code, in the errors of the phase "
              "organizations.\n"},
    {.reason = Reason::kUserExists,
     .meaning = "An account with this e-mail or external_id is there, and the import was told to "
                "leave such users: `--on-existing skip` or `fail`. The id of the account is in the "
                "message. It may be one that an earlier import made.",
     .fate_more = "With `--on-existing skip` the row is skipped, which is no failure; with `fail` "
                  "it failed. The account is as it was, and no membership was made for it. Other "
                  "rows of the user end likewise.",
     .steps = "`rehome import FILE --on-existing adopt` leaves their fields as they are and adds "
              "memberships; with `update` it also writes the fields that differ, but never a "
              "password. A retry keeps the policy of its run.\n"},
    {.reason = Reason::kUserUnverified,
     .meaning =
         "Anybody can sign up with an address that is not theirs. This account matches the "
         "row by its e-mail alone and has never proven to own it: taken over, a stranger "
         "could get the user's data and memberships. An account that has the row's "
         "external_id, or that an earlier run in the same runs directory made, is taken over "
         "without this question.",
     .fate = Fate::kParked,
     .steps =
         "When it is the user's: give the account the row's `external_id` on the target, or "
         "have its owner prove the address; then `rehome retry RUN`.\n"
         "When it is a stranger's: delete it on the target, then `rehome retry RUN`.\n"
         "When an import from another folder made it: `rehome import FILE --runs-dir DIR` with "
         "the folder of that one.\n"
         "When you know all of them to be yours: `rehome retry RUN --adopt-unverified`.\n",
     .follows = kRestOfUser},
    {.reason = Reason::kUserEmailTaken,
     .meaning = "The account with this e-mail has an external_id, and it is not the row's. One "
                "person may have two numbers, the ids may come from another system, or the "
                "address went to somebody else. Whose account it is cannot be told from here.",
     .fate = Fate::kParked,
     .way = Way::kTakeOver,
     .follows = kRestOfUser},
    {.reason = Reason::kUserExternalIdTaken,
     .meaning = "The account with this external_id has another e-mail. The person may have changed "
                "the address since the export; or two users of the file share one id, which "
                "`rehome validate` shows (`external_id_shared`); or the column holds the wrong "
                "ids.",
     .fate = Fate::kParked,
     .way = Way::kTakeOver,
     .follows = kRestOfUser},
    {.reason = Reason::kUserSplit,
     .meaning = "One account has the row's e-mail and another one its external_id. The person may "
                "have signed up a second time with a new address, or the ids of two rows were "
                "exchanged. Both ids of the target are in the message.",
     .fate = Fate::kParked,
     .way = Way::kTakeOver,
     .follows = kRestOfUser},
    {.reason = Reason::kUserDuplicateOnTarget,
     .meaning = "An environment should have each e-mail once, and yet the target shows several "
                "accounts with this one. Which of them is the user's cannot be told. Their ids "
                "are in the message, and the run keeps them as an event `duplicate_on_target`.",
     .fate = Fate::kParked,
     .steps = "Keep the account that is in use (look at its last sign-in).\n",
     .way = Way::kRetry,
     .follows = kRestOfUser},
    {.reason = Reason::kUserNotVisible,
     .meaning = "The target refused to create the user, since the e-mail or the external_id is "
                "taken, but in the minute after that no look-up showed by whom. It shows late what "
                "it has, or somebody deleted the account just now and its keys are not free yet.",
     .fate = Fate::kParked,
     .follows = kRestOfUser},
    {.reason = Reason::kPasswordRefused,
     .meaning = "A password in plain text must meet the policy of the environment: its length, its "
                "strength, and that it stands in no list of leaked ones. Hashes are not asked, "
                "since nobody can look into them.",
     .fate = Fate::kFailed,
     .steps =
         "Without a password: `rehome retry RUN --drop-passwords` makes the users without one, "
         "who set a new one when they log in: those that were refused, and those that are "
         "refused while it goes on.\n"
         "With the policy relaxed: `rehome retry RUN`, and set it back afterwards.\n",
     .way = Way::kSecret,
     .follows = kRestOfUser},
    {.reason = Reason::kPasswordHashRefused,
     .meaning = "The hash has the form that rehome knows (else it were `password_hash_invalid`), "
                "and the target still does not take it: a parameter outside its range, or a form "
                "that its documents tell otherwise. Its own words are in the report, the hash is "
                "not.",
     .fate = Fate::kFailed,
     .steps =
         "To import all such users without a password: `rehome retry RUN --drop-passwords`. Only "
         "one: empty `password_hash_type` of the row in a copy of `failed.csv`, then `rehome "
         "retry RUN --edited COPY`.\n",
     .way = Way::kSecret,
     .follows = kRestOfUser},
    {.reason = Reason::kMetadataRefused,
     .meaning = "The row keeps to these limits, or it would have been rejected; so the target has "
                "tighter ones than its API says. Its guides speak of 10 keys and of ASCII. Its own "
                "words are in the report.",
     .fate = Fate::kFailed,
     .way = Way::kCell,
     .follows = kRestOfUser},
    {.reason = Reason::kUserRefused,
     .meaning = "The target answered that it does not take the user as it is. Its own words and "
                "its code are in the report, and in `failed.csv` under `_message` and "
                "`_provider_code`; they name the field as a rule. Of several faults it may name "
                "only the first.",
     .fate = Fate::kFailed,
     .way = Way::kCell,
     .follows = kRestOfUser},
    {.reason = Reason::kUserFailed,
     .meaning = "Several rows are about this user, and the one that stands for it failed or was "
                "parked. Without the user there is nobody to give this row's membership to. "
                "Nothing need be wrong with this row; the message has the code of the other one.",
     .fate = Fate::kDerived,
     .steps = "`_message` and the errors of the phase users in `rehome report RUN` say what is "
              "wrong with the other row.\n"},
}};
static_assert(Cover(kParts, kFirstOfUsers, kLastOfUsers));

}  // namespace

std::span<const ExplanationParts> ExplanationsOfUsers() { return kParts; }

}  // namespace rehome::report

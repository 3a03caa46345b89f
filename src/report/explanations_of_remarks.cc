// Remarks: the row goes on.

#include "report/explanation_parts.h"

namespace rehome::report {
namespace {

using model::Reason;

constexpr std::array<ExplanationParts, 21> kParts = {{
    {.reason = Reason::kWarnExternalIdLong,
     .meaning = "The description of the target's API takes 128 characters, its guides speak of 64. "
                "The longer limit is believed; should the target refuse the user, the row fails "
                "as `user_refused`.",
     .fate = Fate::kRemark},
    {.reason = Reason::kWarnMetadataConverted,
     .meaning = "The target takes strings only. The number 3 is sent as \"3\", true as \"true\", "
                "and a list or an object as its JSON in one string. An application that reads the "
                "value gets a string and has to expect one.",
     .fate = Fate::kRemark,
     .steps = "`rehome validate FILE --fix OUT.csv` writes them as they are sent.\n"},
    {.reason = Reason::kWarnMetadataNullDropped,
     .meaning = "The target has no null in metadata: of an update it means that the key is to go. "
                "So the key is not sent at all, and a value that an account has there stays.",
     .fate = Fate::kRemark,
     .steps = "`rehome validate FILE --fix OUT.csv` takes such keys out.\n"},
    {.reason = Reason::kWarnMetadataManyKeys,
     .meaning = "The description of the target's API takes 50 keys, its guides speak of 10. The "
                "larger limit is believed; should the target refuse the user, the row fails as "
                "`metadata_refused`.",
     .fate = Fate::kRemark},
    {.reason = Reason::kWarnMetadataNotAscii,
     .meaning = "The guides of the target allow ASCII only, the description of its API says "
                "nothing of it. The values are sent as they are; should the target refuse the "
                "user, the row fails as `metadata_refused`.",
     .fate = Fate::kRemark},
    {.reason = Reason::kWarnNameOverLines,
     .meaning = "A quotation mark that is not closed on its line takes everything up to the next "
                "one into the field: line ends, and whole rows of other users, who are then "
                "missing from the import. Names with line breaks are rare, so it is remarked.",
     .fate = Fate::kRemark,
     .steps = "Compare the number of rows that the plan shows with the number of users that you "
              "exported.\n",
     .follows = "Rows that were swallowed are not imported and counted nowhere."},
    {.reason = Reason::kWarnRoleWithoutOrganization,
     .meaning = "A role is given in a membership, and a membership needs an organization. The user "
                "is imported without either.",
     .fate = Fate::kRemark,
     .steps = "When all rows are like this: the column of the organization may have another name "
              "(`--map`), or `--org-id`, `--org-external-id` or `--org-name` put all rows into "
              "one.\n"},
    {.reason = Reason::kWarnOrgNameDiffers,
     .meaning = "Several rows name one organization by its id or external_id, and give it "
                "different names. It has one name: the first in the file that is not blank. A "
                "later one may be newer, or the id may be wrong, which would put the user into "
                "somebody else's organization.",
     .fate = Fate::kRemark,
     .steps = "Look whether it is one organization that was renamed, or two with one id.\n"},
    {.reason = Reason::kWarnUserDataDiffers,
     .meaning = "Rows with one e-mail are one user, who gets names, external_id, password and "
                "metadata of the first of them; and one membership has the roles of the first row "
                "that names it. What later rows have otherwise is not sent.",
     .fate = Fate::kRemark,
     .steps = "When the later row is the right one: move it before the other.\n"},
    {.reason = Reason::kWarnHeaderUnknown,
     .meaning = "The name is none that is imported, and resembles none. What the column holds "
                "stays behind; the row files carry it along, unless its name looks like that of a "
                "secret.",
     .fate = Fate::kRemark,
     .steps = "To keep it at the target, put it into `metadata`, a JSON object in one column.\n"},
    {.reason = Reason::kWarnBlanksAround,
     .meaning = "Of e-mails, ids and flags blanks at both ends are never part of the value, so "
                "they are not sent.",
     .fate = Fate::kOfACheck,
     .steps = "`rehome validate FILE --fix OUT.csv` writes a copy without them.\n"},
    {.reason = Reason::kWarnBooleanSpelling,
     .meaning = "yes, no, y, n, 1 and 0 in any case are understood as true and false.",
     .fate = Fate::kOfACheck},
    {.reason = Reason::kWarnMembershipRepeated,
     .meaning = "A user is in an organization once. The first of these rows that is not rejected "
                "makes the membership and gives it its roles; this one finds it made.",
     .fate = Fate::kOfACheck,
     .steps = "`rehome validate FILE --fix OUT.csv` leaves it out when nothing in it is new.\n"},
    {.reason = Reason::kWarnUserRepeated,
     .meaning = "A later row of a user adds a membership, and this one has no organization to add. "
                "It may be a copy, or its organization was lost in the export.",
     .fate = Fate::kOfACheck,
     .steps = "`rehome validate FILE --fix OUT.csv` leaves it out when nothing in it is new.\n"},
    {.reason = Reason::kWarnFirstRoleOnly,
     .meaning = "The row has several roles, and `--first-role-only` gives the first alone, which "
                "is what environments take that do not have several roles enabled. The user may "
                "do less than before.",
     .fate = Fate::kRemark,
     .steps = "With the setting enabled: `rehome import FILE --on-existing update` without that "
              "flag gives all of them.\n"},
    {.reason = Reason::kWarnRoleDiffers,
     .meaning = "The user is in the organization already, with other roles than the file says. "
                "Whoever gave them may have had reasons, so an import that adopts leaves them.",
     .fate = Fate::kRemark,
     .steps = "`rehome import FILE --on-existing update` sets the roles of the file, and with them "
              "all other fields that differ; add `--dry-run` to see them first.\n"},
    {.reason = Reason::kWarnFieldsDiffer,
     .meaning = "The account was there before, and some of its fields are not as in the file. It "
                "may be newer than the export, so an import that adopts leaves it. The message "
                "names the fields and both values; a password is neither compared nor changed.",
     .fate = Fate::kRemark,
     .steps = "`rehome import FILE --on-existing update --dry-run` shows each field that would "
              "change.\n"},
    {.reason = Reason::kWarnOrganizationDiffers,
     .meaning = "The organization was found by its id or external_id, and is called otherwise than "
                "in the file. rehome never renames an organization, also not with `--on-existing "
                "update`.",
     .fate = Fate::kRemark,
     .steps = "Look whether it is the same customer: with a wrong id its users are in somebody "
              "else's organization.\n"},
    {.reason = Reason::kWarnRolesNotGiven,
     .meaning = "The membership was created, and the answer shows other roles than were asked for. "
                "The target may ignore a role or add one of its own; a user with too many roles "
                "sees more than it should.",
     .fate = Fate::kRemark,
     .steps = "The verification tells it too, if it stays so (`verify_mismatch`).\n"},
    {.reason = Reason::kWarnMembershipReactivated,
     .meaning = "rehome looks for a membership before it creates one, and this one did not show, "
                "since the target's lists may lag. The create then made it active, with the roles "
                "of the file: what somebody had taken from the user is given back.",
     .fate = Fate::kRemark,
     .fate_more = "It counts as updated."},
    {.reason = Reason::kWarnPasswordDropped,
     .meaning = "`rehome retry --drop-passwords` makes users without the password or hash that the "
                "target refuses. The user is there, with all else, and logs in by a link or sets a "
                "new password.",
     .fate = Fate::kRemark},
}};
static_assert(Cover(kParts, kFirstOfRemarks, kLastOfRemarks));

}  // namespace

std::span<const ExplanationParts> ExplanationsOfRemarks() { return kParts; }

}  // namespace rehome::report

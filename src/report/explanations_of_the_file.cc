// What is wrong with the file itself: its header, its records, its columns.

#include "report/explanation_parts.h"

namespace rehome::report {
namespace {

using model::Reason;

constexpr std::string_view kOthersOfUser =
    "The other rows of this user, when this is the first of them: they have nothing to make the "
    "user with, fail as `lead_row_rejected`, and follow by themselves once this row is right.";

constexpr std::array<ExplanationParts, 28> kParts = {{
    {.reason = Reason::kHeaderRowFile,
     .meaning = "`failed.csv` and the other row files of a run have the columns of your file and, "
                "behind them, `_row`, `_outcome` and what happened to each row. Passwords and "
                "hashes are blank in them. Imported like any file, they would make users without "
                "a password, which nobody would notice before these try to sign in.",
     .fate = Fate::kFileRefused},
    {.reason = Reason::kHeaderLookalike,
     .meaning = "A column such as `e-mail` or `orgname` is not one that is imported, but nearly. "
                "To leave it out in silence could mean that every user lacks what it holds, so it "
                "has to be said what it is. The message names the column and the one that it "
                "resembles.",
     .fate = Fate::kFileRefused,
     .steps = "Try it with `rehome validate FILE` and the same flags, which needs no key; then "
              "give them to the import.\n"},
    {.reason = Reason::kHeaderColumnTwice,
     .meaning = "Two fields of the header have the same name (case and blanks around it do not "
                "count), or a `--map` gives one field the name of another. Which of the two "
                "values is meant cannot be told.",
     .fate = Fate::kFileRefused,
     .steps = "When one of them is named by `--map`, leave that flag out; when their names in the "
              "file differ, `--ignore-column NAME` leaves one of them out.\n"},
    {.reason = Reason::kHeaderEmailMissing,
     .meaning = "A user is found and made by the e-mail, so no row of this file could be imported. "
                "It may be the wrong file, one without a header, whose first user was then taken "
                "for it, or one whose columns are separated by something other than `,`, `;`, tab "
                "or `|`, so that the whole line is one name.",
     .fate = Fate::kFileRefused,
     .steps = "Look at the first line: it must hold the names of the columns.\n"},
    {.reason = Reason::kCsvFieldCount,
     .meaning = "With another number of fields it is not known which value belongs to which "
                "column. Mostly a field that holds the delimiter is not quoted, as in `Lee, Ann`; "
                "or empty fields at the end of the line are missing; or a line break stands in a "
                "field without quotes and cuts the record in two.",
     .fate = Fate::kMalformed,
     .way = Way::kMalformedRow},
    {.reason = Reason::kCsvStrayQuote,
     .meaning = "A field that is not quoted holds a quotation mark, or goes on behind the mark "
                "that closed it. Records end where the number of marks is even, so two stray ones "
                "make one record of all lines between them: the message then says which lines, "
                "and what else stands on them is not imported.",
     .fate = Fate::kMalformed,
     .way = Way::kMalformedRow},
    {.reason = Reason::kEmailMissing,
     .meaning = "The e-mail is what a user is found and made by; without it there is nobody to "
                "import. A cell of blanks counts as empty. When whole stretches of the file are "
                "like this, look whether the export has the address in another column.",
     .fate = Fate::kRejected,
     .way = Way::kCell},
    {.reason = Reason::kEmailInvalid,
     .meaning = "The address has no @ or more than one, nothing on one side of it, a blank, a "
                "comma or an invisible character, a domain that cannot be one, or more than 320 "
                "characters; the message says which. Whether the mailbox exists is not asked, and "
                "no e-mail is sent to it.",
     .fate = Fate::kRejected,
     .way = Way::kCell},
    {.reason = Reason::kEmailVerifiedInvalid,
     .meaning = "Other words are not guessed at: taken for false, the user would have to prove the "
                "address once more; taken for true, an address would count as proven that nobody "
                "has proven. An empty cell is not sent, and the target then takes the address for "
                "unverified.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kExternalIdInvalid,
     .meaning = "The target takes ASCII only, and rehome the printable part of it, since an id "
                "with an invisible character is never found again. Often it is a no-break space "
                "from a spreadsheet, or a column of names that was mapped to `external_id`.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kExternalIdTooLong,
     .meaning = "The target's API takes 128 characters (its guides say 64, see "
                "`external_id_long`). Nothing is cut: a cut id would be another one, and might be "
                "somebody else's.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kExternalIdShared,
     .meaning = "An environment has each external_id once, so of two users that share one only "
                "the first can be made with it. Which of them is right only you can know: it may "
                "be one person with two addresses, or a column that holds the id of the customer "
                "in place of that of the user.",
     .fate_more = "Only `rehome validate` tells this beforehand. An import sends both users; the "
                  "target refuses the second, and its row is parked as `user_external_id_taken`.",
     .steps = "When all rows are like this, the wrong column is mapped: look at `--map`.\n",
     .way = Way::kCell},
    {.reason = Reason::kPasswordConflict,
     .meaning = "A new user gets one of the two. They may well be different passwords, and rehome "
                "does not choose with which of them the user can sign in.",
     .fate = Fate::kRejected,
     .steps = "To use one of them for all rows: `--ignore-column password`, or `--ignore-column` "
              "for both `password_hash` and `password_hash_type`.\n",
     .way = Way::kSecret,
     .follows = kOthersOfUser},
    {.reason = Reason::kPasswordHashIncomplete,
     .meaning = "A hash cannot be checked by the target without its type, and a type alone is no "
                "password. Often one of the two columns was not exported, or is mapped to another "
                "name.",
     .fate = Fate::kRejected,
     .way = Way::kSecret,
     .follows = kOthersOfUser},
    {.reason = Reason::kPasswordHashTypeUnknown,
     .meaning = "The target can only check what it knows, and it knows these types. A hash of any "
                "other kind (md5, plain SHA, one that only its vendor can check) cannot move: its "
                "user sets a new password. If the message shows `[masked]`, the hash itself may "
                "stand in the column of the type.",
     .fate = Fate::kRejected,
     .steps = "To import these users without a password: empty `password_hash_type` of the rows in "
              "a copy of `failed.csv`, then `rehome retry RUN --edited COPY`.\n",
     .way = Way::kSecret,
     .follows = kOthersOfUser},
    {.reason = Reason::kPasswordHashInvalid,
     .meaning = "The form is checked before anything is sent, since a hash that is taken but fits "
                "no password locks its user out. Wrong are mostly the order of the parts, an `=` "
                "at the end of Base64, a number outside the range that the target takes, blanks, "
                "or a hash that the export cut. The value is never shown; the message says what "
                "was expected.",
     .fate = Fate::kRejected,
     .steps = "To import these users without a password: empty `password_hash_type` of the rows in "
              "a copy of `failed.csv`, then `rehome retry RUN --edited COPY`.\n",
     .way = Way::kSecret,
     .follows = kOthersOfUser},
    {.reason = Reason::kMetadataInvalid,
     .meaning = "The cell is no JSON, or JSON that is a list, a text or a number. Within CSV the "
                "cell is quoted and each quotation mark in it doubled: "
                "`\"{\"\"plan\"\":\"\"starter\"\"}\"`. Single quotes and names without quotes, as "
                "JavaScript and Python print them, are no JSON.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kMetadataTooManyKeys,
     .meaning = "The target takes 50 keys (its guides say 10, see `metadata_many_keys`) and would "
                "refuse the whole user. Keys with the value null do not count, as they are left "
                "out.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kMetadataKeyInvalid,
     .meaning = "The target takes keys of 1 to 40 characters and would refuse the whole user. "
                "Nothing is cut: your application would look for the key and not find it.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kMetadataValueTooLong,
     .meaning = "The target takes values of at most 600 characters and would refuse the whole "
                "user. It counts what is sent: a list or an object inside metadata is one long "
                "string there.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kUserTooLarge,
     .meaning = "The target says nowhere how large a request may be. Servers of its kind refuse "
                "bodies of over 100 KiB (102,400 bytes), and so does the sandbox, so what cannot "
                "fit into that is not sent. No name is that long: mostly a quotation mark is "
                "missing, and the cell holds all lines up to the next one.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kOrgIdConflict,
     .meaning = "`org_id` is the target's id of an organization, `org_external_id` is yours. Each "
                "of them names one, and nothing says that it is the same one.",
     .fate = Fate::kRejected,
     .steps = "To use one of the two columns for all rows: `--ignore-column` for the other.\n",
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kOrgIdInvalid,
     .meaning = "The target's ids of organizations are `org_` with letters, digits and `_` behind "
                "it. What the system that you come from calls an organization belongs into "
                "`org_external_id`, with which it is found, or created if it has a name.",
     .fate = Fate::kRejected,
     .steps = "When all rows are like this: `--map 'org_id=org_external_id'`.\n",
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kOrgExternalIdInvalid,
     .meaning = "The target takes at most 128 characters of ASCII, and rehome the printable part "
                "of them. A name with accents, or one that is longer, belongs into `org_name`.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kOrgNameAlone,
     .meaning = "Two customers may have one name, and the target keeps both. Matched by the name "
                "alone, users may land in the organization of somebody else, and a typing error "
                "makes a new one.",
     .fate = Fate::kRejected,
     .steps = "`--org-by-name` takes the organization whose name is exactly this, creates it when "
              "there is none, and fails its rows when there are several "
              "(`organization_ambiguous`).\n",
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kOrgNameTooLong,
     .meaning = "Servers of the target's kind refuse requests of over 100 KiB (102,400 bytes), and "
                "the name alone has more. Mostly a quotation mark is missing, and the cell holds "
                "all lines up to the next one. The name of the organization is then that of its "
                "first row with a shorter one.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kRoleSlugsInvalid,
     .meaning = "A slug has 1 to 48 lower-case letters, digits, hyphens and underscores. The name "
                "of a role as people read it, such as `Org Admin`, is none. An entry must not be "
                "empty, and a list in brackets must be JSON.",
     .fate = Fate::kRejected,
     .way = Way::kCell,
     .follows = kOthersOfUser},
    {.reason = Reason::kLeadRowRejected,
     .meaning = "A user with several rows gets its data from the first of them. That one is "
                "rejected, so there is no user to give this membership to. Nothing need be wrong "
                "with this row; the message names the other one and its code.",
     .fate = Fate::kDerived,
     .steps = "`rehome retry RUN --edited COPY` with that row corrected brings this one along; it "
              "need not be in the copy.\n"},
}};
static_assert(Cover(kParts, kFirstOfTheFile, kLastOfTheFile));

}  // namespace

std::span<const ExplanationParts> ExplanationsOfTheFile() { return kParts; }

}  // namespace rehome::report

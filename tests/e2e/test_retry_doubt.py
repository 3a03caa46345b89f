"""What a run may have sent is settled by a row of the corrected input, or nothing is corrected."""

import contextlib
import json
import sqlite3
import unittest

from retries import Retry, good_rows, text_of


class InDoubt(Retry):
    """On a target that would take everything twice."""

    def setUp(self):
        super().setUp()
        self.target.settings(unique=False)

    def lose_memberships(self, *numbers):
        """Of the creates with these numbers nobody gets the answer, nor finds them."""
        # fmt: off
        self.target.faults(*[{"kind": "reset", "on": "membership", "nth": nth, "when": "after"}
                             for nth in numbers],
                           {"kind": "status", "method": "GET", "on": "any", "status": 500, "times": 0,
                            "target_part": "organization_memberships"})
        # fmt: on

    def import_in_doubt(self, rows, *flags, parked):
        self.import_rows(rows, "--no-verify", "--concurrency", 1, *flags, code=1)
        failed = {int(row["_row"]) for row in self.row_file("failed") if row["_outcome"] == "parked"}
        self.assertEqual(failed, parked)
        self.target.faults()

    def correct(self, changes, *, code=0):
        return self.retry("--no-verify", "--edited", self.edit(changes), code=code)

    def assert_memberships(self, email, *organizations):
        """Each once."""
        [user] = [it for it in self.target.objects("users") if it["email"] == email]
        names = {it["id"]: it["external_id"] for it in self.target.objects("organizations")}
        made = sorted(names[it["organization_id"]] for it in self.target.objects("memberships")
                      if it["user_id"] == user["id"])  # fmt: skip
        self.assertEqual(made, sorted(organizations))

    def assert_refused(self, changes, words):
        facts = (self.run_dir() / "run.json").read_text()
        seen = len(self.target.record())
        done = self.correct(changes, code=2)
        self.assertIn(words, " ".join(done.stderr.split()))
        self.assertEqual((self.run_dir() / "run.json").read_text(), facts)
        self.assertEqual(len(self.target.record()), seen)

    def left_in_doubt(self):
        with contextlib.closing(sqlite3.connect(self.run_dir() / "journal.db")) as journal:
            told = journal.execute("SELECT json FROM event WHERE type = 'left_in_doubt'").fetchall()
        return [(json.loads(one)["row"], json.loads(one)["kind"]) for (one,) in told]

    def test_two_rows_of_a_user_swap_their_organizations(self):
        rows = good_rows(12)
        rows[4] = rows[1] | {"org_external_id": "o-9", "org_name": "O 9"}
        self.lose_memberships(2, 5)
        self.import_in_doubt(rows, parked={2, 5})
        self.correct({2: {"org_external_id": "o-9", "org_name": "O 9"},
                      5: {"org_external_id": "o-2", "org_name": "O 2"}})  # fmt: skip
        self.assert_memberships("u2@example.com", "o-2", "o-9")
        self.assert_rows(read=12, created=12)
        self.assertEqual(self.left_in_doubt(), [])

    def test_one_takes_the_organization_of_the_other(self):
        rows = good_rows(12)
        rows[4] = rows[1] | {"org_external_id": "o-9", "org_name": "O 9"}
        self.lose_memberships(2, 5)
        self.import_in_doubt(rows, parked={2, 5})
        self.correct({2: {"org_external_id": "o-3", "org_name": "O 3"},
                      5: {"org_external_id": "o-2", "org_name": "O 2"}})  # fmt: skip
        # Nobody wants the one of o-9 any more, and it may be there: that is told.
        self.assert_memberships("u2@example.com", "o-2", "o-3", "o-9")
        self.assertEqual(self.left_in_doubt(), [(5, "membership")])

    def test_another_name_of_the_same_organization_is_the_same_membership(self):
        self.lose_memberships(2)
        self.import_in_doubt(good_rows(12), parked={2})
        self.correct({2: {"org_name": "O two"}})
        self.assert_memberships("u2@example.com", "o-2")

    def test_what_is_corrected_of_the_user_leaves_the_membership(self):
        rows = good_rows(12)
        rows[4] = rows[1] | {"org_external_id": "o-9", "org_name": "O 9", "external_id": "x-typo"}
        self.lose_memberships(5)
        self.import_in_doubt(rows, parked={5})
        self.correct({5: {"external_id": "x-2", "email": "U2@example.com"}})
        self.assert_memberships("u2@example.com", "o-2", "o-9")

    def test_an_organization_of_all_rows_does_not_change(self):
        self.lose_memberships(2)
        rows = [{k: v for k, v in row.items() if not k.startswith("org")} for row in good_rows(12)]
        self.import_in_doubt(rows, "--org-external-id", "all", "--org-name", "All", parked={2})
        self.correct({2: {"first_name": "Other", "external_id": "x-other"}})
        self.assert_memberships("u2@example.com", "all")

    def test_the_same_organization_by_its_id_is_the_same_membership(self):
        header, *lines = text_of(good_rows(12)).splitlines()
        self.file = self.csv("\n".join([f"{header},org_id", *[f"{line}," for line in lines]]) + "\n")
        self.lose_memberships(2)
        self.imports(self.file, "--max-failures", "100%", "--no-verify", "--concurrency", 1, code=1)
        [row] = self.row_file("failed")
        self.assertEqual((row["_row"], row["_code"]), ("2", "outcome_unknown"))
        self.target.faults()
        self.correct({2: {"org_external_id": "", "org_name": "", "org_id": row["_organization_id"]}})
        self.assert_memberships("u2@example.com", "o-2")

    def test_an_account_of_somebody_else_does_not_hold_a_correction_back(self):
        """The row was parked since the account is another's; nothing of ours is there."""
        self.target.settings(unique=True)
        self.ask("POST", "/user_management/users", {"email": "u3@example.com"})
        rows = good_rows(20)
        rows[14] = rows[2] | {"org_external_id": "o-9", "org_name": "O 9"}
        self.import_rows(rows, "--no-verify", "--rows", "10-20", code=1)
        self.assertEqual([row["_code"] for row in self.row_file("failed")], ["user_unverified"])
        self.correct({15: {"email": "new@example.com", "external_id": "x-new"}})
        self.assert_memberships("new@example.com", "o-9")

    def lose_user(self):
        # fmt: off
        self.target.faults({"kind": "reset", "on": "user", "body_part": "u2@", "when": "after"},
                           *[{"kind": "status", "method": "GET", "target_part": part, "on": "any",
                              "status": 500, "times": 0} for part in ("u2", "x-2")])
        # fmt: on

    def test_a_user_in_doubt_is_not_left_to_a_rejected_row(self):
        rows = good_rows(12)
        rows[4] = rows[1] | {"org_external_id": "o-9", "org_name": "O 9", "email_verified": "so-so"}
        self.lose_user()
        self.import_in_doubt(rows, parked={2})
        other = {"email": "new@example.com", "external_id": "x-new"}
        self.assert_refused({2: other}, "of row 2 is wanted by row 5 alone, which is rejected with")
        self.correct({2: other, 5: {"email_verified": "true"}})
        self.assert_memberships("u2@example.com", "o-9")
        self.assert_memberships("new@example.com", "o-2")

    def test_a_correction_that_rejects_what_may_be_there_is_refused(self):
        self.lose_user()
        self.import_in_doubt(good_rows(12), parked={2})
        self.assert_refused({2: {"email_verified": "so-so"}}, "of row 2 is wanted by row 2 alone")
        self.correct({2: {"email_verified": "false"}})
        self.assert_memberships("u2@example.com", "o-2")

    def test_a_membership_in_doubt_is_not_left_to_rows_outside_the_part(self):
        rows = good_rows(20)
        rows[14] = rows[2] | {}
        rows[15] = rows[2] | {"org_external_id": "o-9", "org_name": "O 9"}
        self.lose_memberships(6)
        self.import_in_doubt(rows, "--rows", "10-20", parked={15})
        change = {15: {"org_external_id": "o-7", "org_name": "O 7"}}
        self.assert_refused(change, "of row 15 is wanted by row 3 alone, which the run has not imported")
        self.assertEqual(self.rehome("resume", "--no-verify").code, 1)
        self.correct(change)
        self.assert_memberships("u3@example.com", "o-3", "o-7", "o-9")


if __name__ == "__main__":
    unittest.main()

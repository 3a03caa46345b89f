"""A correction may change who shares a user or an organization, and a retry may be of a part."""

import contextlib
import json
import sqlite3
import unittest

from retries import ORGANIZATIONS, Retry, good_rows, text_of


class WhoIsWho(Retry):
    """Corrections that change who shares a user or an organization: nothing is made twice, also where
    the target would take it twice."""

    def setUp(self):
        super().setUp()
        self.target.settings(unique=False)

    def assert_lawful(self, wanted):
        self.assert_rows_are_right()
        self.check_laws(source=self.csv(text_of(wanted), name="wanted.csv"))
        self.assertEqual(self.rehome("verify", *self.rate).code, 0)

    def assert_rows_are_right(self):
        rows = self.summary()["rows"]
        bad = {k: v for k, v in rows.items() if v and k not in ("read", "created", "unchanged")}
        self.assertEqual(bad, {})

    def users_of(self, email):
        return [it for it in self.target.objects("users") if it["email"] == email]

    def test_the_second_row_of_a_person_had_a_typo(self):
        rows = good_rows()
        rows[20] = rows[1] | {"email": "u2@", "org_external_id": "o-9", "org_name": "O 9"}
        self.import_rows(rows, code=1)
        self.retry("--edited", self.edit({21: {"email": "u2@example.com"}}))
        self.assertEqual(len(self.users_of("u2@example.com")), 1)
        wanted = [*rows]
        wanted[20] = wanted[20] | {"email": "u2@example.com"}
        self.assert_lawful(wanted)

    def test_the_first_row_of_a_person_had_a_typo(self):
        rows = good_rows()
        rows[0] = rows[4] | {"email": "u5@", "org_external_id": "o-9", "org_name": "O 9",
                             "first_name": "Another"}  # fmt: skip
        self.import_rows(rows, code=1)
        self.retry("--edited", self.edit({1: {"email": "u5@example.com"}}))
        self.assertEqual(len(self.users_of("u5@example.com")), 1)
        wanted = [*rows]
        wanted[0] = wanted[0] | {"email": "u5@example.com"}
        self.assert_lawful(wanted)

    def lost_create(self, who):
        # fmt: off
        self.target.faults({"kind": "reset", "on": "user", "body_part": f"{who}@", "when": "after"},
                           *[{"kind": "status", "method": "GET", "target_part": part, "on": "any",
                              "status": 500, "times": 0} for part in (who, "x-2")])
        # fmt: on

    def test_the_lead_of_a_user_in_doubt_becomes_another_user(self):
        rows = good_rows(12)
        rows[4] = rows[1] | {"org_external_id": "o-9", "org_name": "O 9"}
        self.lost_create("u2")
        self.import_rows(rows, "--no-verify", "--concurrency", 1, code=1)
        self.assertEqual({row["_row"] for row in self.row_file("failed")}, {"2", "5"})
        self.target.faults()
        # fmt: off
        self.retry("--edited", self.edit({2: {"email": "new@example.com", "external_id": "x-new"}}))
        # fmt: on
        self.assertEqual(len(self.users_of("u2@example.com")), 1)
        self.assertEqual(len(self.users_of("new@example.com")), 1)
        self.assert_rows_are_right()

    def test_nobody_has_a_user_in_doubt_any_more(self):
        rows = good_rows(12)
        self.lost_create("u2")
        self.import_rows(rows, "--no-verify", "--concurrency", 1, code=1)
        self.target.faults()
        # fmt: off
        self.retry("--edited", self.edit({2: {"email": "new@example.com", "external_id": "x-new"}}),
                   "--no-verify")
        # fmt: on
        self.assertEqual(len(self.users_of("new@example.com")), 1)
        self.assert_rows_are_right()
        with contextlib.closing(sqlite3.connect(self.run_dir() / "journal.db")) as journal:
            told = journal.execute("SELECT json FROM event WHERE type = 'left_in_doubt'").fetchall()
        self.assertEqual([json.loads(one)["row"] for (one,) in told], [2])

    def test_a_membership_in_doubt_goes_to_the_row_that_shares_it(self):
        rows = good_rows(12)
        rows[4] = dict(rows[1])
        # fmt: off
        self.target.faults({"kind": "reset", "on": "membership", "nth": 2, "when": "after"},
                           {"kind": "status", "method": "GET", "on": "any", "status": 500, "times": 0,
                            "target_part": "organization_memberships"})
        # fmt: on
        self.import_rows(rows, "--no-verify", "--concurrency", 1, code=1)
        self.assertEqual({row["_row"] for row in self.row_file("failed")}, {"2", "5"})
        self.target.faults()
        change = {"org_external_id": "o-9", "org_name": "O 9"}
        self.retry("--edited", self.edit({2: change}))
        wanted = [*rows]
        wanted[1] = wanted[1] | change
        [user] = self.users_of("u2@example.com")
        made = [it["organization_id"] for it in self.target.objects("memberships")
                if it["user_id"] == user["id"]]  # fmt: skip
        self.assertEqual(len(made), 2)
        self.assertEqual(len(set(made)), 2)
        self.assert_lawful(wanted)

    def test_an_organization_loses_its_first_row(self):
        rows = good_rows()
        rows[0]["email_verified"] = "perhaps"
        self.import_rows(rows, code=1)
        change = {"email_verified": "true", "org_external_id": "o-new", "org_name": "O new"}
        self.retry("--edited", self.edit({1: change}))
        wanted = [*rows]
        wanted[0] = wanted[0] | change
        self.assertEqual(self.target.counts()["organizations"], ORGANIZATIONS + 1)
        phases = {it["phase"]: it["read"] for it in self.summary()["phases"]}
        self.assertEqual(phases["organizations"], ORGANIZATIONS + 1)
        self.assert_lawful(wanted)

    def test_an_organization_in_doubt_that_no_row_names_any_more(self):
        rows = good_rows(23)
        rows[22] |= {"org_external_id": "o-lost", "org_name": "O lost"}
        # fmt: off
        self.target.faults({"kind": "reset", "on": "organization", "body_part": "o-lost"},
                           {"kind": "status", "method": "GET", "target_part": "o-lost", "on": "any",
                            "status": 500, "times": 0, "nth": 2})
        # fmt: on
        self.import_rows(rows, "--no-verify", code=1)
        self.target.faults()
        change = {"org_external_id": "o-1", "org_name": "O 1"}
        self.retry("--edited", self.edit({23: change}))
        rows[22] |= change
        self.assert_rows_are_right()

    def test_an_account_of_somebody_else_is_never_taken_for_ours(self):
        """Not by the second retry either: what it finds is younger than the first intent."""
        self.target.settings(unique=True)
        rows = good_rows(12)
        # Lost before it is applied, and not to be looked up.
        self.lost_create("u2")
        self.target.faults({"kind": "reset", "on": "user", "body_part": "u2@", "when": "before"},
                           *[{"kind": "status", "method": "GET", "target_part": part, "on": "any",
                              "status": 500, "times": 0} for part in ("u2", "x-2")])  # fmt: skip
        self.import_rows(rows, "--no-verify", "--concurrency", 1, code=1)
        self.assertEqual([row["_code"] for row in self.row_file("failed")], ["outcome_unknown"])
        self.target.faults()
        self.ask("POST", "/user_management/users", {"email": "u2@example.com"})
        for _ in range(3):
            self.retry("--no-verify", code=1)
            [row] = self.row_file("failed")
            self.assertEqual((row["_outcome"], row["_code"]), ("parked", "user_unverified"))
        self.retry("--no-verify", "--adopt-unverified")
        self.assert_rows(read=12, created=11, adopted=1)


class OfAPart(Retry):
    def test_a_user_is_not_left_to_rows_that_are_not_imported_yet(self):
        """Not even for a while: what is reported of the run would leave it out."""
        self.target.settings(unique=False)
        rows = good_rows(20)
        rows[14] = rows[2] | {"org_external_id": "o-9", "org_name": "O 9"}
        self.target.faults({"kind": "status", "on": "membership", "status": 422, "nth": 6})
        self.import_rows(rows, "--rows", "10-20", "--concurrency", 1, code=1)
        self.assertEqual([row["_row"] for row in self.row_file("failed")], ["15"])
        change = {"email": "new@example.com", "external_id": "x-new", "first_name": "New"}
        facts = (self.run_dir() / "run.json").read_text()
        done = self.retry("--edited", self.edit({15: change}), code=2)
        self.assertIn("is wanted by row 3 alone, which the run has not imported", done.stderr)
        self.assertEqual((self.run_dir() / "run.json").read_text(), facts)
        self.assertEqual(self.rehome("resume").code, 1)
        done = self.retry("--edited", self.edit({15: change}))
        self.assertIn("warning: row 15 leaves a user who is on the target already", done.stderr)
        rows[14] |= change
        self.assert_target_holds(rows)

    def test_a_killed_retry_of_a_part_goes_on_with_that_part(self):
        rows = good_rows(40)
        self.kill_a_retry(rows, "--limit", 20)
        self.assertEqual(self.rehome("resume").code, 0)
        self.assert_target_holds(rows[:20])
        self.assert_rows(read=20, created=20)
        # Only now is the rest asked for.
        done = self.rehome("resume")
        self.assertEqual(done.code, 0)
        self.assertNotIn("right now", done.stderr)
        self.assert_target_holds(rows)


if __name__ == "__main__":
    unittest.main()

"""Rows that are not right are tried again, mended or not, and the others are left alone."""

import contextlib
import json
import sqlite3
import unittest

import harness
from retries import BCRYPT, SECRET, Retry, good_rows, text_of


class Corrected(Retry):
    def test_every_kind_of_failure_is_corrected_and_retried_until_all_rows_are_right(self):
        wanted = good_rows()
        rows = good_rows()
        rows[1]["email"] = "u2@"  # rejected
        rows[2]["email_verified"] = "perhaps"  # rejected
        rows[4]["org_external_id"], rows[4]["org_name"] = "nowhere", ""  # a missing organization
        rows[5]["password_hash"], rows[5]["password_hash_type"] = SECRET, "bcrypt"  # rejected
        rows[6]["password_hash"], rows[6]["password_hash_type"] = BCRYPT, "bcrypt"  # fine
        wanted[6] |= {"password_hash": BCRYPT, "password_hash_type": "bcrypt"}
        text = text_of(rows).replace(",First 9,", ',Fi"rst" 9,')  # malformed
        # The target refuses one name, and one user's membership.
        # fmt: off
        self.target.faults({"kind": "status", "on": "user", "status": 422, "body_part": "First 11",
                            "times": 0},
                           {"kind": "status", "on": "membership", "status": 422, "nth": 12})
        # fmt: on
        self.file = self.csv(text)
        self.imports(self.file, "--max-failures", "100%", "--concurrency", 1, code=1)
        first = self.run_dir()
        failed = {int(row["_row"]): row for row in self.row_file("failed")}
        self.assertEqual(len(failed), 7, failed)
        bad_membership = next(row for row, it in failed.items() if it["_phase"] == "memberships"
                              and it["_code"] == "membership_refused")  # fmt: skip
        self.target.faults()
        before = len(self.target.record())

        changes = {
            2: {"email": "u2@example.com"},
            3: {"email_verified": "true"},
            5: {"org_external_id": "o-5", "org_name": "O 5"},
            6: {"password_hash_type": ""},
            9: wanted[8],
            11: {"first_name": "Eleven"},
        }
        wanted[10]["first_name"] = "Eleven"
        self.assertEqual(sorted(changes.keys() | {bad_membership}), sorted(failed))
        done = self.retry("--edited", self.edit(changes))
        self.assertEqual(self.run_dir(), first)
        self.assertIn("to retry: 7 rows of run " + first.name + ": 3 failed, 4 rejected and now "
                      "corrected\n", done.stderr)  # fmt: skip
        self.assertIn("Retry: of 7 rows that were not right, 7 are right now.\n", done.stderr)
        self.assert_rows(read=24, created=24)
        self.assert_target_holds(wanted)
        # Six users are made and seven memberships; all else was right.
        posts = [it["path"] for it in self.writes_since(before)]
        self.assertEqual(posts.count("/user_management/users"), 6)
        self.assertEqual(posts.count("/user_management/organization_memberships"), 7)
        self.assertEqual(len(posts), 13)
        self.assert_secret_only_in_the_file()
        self.check_laws(source=self.csv(text_of(wanted), name="wanted.csv"))

    def test_what_was_corrected_stays_corrected(self):
        """Also when the edited file is gone: for the report, for verify, and for the same import."""
        rows = good_rows()
        rows[3]["email"] = "u4@"
        rows[7]["email"] = "u8@"
        self.import_rows(rows, code=1)
        edited = self.edit({4: {"email": "u4@example.com", "first_name": "Vier, \"4\"\nfour"}})
        self.retry("--edited", edited, code=1)
        edited.unlink()
        failed = self.row_file("failed")
        self.assertEqual([row["_row"] for row in failed], ["8"])
        # A correction of a correction, in a file of the run itself.
        self.retry("--edited", self.edit({8: {"email": "u8@@example.com", "first_name": "Acht"}}), code=1)
        [row] = self.row_file("failed")
        self.assertEqual([row["email"], row["first_name"]], ["u8@@example.com", "Acht"])
        own = self.run_dir() / "failed.csv"
        own.write_text(own.read_text().replace("u8@@example.com,", "u8@example.com,"))
        self.retry("--edited", own)
        wanted = good_rows()
        wanted[3]["first_name"] = "Vier, \"4\"\nfour"
        wanted[7]["first_name"] = "Acht"
        self.assert_target_holds(wanted)
        self.assert_rows(read=24, created=24)
        self.assertEqual(self.rehome("verify", *self.rate).code, 0)
        ids = {int(row["_row"]): row["email"] for row in self.row_file("id_map")}
        self.assertEqual([ids[4], ids[8]], ["u4@example.com", "u8@example.com"])
        before = len(self.target.record())
        again = self.imports(self.file)
        self.assertIn("nothing is left to do and nothing was written", again.stderr)
        self.assertEqual(self.writes_since(before), [])
        # What the run said before each retry is kept.
        earlier = sorted(path.name for path in (self.run_dir() / "earlier").iterdir())
        self.assertEqual(earlier, ["1", "2", "3"])
        kept = harness.laws.read_csv(self.run_dir() / "earlier" / "1" / "failed.csv")
        self.assertEqual([row["_row"] for row in kept], ["4", "8"])
        self.check_laws(source=self.csv(text_of(wanted), name="wanted.csv"))

    def test_a_lost_journal_with_corrections_is_not_rebuilt_without_them(self):
        """Or a row would be made as it stood, beside what was made of it."""
        rows = good_rows()
        rows[3]["email"] = "u4@"
        self.import_rows(rows, code=1)
        self.retry("--edited", self.edit({4: {"email": "u4@example.com"}}))
        (self.run_dir() / "journal.db").unlink()
        before = len(self.target.record())
        done = self.rehome("resume", "--rebuild")
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("had what a retry corrected in 1 row", done.stderr)
        self.assertEqual(self.target.record()[before:], [])

    def test_a_corrected_lead_brings_the_other_rows_of_its_user(self):
        """They failed only because it was rejected, and follow by themselves."""
        rows = good_rows()
        for row in (20, 21, 22):
            rows[row]["email"], rows[row]["external_id"] = "many@example.com", "x-many"
            rows[row]["first_name"] = "Many"
        rows[20]["email_verified"] = "perhaps"
        self.import_rows(rows, code=1)
        self.assertEqual([row["_row"] for row in self.row_file("failed")], ["21", "22", "23"])
        done = self.retry("--edited", self.edit({21: {"email_verified": "yes"}}))
        self.assertIn("of 3 rows that were not right, 3 are right now", done.stderr)
        made = [user for user in self.target.objects("users") if user["email"] == "many@example.com"]
        self.assertEqual(len(made), 1)
        of_it = [it for it in self.target.objects("memberships") if it["user_id"] == made[0]["id"]]
        self.assertEqual(len(of_it), 3)

    def test_a_row_that_is_right_is_not_changed(self):
        rows = good_rows()
        rows[3]["email"] = "u4@"
        self.import_rows(rows, code=1)
        before = len(self.target.record())
        edited = self.edit({1: {"email": "other@example.com"}}, source="success")
        done = self.retry("--edited", edited, code=1)
        self.assertIn("nothing to retry: 1 row was rejected", done.stderr)
        # fmt: off
        self.assertIn("warning: row 1 is right already; what --edited changes there is not applied\n",
                      done.stderr)
        # fmt: on
        self.assertEqual(self.target.record()[before:], [])

    def test_a_stopped_run_is_corrected_before_it_goes_on(self):
        """Every organization of ten is missing: nothing was processed."""
        rows = good_rows()
        for row in rows:
            row["org_name"] = ""
        self.import_rows(rows, code=3)
        named = {n + 1: {"org_name": row["org_name"]} for n, row in enumerate(good_rows())}
        self.retry("--edited", self.edit(named, source="unprocessed"))
        self.assert_target_holds(good_rows())
        self.assert_rows(read=24, created=24)
        self.check_laws()


class AsTheyWere(Retry):
    def test_what_the_target_refused_is_tried_again_and_nothing_else(self):
        # fmt: off
        self.target.faults({"kind": "status", "on": "user", "status": 422, "body_part": "u11@"},
                           {"kind": "status", "on": "membership", "status": 422, "nth": 3})
        # fmt: on
        self.import_rows(good_rows(), "--concurrency", 1, code=1)
        self.assert_rows(read=24, created=22, failed=2)
        before = len(self.target.record())
        done = self.retry()
        self.assertIn("Retry: of 2 rows that were not right, 2 are right now.\n", done.stderr)
        posts = [it["path"] for it in self.writes_since(before)]
        self.assertEqual(posts.count("/user_management/users"), 1)
        self.assertEqual(posts.count("/user_management/organization_memberships"), 2)
        self.assertEqual(len(posts), 3)
        self.assert_target_holds(good_rows())
        self.assert_rows(read=24, created=24)
        self.check_laws()

    def test_rows_of_a_failed_organization_follow_it(self):
        # fmt: off
        self.target.faults({"kind": "status", "on": "organization", "status": 422,
                            "body_part": "o-3"})
        # fmt: on
        self.import_rows(good_rows(), code=1)
        self.assert_rows(read=24, created=22, failed=2)
        self.retry()
        self.assert_target_holds(good_rows())
        self.check_laws()

    def test_what_may_have_been_sent_is_looked_up_first(self):
        """On a target that would take it twice."""
        self.target.settings(unique=False)
        # fmt: off
        self.target.faults({"kind": "reset", "on": "user", "body_part": "u7@", "when": "after"},
                           {"kind": "status", "method": "GET", "target_part": "u7", "on": "any",
                            "status": 500, "times": 0},
                           {"kind": "status", "method": "GET", "target_part": "x-7", "on": "any",
                            "status": 500, "times": 0})
        # fmt: on
        self.import_rows(good_rows(), "--no-verify", code=1)
        self.assert_rows(read=24, created=23, parked=1)
        self.target.faults()
        self.retry()
        self.assert_target_holds(good_rows())
        self.assert_rows(read=24, created=24)
        self.check_laws()

    def test_a_killed_retry_is_resumed(self):
        rows = good_rows(40)
        self.kill_a_retry(rows)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("of 40 rows that were not right, 40 are right now", done.stderr)
        self.assert_target_holds(rows)
        self.assert_rows(read=40, created=40)
        self.check_laws()

    def test_passwords_that_are_refused_only_now_are_dropped_too(self):
        """One retry is enough, however many there are."""
        header = "email,email_verified,password"
        rows = [f"u{n}@example.com,true,{'short' if n % 2 else 'Correct-Horse-42'}" for n in range(90)]
        self.file = self.csv("\n".join([header, *rows]) + "\n")
        stopped = self.imports(self.file, code=3)
        self.assertIn("more than 10 % (--max-failures)", stopped.stderr)
        done = self.rehome("retry", "--drop-passwords", *self.rate)
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_rows(read=90, created=90)
        users = {it["email"] for it in self.target.objects("users")}
        self.assertEqual(users, {f"u{n}@example.com" for n in range(90)})
        for row in self.row_file("success"):
            self.assertNotIn("short ", row["_message"])
        self.assertRegex(done.stderr, r"\d+  password_dropped: the target refused the password")
        # No create was refused twice for its password, and good ones are there.
        for user in self.target.objects("users"):
            number = int(user["email"][1:].split("@")[0])
            self.assertEqual(user.get("password"), None if number % 2 else "password", user)
        self.check_laws()

    def test_nothing_to_retry_says_so(self):
        self.import_rows(good_rows(), code=0)
        done = self.retry()
        self.assertIn("every row is right; nothing is left to retry", done.stderr)
        rows = good_rows()
        rows[3]["email"] = "u4@"
        self.import_rows(rows, "--runs-dir", self.directory / "other", code=1)
        done = self.retry("--runs-dir", self.directory / "other", code=1)
        self.assertIn("correct their cells in a copy of failed.csv", done.stderr)

    def test_a_file_that_changed_is_refused_and_its_run_stays_as_it_was(self):
        rows = good_rows()
        rows[3]["email"] = "u4@"
        self.import_rows(rows, code=1)
        facts = (self.run_dir() / "run.json").read_text()
        edited = self.edit({4: {"email": "u4@example.com"}})
        self.file.write_text(self.file.read_text() + "late@example.com\n")
        done = self.retry("--edited", edited, code=2)
        self.assertIn("its content changed since run", done.stderr)
        self.assertEqual((self.run_dir() / "run.json").read_text(), facts)

    def test_a_journal_of_another_version_is_refused_before_anything_is_changed(self):
        rows = good_rows()
        rows[3]["email"] = "u4@"
        self.import_rows(rows, code=1)
        with contextlib.closing(sqlite3.connect(self.run_dir() / "journal.db")) as journal:
            journal.execute("UPDATE meta SET value = 99 WHERE name = 'schema_version'")
            journal.commit()
        facts = json.loads((self.run_dir() / "run.json").read_text())
        self.retry(code=2)
        self.assertEqual(json.loads((self.run_dir() / "run.json").read_text()), facts)


if __name__ == "__main__":
    unittest.main()

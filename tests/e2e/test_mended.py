"""Mending the CSV and importing it again: what the first import made is ours, strangers' is not."""

import json
import signal

import harness


class Mended(harness.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.sandbox()

    def file(self, fourth):
        """Three good rows and a fourth; none of them has an external_id."""
        lines = ["email,email_verified,org_external_id,org_name"]
        lines += [f"u{number}@example.com,,o,O" for number in (1, 2, 3)]
        return self.csv("\n".join([*lines, f"u4@example.com,{fourth},o,O"]) + "\n")

    def import_and_mend(self):
        """The first import rejects the fourth row; gives the mended file."""
        self.imports(self.file("perhaps"), code=1)
        self.assert_rows(read=4, created=3, rejected=1)
        return self.file("no")

    def assert_four_users(self):
        made = [effect["email"] for effect in self.target.effects("user")]
        self.assertEqual(sorted(made), [f"u{number}@example.com" for number in (1, 2, 3, 4)])
        self.assertEqual(self.target.counts()["users"], 4)
        self.assertEqual(self.target.counts()["memberships"], 4)
        self.check_laws()

    def test_users_of_the_first_import_are_adopted_and_the_mended_row_is_created(self):
        mended = self.import_and_mend()
        done = self.imports(mended)
        self.assertNotIn("warning", done.stderr)
        self.assert_rows(read=4, created=1, adopted=3)
        self.assert_four_users()

    def test_they_are_updated_and_skipped_as_asked_for(self):
        mended = self.import_and_mend()
        self.imports(mended, "--on-existing", "update")
        self.assert_rows(read=4, created=1, unchanged=3)
        self.imports(mended, "--on-existing", "skip")
        self.assert_rows(read=4, skipped=4)
        self.assert_four_users()

    def test_a_third_import_still_knows_what_the_first_one_made(self):
        mended = self.import_and_mend()
        self.imports(mended)
        self.imports(self.csv(mended.read_text() + "u1@example.com,,p,P\n", "third.csv"))
        self.assertEqual(self.target.counts()["users"], 4)
        self.assertEqual(self.target.counts()["memberships"], 5)
        self.check_laws()

    def test_a_resumed_run_knows_it_too(self):
        mended = self.import_and_mend()
        self.imports(mended, "--limit", 1)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_rows(read=4, created=1, adopted=3)
        self.assert_four_users()

    def test_a_strangers_account_is_parked_all_the_same(self):
        mended = self.import_and_mend()
        self.target.seed(users=[{"email": "u4@example.com"}])
        self.imports(mended, code=1)
        self.assert_rows(read=4, adopted=3, parked=1)
        self.assertEqual(self.row_file("failed")[0]["_code"], "user_unverified")
        self.assertEqual(self.target.counts()["memberships"], 3)
        self.check_laws()

    def test_what_was_made_on_another_target_is_a_strangers_here(self):
        mended = self.import_and_mend()
        self.imports(mended, "--target", "other", code=1)
        self.assert_rows(read=4, created=1, parked=3)

    def test_a_run_whose_journal_cannot_be_read_costs_a_warning_and_no_more(self):
        mended = self.import_and_mend()
        first = self.run_dir()
        (first / "journal.db").write_bytes(b"no journal")
        done = self.imports(mended, code=1)
        warnings = [line for line in done.stderr.splitlines() if "warning" in line]
        self.assertEqual(len(warnings), 1, done.stderr)
        self.assertIn(f"the users that run {first.name} created are not known: ", warnings[0])
        self.assert_rows(read=4, created=1, parked=3)
        self.assertEqual((first / "journal.db").read_bytes(), b"no journal")

    def test_the_fix_of_a_parked_row_names_the_flag(self):
        self.target.seed(users=[{"email": "u4@example.com"}])
        self.imports(self.file(""), code=1)
        fixes = [group["fix"] for group in self.summary()["errors"]]
        self.assertIn("--adopt-unverified", json.dumps(fixes))

    def test_rows_that_failed_on_the_target_are_tried_again_with_the_same_file(self):
        lines = ["email,org_external_id,org_name"]
        lines += [f"u{n}@example.com,o-{n},O {n}" for n in range(10)]
        file = self.csv("\n".join([*lines, "late@example.com,late,"]) + "\n")
        self.imports(file, code=1)
        self.assert_rows(read=11, created=10, failed=1)
        self.check_laws()
        self.target.seed(organizations=[{"name": "Late", "external_id": "late"}])
        done = self.imports(file)
        self.assertIn("with 1 row failed or parked: a new run adopts what is there", done.stderr)
        self.assert_rows(read=11, created=1, adopted=10)
        made = [effect["email"] for effect in self.target.effects("user")]
        self.assertEqual(len(made), 11)
        self.assertEqual(len(set(made)), 11)
        self.check_laws()
        done = self.imports(file)
        self.assertIn("nothing is left to do and nothing was written", done.stderr)
        self.assertIn("the target was not asked; if it was emptied since, another", done.stderr)

    def test_rejected_rows_alone_are_no_reason_for_another_run(self):
        file = self.file("perhaps")
        self.imports(file, code=1)
        first = self.run_dir()
        done = self.imports(file, code=1)
        self.assertIn("nothing is left to do and nothing was written", done.stderr)
        self.assertEqual(self.run_dir(), first)

    def test_rows_that_follow_a_rejected_one_are_no_reason_for_another_run(self):
        file = self.csv("email,email_verified\na@example.com,perhaps\na@example.com,yes\n")
        self.imports(file, code=1)
        self.assert_rows(read=2, rejected=1, failed=1)
        self.assertIn("nothing is left to do", self.imports(file, code=1).stderr)

    def test_a_killed_run_of_another_file_that_left_users_in_doubt_is_named(self):
        self.sandbox(latency="20000", clock_rate=1)
        first = self.csv("email\nx1@example.com\nx2@example.com\n", "first.csv")
        running = self.start("import", first, "--yes")
        harness.wait_until(lambda: self.target.counts()["requests"] >= 1)
        running.signal(signal.SIGKILL)
        running.wait(30)
        killed = self.run_dir().name
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        other = self.csv("email\ny1@example.com\n", "other.csv")
        done = self.imports(other)
        self.assertIn(f"run {killed} of this target did not end and left 1 user in doubt; "
                      f"`rehome resume {killed}` first", done.stderr)
        self.assertEqual(self.rehome("resume", killed).code, 0)
        third = self.csv("email\nx1@example.com\nx3@example.com\n", "third.csv")
        done = self.imports(third)
        self.assertNotIn("in doubt;", done.stderr)
        self.assert_rows(read=2, created=1, adopted=1)

"""What an edited file puts in the place of cells is shown, and asked for, before it is written."""

import json
import unittest

from retries import BCRYPT, Retry, good_rows
from terminals import Terminal


class Consent(Retry):
    def setUp(self):
        super().setUp()
        rows = good_rows()
        rows[1]["email"] = "u2@"
        rows[2]["email_verified"] = "perhaps"
        rows[3] |= {"org_external_id": "nowhere", "org_name": "", "password_hash": BCRYPT,
                    "password_hash_type": "bcrypt"}  # fmt: skip
        self.import_rows(rows, code=1)
        self.run_json = (self.run_dir() / "run.json").read_text()
        self.edited = self.edit({
            2: {"email": "u2@example.com"},
            3: {"email_verified": "\x1b[31mmaybe"},
            4: {"org_external_id": "o-4", "org_name": "O 4", "password_hash_type": ""},
        })
        self.seen = len(self.target.record())
        self.command = ("retry", *self.rate, "--edited", self.edited)

    def assert_nothing_done(self):
        self.assertEqual(len(self.target.record()), self.seen)
        self.assertEqual((self.run_dir() / "run.json").read_text(), self.run_json)
        self.assertEqual(len(self.row_file("failed")), 3)

    def assert_shown(self, text):
        for line in (
            "to retry: 3 rows of run ",
            "corrected in 3 rows: email 1, email_verified 1, org_external_id 1, org_name 1, "
            "password_hash 1, password_hash_type 1",
            '  row 2  email: "u2@" → "u2@example.com"',
            '  row 3  email_verified: "perhaps" → "\\x1b[31mmaybe"',
            "  row 4  password_hash: (not shown) is replaced or taken away",
            '  row 4  org_name: (empty) → "O 4"',
            "warning: 1 corrected row is rejected even so: row 3 (email_verified_invalid)",
        ):
            self.assertIn(line, text.replace("\r\n", "\n"))
        self.assertNotIn(BCRYPT, text)

    def test_without_a_terminal_it_wants_yes(self):
        done = self.rehome(*self.command)
        self.assertEqual(done.code, 2, done.stderr)
        self.assert_shown(done.stderr)
        self.assertRegex(done.stderr, r"nothing was written; to retry, run:\n"
                                      r"  .*rehome retry .*--edited .* --yes\n")  # fmt: skip
        self.assert_nothing_done()
        done = self.rehome(*self.command, "--yes")
        self.assertEqual(done.code, 1, done.stderr)
        self.assert_rows(read=24, created=23, rejected=1)

    def test_on_a_terminal_it_asks(self):
        for answer, code in (("n\n", 2), ("\x04", 2), ("y\n", 1)):
            with self.subTest(answer=answer):
                terminal = Terminal(self.command, self.environment(), self.directory)
                self.addCleanup(terminal.process.wait)
                terminal.read_until("Retry? [y/N] ")
                self.assert_shown(terminal.text)
                self.assert_nothing_done()
                terminal.type(answer)
                self.assertEqual(terminal.end(), code, terminal.text)
                if code == 2:
                    self.assertIn("nothing was written\r\n", terminal.text)
                    self.assert_nothing_done()
        self.assert_rows(read=24, created=23, rejected=1)

    def test_a_dry_run_shows_it_and_stops(self):
        done = self.rehome(*self.command, "--dry-run", WORKOS_SECRET_KEY="")
        self.assertEqual(done.code, 1, done.stderr)
        self.assert_shown(done.stderr)
        self.assertIn("dry run: no request was made and nothing was written\n", done.stderr)
        self.assert_nothing_done()

    def test_quiet_runs_show_what_they_ask_for(self):
        done = self.rehome(*self.command, "-q")
        self.assertEqual(done.code, 2, done.stderr)
        self.assert_shown(done.stderr)
        done = self.rehome(*self.command, "-q", "--dry-run")
        self.assert_shown(done.stderr)
        self.assert_nothing_done()
        done = self.rehome(*self.command, "-q", "--yes")
        self.assertNotIn("corrected in", done.stderr)

    def test_a_file_that_corrects_nothing_says_so_and_asks(self):
        same = self.edit({})
        done = self.rehome("retry", *self.rate, "--edited", same)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("corrects nothing: its cells are those of the file", done.stderr)
        self.assert_nothing_done()

    def test_a_hash_in_a_wrong_column_is_not_shown(self):
        rows = good_rows()
        rows[5] |= {"password_hash": "bcrypt", "password_hash_type": BCRYPT}
        self.import_rows(rows, "--new-run", "--runs-dir", self.directory / "swapped", code=1)
        [run] = [it for it in (self.directory / "swapped").iterdir() if (it / "run.json").exists()]
        copy = (run / "failed.csv").read_text().splitlines()
        self.assertNotIn(BCRYPT, "".join(copy))
        at = copy[0].split(",").index("password_hash_type")
        cells = copy[1].split(",")
        cells[at] = "bcrypt"
        edited = self.csv(copy[0] + "\n" + ",".join(cells) + "\n", name="swapped.csv")
        done = self.rehome("retry", *self.rate, "--runs-dir", self.directory / "swapped", "--edited",
                           edited, "--dry-run")  # fmt: skip
        self.assertIn("password_hash_type: (not shown) is replaced or taken away", done.stderr)
        self.assertNotIn(BCRYPT, done.stderr + done.stdout)

    def test_a_retry_that_corrects_nothing_does_not_ask(self):
        done = self.rehome("retry", *self.rate)
        self.assertEqual(done.code, 1, done.stderr)
        self.assertIn("2 rows stay rejected: their cells are as they were\n", done.stderr)
        facts = json.loads((self.run_dir() / "run.json").read_text())
        self.assertEqual(facts["retries"], 1)


if __name__ == "__main__":
    unittest.main()

"""rehome explain: the long form of each code, as text for any width and as JSON."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import termios
import unittest

import harness


class Explain(harness.Case):
    def explained(self, *words):
        done = self.rehome("explain", *words)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_says_what_it_means_what_happened_and_what_to_do(self):
        text = self.explained("user_unverified")
        self.assertTrue(text.startswith(
            "user_unverified: an account with this e-mail exists but never proved that it owns the "
            "address\n  an error in the phase users\n\nWhat it means\n"), text)  # fmt: skip
        for title in ("What happened", "What to do", "The same again", "What follows from it"):
            self.assertIn(f"\n\n{title}\n  ", text)
        self.assertIn("\n  1. ", text)
        self.assertIn("`rehome retry RUN --adopt-unverified`", text)

    def test_explains_several_codes_one_after_another(self):
        text = self.explained("email_missing", "STOPPED")
        self.assertTrue(text.startswith("email_missing: "))
        self.assertIn("\n\n\nstopped: the run stopped before this row was done\n", text)

    def test_each_code_of_the_list_has_its_long_form(self):
        lines = self.explained().splitlines()
        self.assertEqual(lines[-1], "rehome explain CODE says more of each code.")
        headings = [line for line in lines[:-1] if line and not line.startswith(" ")]
        self.assertEqual(headings, ["survey", "organizations", "users", "memberships", "any phase",
                                    "verification"])  # fmt: skip
        entries = [line[2:] for line in lines if line.startswith("  ") and line[2] != " "]
        codes = [entry.split(":")[0].removesuffix(" (remark)") for entry in entries]
        self.assertGreaterEqual(len(codes), 80)
        self.assertEqual(len(set(codes)), len(codes))
        text = self.explained(*codes)
        for code in codes:
            self.assertRegex(text, rf"(?m)^{code}: ")

    def test_is_a_line_of_json_for_each_code(self):
        told = [json.loads(line) for line in self.explained("--json").splitlines()]
        self.assertGreaterEqual(len(told), 80)
        members = ["version", "code", "phase", "severity", "retryable", "cause", "fix", "meaning",
                   "fate", "steps", "again", "follows"]  # fmt: skip
        for one in told:
            self.assertEqual(list(one), members)
            self.assertEqual(one["version"], 1)
        one = json.loads(self.explained("rate_limited", "--json"))
        self.assertIn(one, told)
        self.assertEqual((one["phase"], one["severity"], one["retryable"]), ("any", "error", True))

    def test_an_unknown_code_is_refused_with_the_one_that_was_meant(self):
        done = self.rehome("explain", "email_missing", "emial_invalid")
        self.assertEqual((done.code, done.stdout), (2, ""))
        self.assertEqual(
            done.stderr, 'rehome: unknown code "emial_invalid"; did you mean email_invalid?\n'
        )
        done = self.rehome("explain", "\x1b[31mnothing")
        self.assertEqual(done.code, 2)
        self.assertEqual(
            done.stderr, 'rehome: unknown code "\\x1b[31mnothing"; `rehome explain` lists all\n'
        )

    def test_wraps_at_the_width_of_the_terminal(self):
        for columns in (44, 80):
            said = self.on_a_terminal(columns, "explain", "answer_mismatch")
            lines = said.splitlines()
            self.assertLessEqual(max(map(len, lines)), columns)
            self.assertGreater(max(map(len, lines)), columns - 10)

    def on_a_terminal(self, columns, *words):
        """What is said to a terminal of that width."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        with subprocess.Popen(
            [harness.binary(), *words], stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            said = b""
            while True:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # Linux: the other end is closed
                    break
                if not piece:
                    break
                said += piece
        os.close(ours)
        self.assertEqual(process.returncode, 0)
        return said.decode().replace("\r\n", "\n")

    def test_every_code_of_the_row_files_and_of_validate_is_explained(self):
        """What people copy from there is what the command takes."""
        file = self.csv("email,role_slugs\nann at example.com,\n,\nb@example.com,Org Admin\n")
        done = self.rehome("validate", file, "--json")
        codes = {json.loads(line).get("code") for line in done.stdout.splitlines()} - {None}
        self.assertEqual(codes, {"email_invalid", "email_missing", "role_slugs_invalid"})
        text = self.explained(*sorted(codes))
        self.assertEqual(text.count("What it means\n"), 3)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""tools/make_users writes the sizes and shapes that it promises, and only valid rows."""

import csv
import io
import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "make_users"
BCRYPT = re.compile(r"\$2a\$10\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")


def make(*flags):
    run = subprocess.run([sys.executable, TOOL, *flags], capture_output=True, timeout=60)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def rows_of(text, delimiter=","):
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""),
                               delimiter=delimiter, strict=True))  # fmt: skip


class MakeUsers(unittest.TestCase):
    def test_default_file_has_14997_valid_rows_of_152_organizations_in_19_megabytes(self):
        text = make()
        self.assertTrue(19e6 * 0.97 <= len(text) <= 19e6 * 1.03, len(text))
        rows = rows_of(text)
        self.assertEqual(len(rows), 14997)
        self.assertEqual(len({row["org_external_id"] for row in rows}), 152)
        self.assertEqual(len({(row["org_external_id"], row["org_name"]) for row in rows}), 152)
        self.assertEqual(len({row["email"] for row in rows}), 14997)
        self.assertEqual(len({row["external_id"] for row in rows}), 14997)
        for row in rows:
            self.assertLessEqual(len(row["external_id"]), 64)
            self.assertRegex(row["password_hash"], BCRYPT)
            metadata = json.loads(row["metadata"])
            self.assertLessEqual(len(metadata), 10)
            for key, value in metadata.items():
                self.assertIsInstance(value, str)
                self.assertLessEqual(len(key), 40)
                self.assertLessEqual(len(value), 600)
            self.assertTrue(row["metadata"].isascii())

    def test_lean_rows_have_about_115_bytes(self):
        text = make("--shape", "lean", "--rows", "20000")
        self.assertAlmostEqual(len(text) / 20000, 115, delta=5)
        self.assertEqual(len(rows_of(text)), 20000)

    def test_same_seed_gives_the_same_bytes_and_another_seed_gives_others(self):
        first = make("--rows", "50", "--seed", "7")
        self.assertEqual(first, make("--rows", "50", "--seed", "7"))
        self.assertNotEqual(first, make("--rows", "50", "--seed", "8"))

    def test_a_user_with_several_rows_joins_another_organization_in_each(self):
        for flags in ([], ["--repeat-far"]):
            with self.subTest(flags):
                rows = rows_of(make("--rows", "900", "--memberships", "3", *flags))
                emails = [row["email"] for row in rows]
                pairs = {(row["email"], row["org_external_id"]) for row in rows}
                self.assertEqual(len(set(emails)), 300)
                self.assertEqual(len(pairs), 900)
                distance = emails.index(emails[0], 1)
                self.assertEqual(distance, 300 if flags else 1)

    def test_the_dialect_flags_change_bytes_and_not_values(self):
        plain = rows_of(make("--rows", "40", "--quoted-newlines"))
        self.assertIn("\n", plain[0]["metadata"])
        for name, delimiter in (("semicolon", ";"), ("tab", "\t"), ("pipe", "|")):
            with self.subTest(name):
                text = make("--rows", "40", "--quoted-newlines", "--crlf", "--bom",
                            "--delimiter", name)  # fmt: skip
                self.assertTrue(text.startswith(b"\xef\xbb\xbfemail" + delimiter.encode()))
                self.assertEqual(text.count(b"\r\n"), 41)
                self.assertEqual(rows_of(text, delimiter), plain)

    def test_password_flag_chooses_the_columns(self):
        self.assertIn("password", rows_of(make("--rows", "1", "--passwords", "plain"))[0])
        none = rows_of(make("--rows", "1", "--passwords", "none"))[0]
        self.assertFalse({"password", "password_hash", "password_hash_type"} & none.keys())

    def test_no_organizations_leaves_their_columns_out(self):
        row = rows_of(make("--rows", "1", "--organizations", "0"))[0]
        self.assertFalse({"org_external_id", "org_name", "role_slugs"} & row.keys())


if __name__ == "__main__":
    unittest.main()

"""A run with a failure of every kind in every phase: the report names each group once with its root
cause, the counts add up, and when all is corrected and retried every row is right.

REHOME_UPDATE_GOLDEN=1 writes golden/every_failure.txt anew: look at what changed."""

import csv
import io
import os
import re
from pathlib import Path

import harness

GOLDEN = Path(__file__).parent / "golden" / "every_failure.txt"
GOOD = 60
GOOD_ORGANIZATIONS = 40
COLUMNS = ["email", "external_id", "first_name", "email_verified", "password", "password_hash",
           "password_hash_type", "org_id", "org_external_id", "org_name", "role_slugs"]  # fmt: skip
# What differs from run to run; the width of the line stays.
VARYING = (
    (re.compile(r"\b\d{8}-\d{6}-[0-9a-f]{4}\b"), "20261126-120000-abcd"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1:4010"),
    (re.compile(r"/\S+/users\.csv"), "/data/users.csv"),
    (re.compile(r"\b(user|org|om|req)_[0-9A-Z]+"), r"\1_01"),
    (re.compile(r" +\d+:\d\d(\.\d)? +[\d.]+$", re.MULTILINE), "  0:00.0  0.0"),
    (re.compile(r" +time +req/s$", re.MULTILINE), "  time  req/s"),
    (re.compile(r"(?<![\d.])\d+:\d\d(\.\d)?(?!\d)"), "0:00.0"),
    (re.compile(r"Lock: waited .*"), "Lock: no wait."),
    (re.compile(r"(actual 0:00.0), (\d+ % (more|less)|as foretold)"), r"\1, 1 % more"),
)  # fmt: skip


def row(email, **cells):
    return {"email": email, **cells}


def good(number):
    organization = f"good-{number % GOOD_ORGANIZATIONS}"
    cells = {"org_external_id": organization, "org_name": organization, "email_verified": "true"}
    return row(f"good{number}@example.com", **cells)


# By row: as it stands in the file, and what makes it right. `None`: it is right when the target is.
ROWS = {
    1: (row("bad@"), {"email": "b1@example.com"}),
    2: (row("b2@example.com", email_verified="perhaps"), {"email_verified": "true"}),
    3: ('b3@example.com,,Mi"dd"le,,,,,,,,', row("b3@example.com")),
    4: ("b4@example.com,too,few", row("b4@example.com", first_name="Enough")),
    5: (
        row("b5@example.com", org_id="org_1", org_external_id="good-1", org_name="good-1"),
        {"org_id": ""},
    ),
    6: (row("b6@example.com", password_hash="sk_test_planted", password_hash_type="rot13"), {}),
    7: (row("b7@example.com", password="short"), {}),
    8: (row("b8@example.com", first_name="Unwanted"), {"first_name": "Wanted"}),
    9: (row("seen@example.com", external_id="x-9"), None),
    10: (row("taken@example.com", external_id="ours"), {"external_id": "theirs"}),
    11: (row("new@example.com", external_id="x-11"), {"email": "old@example.com"}),
    12: (row("split@example.com", external_id="x-12"), {"external_id": "x-13"}),
    13: (
        row("lead@example.com", email_verified="perhaps", org_external_id="good-2",
            org_name="good-2"),
        {"email_verified": "yes"},
    ),
    14: (row("lead@example.com", org_external_id="good-3", org_name="good-3"), None),
    15: (row("weak@example.com", password="tiny", org_external_id="good-4",
             org_name="good-4"), {}),
    16: (row("weak@example.com", org_external_id="good-5", org_name="good-5"), None),
    17: (row("b17@example.com", org_external_id="nowhere"), {"org_name": "Somewhere"}),
    18: (row("b18@example.com", org_external_id="nowhere"), {"org_name": "Somewhere"}),
    19: (row("b19@example.com", org_external_id="refused", org_name="Refused"), None),
    20: (row("b20@example.com", org_name="Twins"), {"org_name": "Only One"}),
    21: (row("invited@example.com", org_external_id="good-6", org_name="good-6"), None),
    22: (
        row("b22@example.com", org_external_id="good-7", org_name="good-7",
            role_slugs="org-no-such"),
        {"role_slugs": "member"},
    ),
    23: (
        row("b23@example.com", org_external_id="good-8", org_name="good-8", role_slugs="admin"),
        None,
    ),
}  # fmt: skip


def file_text():
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for cells, _ in ROWS.values():
        if isinstance(cells, str):
            out.write(cells + "\n")
        else:
            writer.writerow(cells)
    writer.writerows(good(number) for number in range(GOOD))
    return out.getvalue()


class EveryFailure(harness.Case):
    clock_rate = harness.FAST
    maxDiff = None

    def setUp(self):
        super().setUp()
        self.sandbox()
        # fmt: off
        self.target.seed(
            users=[{"email": "seen@example.com"},
                   {"email": "taken@example.com", "email_verified": True, "external_id": "theirs"},
                   {"email": "old@example.com", "email_verified": True, "external_id": "x-11"},
                   {"email": "split@example.com", "email_verified": True},
                   {"email": "other@example.com", "external_id": "x-12"},
                   {"email": "invited@example.com", "email_verified": True}],
            organizations=[{"name": "Twins"}, {"name": "Twins"},
                           {"name": "good-6", "external_id": "good-6"}],
            memberships=[{"user_email": "invited@example.com",
                          "organization_external_id": "good-6", "status": "pending"}])
        self.target.faults(
            {"kind": "status", "on": "organization", "status": 422, "body_part": "refused",
             "times": 0},
            {"kind": "status", "on": "user", "status": 422, "body_part": "Unwanted", "times": 0},
            {"kind": "status", "on": "membership", "status": 422, "body_part": "admin",
             "times": 0})
        # fmt: on
        self.file = self.csv(file_text())
        # fmt: off
        self.flags = ("--clock-rate", harness.FAST, "--max-failures", "100%", "--concurrency", 1)
        self.imports(self.file, "--org-by-name", "--no-verify", *self.flags, code=1)
        # fmt: on

    def damage_one_name(self):
        """What the verification is to find: somebody changed a user after the import."""
        [user] = [it for it in self.target.objects("users") if it["email"] == "good7@example.com"]
        # fmt: off
        self.target.damage({"kind": "change", "object": "user", "id": user["id"],
                            "field": "email_verified", "at": "now"})
        # fmt: on

    def test_the_report_names_each_group_once_and_the_counts_add_up(self):
        told = self.rehome("report").stdout
        for pattern, instead in VARYING:
            told = pattern.sub(instead, told)
        if os.environ.get("REHOME_UPDATE_GOLDEN"):
            GOLDEN.parent.mkdir(exist_ok=True)
            GOLDEN.write_text(told)
        self.assertEqual(told, GOLDEN.read_text())

        summary = self.summary()
        rows = summary["rows"]
        groups = summary["errors"]
        names = [(group["phase"], group["code"]) for group in groups]
        self.assertEqual(len(names), len(set(names)), names)
        bad = rows["rejected"] + rows["failed"] + rows["parked"]
        self.assertEqual(bad, len(ROWS))
        by_themselves = sum(it["count"] for it in groups if it["phase"] != "organizations")
        followed = sum(it["derived"] for it in groups)
        self.assertEqual(by_themselves + followed, bad)
        codes = {row["_code"] for row in self.row_file("failed")}
        self.assertEqual(len(codes), 18, codes)

    def test_all_of_it_corrected_and_retried_ends_with_all_rows_right(self):
        path = self.run_dir() / "failed.csv"
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
        self.assertEqual([int(each["_row"]) for each in rows], sorted(ROWS))
        for each in rows:
            cells = ROWS[int(each["_row"])][1]
            each.update(cells or {})
        out = io.StringIO()
        writer = csv.DictWriter(out, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(out.getvalue())

        self.target.faults()
        users = {it["email"]: it["id"] for it in self.target.objects("users")}
        self.ask("PUT", f"/user_management/users/{users['seen@example.com']}",
                 {"external_id": "x-9"})  # fmt: skip
        [pending] = [it for it in self.target.objects("memberships") if it["status"] == "pending"]
        self.ask("DELETE", f"/user_management/organization_memberships/{pending['id']}")
        # fmt: off
        done = self.rehome("retry", "--yes", "--edited", path, "--drop-passwords", *self.flags)
        # fmt: on
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("Retry: of 23 rows that were not right, 23 are right now.", done.stderr)
        ended = self.summary()["rows"]
        self.assertEqual(ended["rejected"] + ended["failed"] + ended["parked"], 0)
        self.assertEqual(self.row_file("failed"), [])
        emails = {it["email"] for it in self.target.objects("users")}
        wanted = {f"good{number}@example.com" for number in range(GOOD)}
        for cells, correction in ROWS.values():
            cells = {} if isinstance(cells, str) else cells
            wanted.add((cells | (correction or {}))["email"])
        self.assertEqual(emails - {"new@example.com", "other@example.com"}, wanted)
        memberships = {(it["user_id"], it["organization_id"])
                       for it in self.target.objects("memberships")}  # fmt: skip
        with_organization = GOOD + 12
        self.assertEqual(len(memberships), with_organization)

    def test_what_the_verification_finds_is_a_group_of_its_own(self):
        self.damage_one_name()
        done = self.rehome("verify", "--clock-rate", harness.FAST)
        self.assertEqual(done.code, 5, done.stderr)
        told = self.rehome("report").stdout
        self.assertEqual(told.count("verify_mismatch"), 1)
        self.assertIn("Errors in verification: 1 finding, 1 reason", told)


if __name__ == "__main__":
    import unittest

    unittest.main()

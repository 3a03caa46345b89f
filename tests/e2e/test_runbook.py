"""docs/runbook.md, step by step: its commands in its order print what it shows, and leave in each of
its three targets the users of the file, once."""

import csv
import re
import unittest

import consoles
import harness
import laws


class Runbook(harness.Case):
    def test_the_runbook_goes_as_it_is_shown(self):
        session = consoles.Session(self)
        session.play("docs/runbook.md", least=25)
        self.assertEqual(len(session.targets), 3)
        with open(self.directory / "users.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        emails = sorted(row["email"] for row in rows)
        organizations = {row["org_external_id"] for row in rows}
        for target in session.targets:
            made = [effect["email"] for effect in target.effects("user")]
            self.assertEqual(sorted(made), emails)
            self.assertEqual(len(target.effects("membership")), len(rows))
            made = [effect["external_id"] for effect in target.effects("organization")]
            self.assertEqual(sorted(made), sorted(organizations))
            laws.check_headers(target)
        self.check_laws()

    def test_its_times_are_those_of_a_forecast(self):
        text = (harness.SOURCE / "docs" / "runbook.md").read_text()
        times = re.findall(r"^\| ([\d,]+) \| ([\d:.]+) \|$", text, re.MULTILINE)
        self.assertEqual(len(times), 3)
        for rows, time in times:
            rows = rows.replace(",", "")
            file = self.made_users("--shape", "lean", "--rows", rows)
            done = self.rehome("import", file, "--dry-run", "--offline")
            self.assertTrue(done.stdout.endswith(f" takes about {time}\n"), done.stdout)


if __name__ == "__main__":
    unittest.main()

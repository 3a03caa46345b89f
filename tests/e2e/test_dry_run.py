"""An offline dry run foretells the import without a request and without a file."""

import csv
import fcntl
import json
import os
import subprocess
import time

import harness

PROBLEMS = """\
email,email_verified,external_id,password,org_external_id,org_name
a@example.com,true,x-1,,acme,Acme
b@example.com,maybe,x-2,,acme,Acme
not-an-address,true,x-3,,acme,Acme
A@example.com,true,x-1,,beta,Beta
a@example.com,true,x-1,,acme,Acme
c@example.com,true,x-4,,,
d@example.com,true,x-5
e@example.com,true,x-6,,,No Key
b@example.com,true,x-2,,beta,Beta
"""


class DryRun(harness.Case):
    clock_rate = harness.FAST

    def dry_run(self, file, code):
        done = self.rehome("import", file, "--dry-run", "--offline", "--json")
        self.assertEqual(done.code, code, done.stderr)
        self.assertEqual(self.target.counts()["requests"], 0)
        self.assertFalse(self.runs_dir.exists(), "a dry run made a run directory")
        return done

    def assert_foretold(self, file, code):
        foretold = json.loads(self.dry_run(file, code).stdout)
        self.imports(file, code=code)
        rows = self.summary()["rows"]
        self.assertEqual(foretold["rows"], rows["read"])
        for outcome in ("created", "unchanged", "rejected", "failed"):
            self.assertEqual(foretold[outcome], rows[outcome], outcome)
        counts = self.target.counts()
        for kind in ("organizations", "users", "memberships"):
            self.assertEqual(foretold[kind], counts[kind], kind)
        self.check_laws()

    def test_foretells_the_rows_of_a_clean_file(self):
        self.sandbox()
        flags = ("--rows", 400, "--organizations", 20, "--memberships", 2, "--shape", "lean")
        self.assert_foretold(self.made_users(*flags), 0)

    def test_foretells_the_rows_of_a_file_with_problems(self):
        self.sandbox()
        self.assert_foretold(self.csv(PROBLEMS), 1)

    def test_foretells_the_samples(self):
        self.sandbox()
        for file in sorted((harness.DATA / "incumbents").glob("*.csv")):
            with self.subTest(file=file.name):
                self.target.reset()
                self.runs_dir = self.directory / f"runs-{file.stem}"
                self.assert_foretold(file, 1 if "errors" in file.name else 0)

    def test_organizations_that_must_exist_are_not_foretold_as_made(self):
        self.sandbox()
        good = "".join(f"g{i}@example.com,,good-{i},Good {i}\n" for i in range(18))
        file = self.csv(
            "email,org_id,org_external_id,org_name\n" + good +
            "a@example.com,,nameless,\n"
            "a@example.com,,,\n"
            "b@example.com,org_01NOBODY,,\n"
            "c@example.com,,nameless,\n")  # fmt: skip
        done = self.dry_run(file, 0)
        foretold = json.loads(done.stdout)
        self.assertEqual(foretold["organizations"], 18)
        self.assertEqual(foretold["organizations_that_must_exist"], 2)
        self.assertEqual(foretold["needs_organization"], 3)
        self.assertEqual((foretold["created"], foretold["unchanged"]), (18, 1))
        self.assertIn(
            "3 rows need an organization that must exist on the target: 2 organizations have an "
            "org_id, or no org_name to make one with (first: external_id:nameless)", done.stderr)  # fmt: skip
        self.assertIn("22 rows: 18 created, 1 unchanged, 0 rejected, 0 failed, 3 depending", done.stderr)  # fmt: skip
        self.imports(file, code=1)
        rows = self.summary()["rows"]
        self.assertEqual((rows["created"], rows["unchanged"], rows["failed"]), (18, 1, 3))
        for kind in ("organizations", "users", "memberships"):
            self.assertEqual(foretold[kind], self.target.counts()[kind], kind)

    def test_a_user_is_foretold_though_its_first_row_lies_outside_the_part(self):
        self.sandbox()
        file = self.csv("email\na@example.com\na@example.com\na@example.com\n")
        part = ("--rows", "2-3")
        done = self.rehome("import", file, "--dry-run", "--offline", "--json", *part)
        foretold = json.loads(done.stdout)
        self.imports(file, *part)
        rows = self.summary()["rows"]
        self.assertEqual(self.target.counts()["users"], 1)
        self.assertEqual((foretold["users"], foretold["unchanged"]), (1, 2), done.stdout)
        self.assertEqual(foretold["unchanged"], rows["unchanged"])

    def test_a_flag_can_name_an_organization_that_must_exist(self):
        file = self.csv("email\na@example.com\nb@example.com\n")
        done = self.rehome(
            "import", file, "--dry-run", "--offline", "--org-id", "org_01ACME")  # fmt: skip
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("would make 0 organizations, 0 users and 0 memberships", done.stdout)
        self.assertIn("(first: id:org_01ACME)", done.stdout)
        self.assertIn("once more than 10 % of the organizations tried fail, it stops", done.stdout)

    def test_every_name_that_differs_is_told_and_counts(self):
        rows = "".join(f"a{i}@example.com,acme,Name {i}\n" for i in range(1501))
        file = self.csv("email,org_external_id,org_name\n" + rows)
        done = self.rehome("validate", file)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn(": 0 problems, 1,500 remarks\n", done.stderr)
        self.assertEqual(done.stdout.count("[org_name_differs, row "), 1500)
        plan = self.rehome("import", file, "--dry-run", "--offline").stdout
        self.assertRegex(plan, r"remarks:\n  1,500  org_name_differs .* rows 2, 3, 4, 5, 6 …\n")

    def test_works_without_a_key_and_without_a_target(self):
        file = self.csv("email\na@example.com\n")
        nothing = {"WORKOS_SECRET_KEY": None, "REHOME_ENDPOINT": None}
        done = self.rehome("import", file, "--dry-run", "--offline", **nothing)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("dry run, offline: no request was made and nothing was written", done.stdout)
        self.assertIn("1 row: 1 created, 0 unchanged, 0 rejected, 0 failed\n", done.stdout)

    def test_the_plan_is_the_result_and_the_warnings_are_not(self):
        file = self.csv("email,department\na@example.com,sales\nnobody,sales\n")
        done = self.rehome("import", file, "--dry-run", "--offline")
        self.assertEqual(done.code, 1)
        self.assertIn("2 rows: 1 created, 0 unchanged, 1 rejected, 0 failed\n", done.stdout)
        self.assertIn("email_invalid", done.stdout)
        self.assertNotIn("warning", done.stdout)
        self.assertRegex(done.stderr, r"^warning: .*\"department\" is unknown: .*\n$")

    def test_a_plan_that_cannot_be_written_is_no_success(self):
        file = self.csv("email\na@example.com\n")
        command = [harness.binary(), "import", str(file), "--dry-run", "--offline"]
        with open("/dev/full", "w", encoding="utf-8") as full:
            # fmt: off
            done = subprocess.run(command, env=self.environment(), stdout=full, timeout=60,
                                  stderr=subprocess.PIPE, check=False)
            # fmt: on
        self.assertEqual(done.returncode, 4)
        self.assertIn(b"the plan could not be written to stdout", done.stderr)

    def test_a_file_that_changes_under_way_is_refused(self):
        for command in (("import", "--dry-run", "--offline"), ("validate",)):
            with self.subTest(command=command[0]):
                code, said = self.changed_after_its_survey(*command)
                self.assertIn("the file changed since it was surveyed", said)
                self.assertEqual(code, 2, said)

    def changed_after_its_survey(self, *command):
        """The remarks on the header are more than fit into the pipe that nobody reads."""
        columns = 900
        stream = "stderr" if command[0] == "import" else "stdout"
        header = ",".join(["email"] + [f"unknown{number}" for number in range(columns)])
        row = "a@example.com" + columns * ",x" + "\n"
        file = self.csv(f"{header}\n{row}")
        reader, writer = os.pipe()
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        # fmt: off
        messages = self.directory / "messages"
        with open(messages, "wb") as stderr:
            streams = {"stdout": subprocess.DEVNULL, "stderr": stderr, stream: writer}
            process = subprocess.Popen([harness.binary(), *command, str(file)], **streams,
                                       env=self.environment())
        # fmt: on
        os.close(writer)
        with open(reader, "rb") as remarks:
            said = remarks.read(1)
            with open(file, "a", encoding="utf-8") as more:
                more.write(row.replace("a@", "b@"))
            said += remarks.read()
        return process.wait(60), (said + messages.read_bytes()).decode()

    def test_19_megabytes_take_less_than_2_seconds_of_cpu(self):
        self.sandbox()
        file = self.made_users()
        done = self.dry_run(file, 0)
        self.assertEqual(json.loads(done.stdout)["created"], 14997)
        print(f"dry run of 19 MB: {done.cpu:.2f} s of CPU, {done.peak_kib / 1024:.1f} MiB")
        # A machine that is slow, or slow just now, is also slow at reading the file with Python.
        self.assertLess(done.cpu, max(2.0, 10 * self.cpu_of_reading(file)))

    def cpu_of_reading(self, file):
        began = time.process_time()
        with open(file, encoding="utf-8", newline="") as lines:
            self.assertEqual(sum(1 for _ in csv.reader(lines)), 14998)
        return time.process_time() - began

"""The workflow of docs/ci.md: what it says of concurrency, limits, secrets and files, and its steps
done in their order against a sandbox whose record tells what was imported."""

import csv
import json
import os
import re
import shutil
import signal
import threading
import unittest

import yaml

import consoles
import harness
import workflow

KEY = harness.API_KEY
ROWS = 120


class Interruption(threading.Thread):
    """Stops the import of a step once it is in its middle, as a machine that goes down would."""

    def __init__(self, case):
        super().__init__()
        self._case = case

    def run(self):
        harness.wait_until(lambda: len(self._case.target.effects("user")) > ROWS // 3)
        status = json.loads((self._case.run_dir() / "status.json").read_text())
        os.kill(status["pid"], signal.SIGINT)


class CiGuide(harness.Case):
    def setUp(self):
        super().setUp()
        self.document = yaml.safe_load(workflow.block())
        self.folder = self.directory / "srv"
        self.folder.mkdir()
        self.path = consoles.path_with_rehome(self)
        self.runs_dir = self.folder / "runs" / "staging"

    def file(self, *flags):
        return self.made_users("--shape", "lean", "--rows", str(ROWS), *flags, name="srv/users.csv")

    def job(self, action, edited="", key=KEY, **environment):
        preset = dict(PATH=self.path, WORKOS_API_URL=self.target.url)
        inputs = {"target": "staging", "action": action, "edited": str(edited)}
        secrets = {"WORKOS_SECRET_KEY": key}
        return workflow.Job(
            self, self.document, self.folder, inputs, secrets, **{**preset, **environment}
        )

    def assert_imported_once(self, file):
        with open(file, newline="") as rows:
            emails = sorted(row["email"] for row in csv.DictReader(rows))
        made = [effect["email"] for effect in self.target.effects("user")]
        self.assertEqual(sorted(made), emails)
        self.assertEqual(len(self.target.effects("membership")), len(emails))
        self.check_laws()

    def assert_tells_nobody(self, job, file, *more):
        """Neither log nor what is kept holds the key, an e-mail of the file, or one of `more`."""
        kept = sorted((self.directory / "runner-temp" / "report").iterdir())
        self.assertEqual([path.name for path in kept], ["report.html", "summary.json"])
        texts = [step.said for step in job.steps] + [path.read_text() for path in kept]
        with open(file, newline="") as rows:
            secret = [KEY, *more] + [row["email"] for row in csv.DictReader(rows)]
        for text in texts:
            self.assertEqual([], [word for word in secret if word in text])

    def test_what_the_workflow_says(self):
        document = self.document
        self.assertEqual(
            document["concurrency"],
            {"group": "rehome-${{ inputs.target }}", "cancel-in-progress": False},
        )
        # To YAML 1.1 the word `on` is true.
        self.assertEqual(list(document[True]), ["workflow_dispatch"])
        self.assertEqual(document["permissions"], {})
        job = document["jobs"]["import"]
        self.assertEqual(list(document["jobs"]), ["import"])
        self.assertEqual(job["environment"], "${{ inputs.target }}")
        first, *others = job["steps"]
        self.assertEqual(first["run"], 'rehome lock check --target "$TARGET"')
        asking = [step for step in others if "secrets." in str(step)]
        self.assertEqual([step["name"] for step in asking], ["Import", "Go on", "Try again"])
        for step in asking:
            self.assertNotIn("secrets.", step["run"])
            self.assertIn("steps.forecast.outputs.limit", step["timeout-minutes"])
            self.assertIn('--deadline "${MINUTES}m"', step["run"])
            for flag in ('--metrics "$METRICS"', '--on-finish "$ON_FINISH"', "--progress plain"):
                self.assertIn(flag, step["run"])
        self.assertIn("--yes", asking[0]["run"])
        (upload,) = [step for step in others if "uses" in step]
        self.assertEqual(upload["with"]["path"], "${{ runner.temp }}/report")

    def test_it_imports_exactly_the_file(self):
        self.sandbox()
        file = self.file()
        job = self.job("import").run()
        self.assertFalse(job.failed, [(step.name, step.said) for step in job.steps])
        self.assertEqual(job["What came of it"].said, "all done, and verified\n")
        self.assertEqual(job["Go on"].outcome, "skipped")
        self.assertIn("verification: comparing", job["Import"].said)
        self.assert_imported_once(file)
        self.assert_tells_nobody(job, file)
        self.assertEqual(job["Import"].outputs["run"], self.run_dir().name)
        metrics = (self.folder / "rehome-staging.prom").read_text()
        self.assertIn('rehome_run_exit_code{target="staging"} 0\n', metrics)

    def test_its_limits_of_time_come_from_the_file(self):
        self.sandbox()
        self.file()
        job = self.job("import")
        for step in self.document["jobs"]["import"]["steps"][:3]:
            job.step(step)
        self.assertFalse(job.failed)
        minutes = int(job["How long may it take?"].outputs["minutes"])
        self.assertEqual(minutes, 10)
        self.made_users("--shape", "lean", "--rows", "30000", name="srv/users.csv")
        job = self.job("import")
        for step in self.document["jobs"]["import"]["steps"][:3]:
            job.step(step)
        minutes = int(job["How long may it take?"].outputs["minutes"])
        # 60,000 writes at 45 a second are 22 minutes.
        self.assertEqual(minutes, 10 + 2 * 22)
        step = self.document["jobs"]["import"]["steps"][3]
        limit = workflow.EXPRESSION.fullmatch(step["timeout-minutes"]).group(1)
        self.assertEqual(job.value(limit), minutes + 15)

    def test_a_locked_target_ends_it_before_anything_is_done(self):
        self.sandbox(latency="20")
        other = self.made_users("--shape", "lean", "--rows", "400", "--seed", "2", name="other.csv")
        holder = self.start(
            "import", other, "--yes", "--target", "staging", "--concurrency", "2",
            REHOME_RUNS_DIR=self.directory / "runs", WORKOS_API_URL=self.target.url)  # fmt: skip
        harness.wait_until(lambda: len(self.target.effects("user")) > 20)
        self.file()
        job = self.job("import").run()
        self.assertIsNone(holder.poll(), "the holder ended too early to be in the way")
        first, *others, last = job.steps
        self.assertEqual((first.code, first.outcome), (75, "failure"))
        self.assertEqual({step.outcome for step in others}, {"skipped"})
        self.assertIn("did not get as far", last.said)
        self.assertEqual(last.code, 1)
        self.assertFalse((self.folder / "runs").exists(), "a run was made")
        self.assertEqual(holder.wait().code, 0, holder.stderr())
        # Nobody but the holder made anything.
        self.assertEqual(self.target.counts()["users"], 400)

    def test_an_interrupted_import_goes_on_and_makes_nothing_twice(self):
        self.sandbox(latency="20")
        file = self.file()
        job = self.job("import")
        interruption = Interruption(self)
        interruption.start()
        job.run()
        interruption.join()
        self.assertEqual(job["Import"].outputs["code"], "130", job["Import"].said)
        self.assertIn("stopping: finishing what was sent", job["Import"].said)
        self.assertIn("start this again with resume", job["What came of it"].said)
        self.assertTrue(job.failed)
        self.assertLess(len(self.target.effects("user")), ROWS)
        again = self.job("resume").run()
        self.assertFalse(again.failed, [(step.name, step.said) for step in again.steps])
        self.assertEqual(again["Import"].outcome, "skipped")
        self.assertEqual(again["Go on"].outputs["code"], "0")
        self.assert_imported_once(file)
        self.assert_tells_nobody(again, file)

    def test_rows_that_fail_make_it_red_and_are_not_in_the_log(self):
        self.sandbox()
        file = self.file("--passwords", "plain")
        text = re.sub(r"Quiet-[^,]*", "short-pw", file.read_text(), count=1)
        file.write_text(text)
        # A summary tells how an account that is there differs from the file.
        with open(file, newline="") as rows:
            second = list(csv.DictReader(rows))[1]
        account = {key: second[key] for key in ("email", "external_id")}
        self.target.seed(users=[{**account, "first_name": "Zebedee", "email_verified": True}])
        job = self.job("import").run()
        self.assertEqual(job["Import"].outputs["code"], "1", job["Import"].said)
        self.assertIn("some rows need you", job["What came of it"].said)
        self.assertTrue(job.failed)
        self.assertIn("Zebedee", (self.run_dir() / "summary.json").read_text())
        self.assert_tells_nobody(job, file, "Zebedee")
        summary = json.loads((self.directory / "runner-temp/report/summary.json").read_text())
        self.assertEqual(summary["rows"]["failed"], 1)

    def test_what_failed_is_tried_again_and_mended(self):
        self.sandbox()
        file = self.file()
        refusal = {"kind": "status", "on": "user", "status": 422, "path": "/user_management/users"}
        self.target.faults({**refusal, "times": 2})
        self.assertEqual(self.job("import").run()["Import"].outputs["code"], "1")
        self.target.faults({**refusal, "times": 1})
        again = self.job("retry").run()
        self.assertEqual(again["Try again"].outputs["code"], "1", again["Try again"].said)
        self.assertEqual(again["Import"].outcome, "skipped")
        self.assertEqual(again["Is the file right?"].outcome, "skipped")
        self.assertIn("with retry and that copy", again["What came of it"].said)
        self.assertEqual(len(self.target.effects("user")), ROWS - 1)
        with open(self.run_dir() / "failed.csv", newline="") as rows:
            (failed,) = csv.DictReader(rows)
        copy = self.folder / "a copy.csv"
        copy.write_text(f"_row,email\n{failed['_row']},mended@example.com\n")
        last = self.job("retry", edited=copy).run()
        self.assertFalse(last.failed, [(step.name, step.said) for step in last.steps])
        made = {effect["email"] for effect in self.target.effects("user")}
        self.assertEqual(len(made), ROWS)
        self.assertIn("mended@example.com", made)
        self.assertNotIn(failed["email"], made)
        self.assert_tells_nobody(last, file, "mended@example.com")

    def test_a_start_that_is_refused_keeps_no_report_of_an_earlier_run(self):
        self.sandbox()
        self.file()
        self.assertFalse(self.job("import").run().failed)
        shutil.rmtree(self.directory / "runner-temp" / "report")
        job = self.job("import", key="").run()
        self.assertEqual(job["Import"].outputs, {"code": "2"}, job["Import"].said)
        self.assertEqual(job["Report"].outcome, "skipped")
        self.assertIn("nothing was written", job["What came of it"].said)
        self.assertFalse((self.directory / "runner-temp" / "report").exists())

    def test_a_file_with_problems_is_not_imported(self):
        self.sandbox()
        file = self.file()
        file.write_text(file.read_text().replace("@", " at ", 1))
        job = self.job("import").run()
        self.assertEqual(job["Is the file right?"].code, 1)
        self.assertTrue(job.failed)
        self.assertEqual(self.target.record(), [])

    def test_each_exit_code_is_told(self):
        self.sandbox()
        step = self.document["jobs"]["import"]["steps"][-1]
        told = {0: "all done", 1: "need you", 2: "nothing was written", 5: "verification.csv",
                75: "another import", **dict.fromkeys([3, 4, 130, 143], "resume")}  # fmt: skip
        for code, words in told.items():
            job = self.job("import")
            job.assume("import", code=str(code))
            done = job.step(step)
            self.assertEqual(done.code, int(code != 0), code)
            self.assertIn(words, done.said)
        text = (harness.SOURCE / "docs" / "ci.md").read_text()
        table = text[text.index("## What the codes lead to") :]
        cells = re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)
        self.assertEqual({int(code) for cell in cells for code in cell.split(",")}, set(told))


if __name__ == "__main__":
    unittest.main()

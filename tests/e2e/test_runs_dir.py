"""Commands that are printed find the run again, also in a folder that was typed."""

import re
import subprocess
import unittest

import harness

COMMAND = re.compile(r"`?(rehome (?:resume|retry|verify|status|report|runs)\b[^`\n]*)")


class RunsDir(harness.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.sandbox()
        self.folder = self.directory / "our runs"
        self.typed = ("--runs-dir", "our runs")
        self.rate = ("--clock-rate", self.clock_rate)
        self.bin = self.directory / "bin"
        self.bin.mkdir()
        (self.bin / "rehome").symlink_to(harness.binary())

    def run_rehome(self, *arguments, code):
        done = self.rehome(*arguments, *self.typed)
        self.assertEqual(done.code, code, done.stderr)
        return done

    def commands(self, text):
        """Those that are printed, with lines that belong together put together."""
        found = [it.strip(" .,;)") for it in COMMAND.findall(text)]
        self.assertTrue(found, text)
        for command in found:
            self.assertIn(" --runs-dir 'our runs'", command)
        return found

    def type(self, command, *, code):
        """As a person does who copies it."""
        environment = self.environment()
        environment["PATH"] = f"{self.bin}:{environment['PATH']}"
        if not command.startswith("rehome runs"):
            command += f" --clock-rate {self.clock_rate}"
        # fmt: off
        done = subprocess.run(["sh", "-c", command], cwd=self.directory, env=environment,
                              capture_output=True, text=True, timeout=120)
        # fmt: on
        self.assertEqual(done.returncode, code, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def test_every_command_that_is_printed_names_it_and_works(self):
        rows = ["email,email_verified,first_name"] + [f"u{n}@example.com,true,N{n}" for n in range(9)]
        rows[4] = "u3@,true,N3"
        file = self.csv("\n".join(rows) + "\n")
        self.target.faults({"kind": "status", "on": "user", "status": 422, "body_part": "u5@", "times": 0})
        done = self.run_rehome("import", file, *self.rate, "--yes", "--limit", 4, code=1)
        [resume] = self.commands(done.stderr)
        said = self.type(resume, code=1)
        correct, retry = self.commands(said)
        self.assertIn("retry", retry)
        self.target.faults()
        said = self.type(retry, code=1)
        [correct] = self.commands(said)
        copy = (self.folder / self.only_run().name / "failed.csv").read_text().replace("u3@,", "u3@example.com,")
        self.csv(copy, name="COPY.csv")
        self.type(f"{correct} --yes", code=0)
        self.assertEqual(self.target.counts()["users"], 9)

    def only_run(self):
        [run] = [it for it in self.folder.iterdir() if (it / "run.json").exists()]
        return run

    def test_a_stopped_run_and_one_that_was_refused(self):
        rows = ["email,email_verified"] + [f"u{n}@example.com,true" for n in range(90)]
        file = self.csv("\n".join(rows) + "\n")
        self.target.faults({"kind": "status", "on": "user", "status": 422, "times": 0})
        done = self.run_rehome("import", file, *self.rate, "--yes", "--max-failures", 3, code=3)
        retry, resume = self.commands(done.stderr)
        self.assertIn("retry", retry)
        self.assertIn("resume", resume)
        status = self.run_rehome("status", code=0)
        [resume] = self.commands(status.stdout)
        page = (self.only_run() / "report.html").read_text()
        self.assertIn("--runs-dir &#39;our runs&#39;", page)
        self.target.faults()
        self.type(retry, code=0)
        self.assertEqual(self.target.counts()["users"], 90)
        share = self.run_rehome("report", "--format", "html", "--share", code=0).stdout
        self.assertNotIn("our runs", share)

    def test_a_run_that_is_not_there(self):
        done = self.run_rehome("import", self.csv("email\na@example.com\n"), *self.rate, "--yes", code=0)
        done = self.run_rehome("report", "nosuch", code=2)
        [runs] = self.commands(done.stderr)
        self.assertIn(self.only_run().name, self.type(runs.replace("` lists them", ""), code=0))

    def test_the_folder_of_the_environment_is_not_repeated(self):
        file = self.csv("email\na@\n")
        done = self.rehome("import", file, *self.rate, "--yes")
        self.assertEqual(done.code, 1, done.stderr)
        self.assertNotIn("--runs-dir", done.stderr)


if __name__ == "__main__":
    unittest.main()

"""How a verification ends before it is complete: by a signal, at the deadline, by a kill; and what
can be done then."""

import json
import signal

import harness

FILE = """email,first_name,org_external_id,org_name
a@example.com,Ann,acme,Acme
b@example.com,Bob,acme,Acme
"""
TEN_MINUTES_MS = 600_000


class VerificationEnd(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox()
        self.file = self.csv(FILE)

    def verifying(self, *flags):
        """An import in its verification, which waits for what it made to show."""
        self.target.settings(lag_ms=TEN_MINUTES_MS)
        running = self.start("import", self.file, "--yes", *flags)
        harness.wait_until(lambda: "verification: comparing" in running.stderr())
        self.before = self.writes()
        return running

    def writes(self):
        return [it["path"] for it in self.target.record() if it["method"] != "GET"]

    def state(self):
        facts = json.loads((self.run_dir() / "run.json").read_text())
        return facts["state"], facts.get("exit_code"), self.summary()["verification"]

    def assert_resume_verifies_and_writes_nothing(self):
        self.target.settings(lag_ms=0)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.state(), ("finished", 0, "clean"))
        self.assertEqual(self.writes(), self.before)
        self.check_laws()

    def test_a_signal_ends_it_like_an_import(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(code):
                self.runs_dir = self.directory / f"runs-{code}"
                self.target.reset()
                running = self.verifying()
                running.signal(number)
                done = running.wait(30)
                self.assertEqual(done.code, -number, done.stderr)
                self.assertIn(f"rehome resume {self.run_dir().name}", done.stderr)
                self.assertEqual(self.state(), ("interrupted", code, "incomplete"))
                self.assertEqual(len(self.row_file("success")), 2)
                self.assert_resume_verifies_and_writes_nothing()

    def test_the_second_signal_ends_it_at_once(self):
        # An answer that does not come keeps the first signal waiting.
        running = self.verifying()
        self.target.settings(latency_min_ms=60_000, latency_max_ms=60_000)
        asked = self.target.counts()["requests"]
        harness.wait_until(lambda: self.target.counts()["requests"] > asked)
        running.signal(signal.SIGINT)
        harness.wait_until(lambda: "stopping the verification" in running.stderr())
        running.signal(signal.SIGINT)
        done = running.wait(30)
        self.assertEqual(done.code, -signal.SIGINT, done.stderr)
        self.assertIn(
            f"stopped at once; continue with: rehome resume {self.run_dir().name}\n", done.stderr
        )
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        self.assert_resume_verifies_and_writes_nothing()

    def test_an_import_that_finds_damage_fails_and_names_the_row(self):
        """Its rows are done; what has become of one is not what the file says."""
        self.sandbox(clock_rate=harness.FAST)
        # The first membership is asked to wait for 150 s (3 s of ours): the import still goes on.
        self.target.faults({"kind": "status", "status": 503, "retry_after": "150",
                            "on": "membership"})  # fmt: skip
        running = self.start("import", self.file, "--yes")
        bob = harness.wait_until(
            lambda: [it for it in self.target.objects("users") if it["first_name"] == "Bob"]
        )
        (user,) = bob
        self.target.damage(
            {"kind": "change", "object": "user", "id": user["id"], "field": "first_name",
             "value": "Mallory", "at": "now"}
        )  # fmt: skip
        self.assertNotIn("verification: comparing", running.stderr())
        done = running.wait(60)
        self.assertEqual(done.code, 5, done.stderr)
        self.assertEqual(self.state(), ("failed", 5, "findings"))
        self.assert_rows(read=2, created=2)
        (row,) = self.row_file("verification")
        told = [row[it] for it in ("_row", "_object", "_finding", "_field", "_found")]
        self.assertEqual(told, ["2", "user", "mismatch", "first_name", "Mallory"])
        self.assertEqual(row["_user_id"], user["id"])
        self.assertIn("verification.csv", done.stderr)
        self.check_laws()

    def test_the_deadline_ends_it_incomplete(self):
        running = self.verifying("--deadline", "4s")
        done = running.wait(60)
        self.assertEqual(done.code, 5, done.stderr)
        self.assertIn("the time of --deadline has come", done.stderr)
        self.assertEqual(self.state(), ("failed", 5, "incomplete"))
        self.assert_resume_verifies_and_writes_nothing()

    def test_a_kill_leaves_a_run_that_resume_verifies(self):
        running = self.verifying()
        running.signal(signal.SIGKILL)
        running.wait()
        # The names of users are in no file that the dead process has left.
        files = [it for it in self.run_dir().iterdir() if it.is_file()]
        left = [it.name for it in files if b"Ann" in it.read_bytes()]
        self.assertEqual(left, [])
        self.assert_tells_of_the_rows_and_of_no_verdict()
        self.assert_resume_verifies_and_writes_nothing()

    def assert_tells_of_the_rows_and_of_no_verdict(self):
        """What stands in the run directory while nobody knows whether all is as written."""
        emails = [row["email"] for row in self.row_file("success")]
        self.assertEqual(emails, ["a@example.com", "b@example.com"])
        for name in ("failed", "skipped", "unprocessed"):
            self.assertEqual(self.row_file(name), [], name)
        self.assertEqual(len(self.row_file("id_map")), 2)
        self.assertFalse((self.run_dir() / "verification.csv").exists())
        self.assert_rows(read=2, created=2)
        self.assertEqual(self.state(), ("running", None, "incomplete"))
        self.assertNotIn("exit_code", self.summary()["run"])
        told = self.rehome("report")
        self.assertIn("Verification: incomplete, it has not come to its end", told.stdout)

    def test_a_death_between_the_files_of_the_verdict_leaves_none_that_promises_too_much(self):
        """A directory in the place of the next file ends the process where a kill could."""
        for name, verdict in (("summary.json", "incomplete"), ("run.json", "clean")):
            with self.subTest(name):
                self.runs_dir = self.directory / f"runs-{name}"
                self.target.reset()
                running = self.verifying()
                block = self.run_dir() / f"{name}.tmp"
                block.mkdir()
                self.target.settings(lag_ms=0)
                self.assertEqual(running.wait(60).code, 4, running.stderr())
                block.rmdir()
                self.assertEqual(self.state(), ("running", None, verdict))
                self.assertEqual(self.row_file("verification"), [])
                self.assertIn("rehome resume ", self.rehome("report").stdout)
                self.assertEqual(self.rehome("resume").code, 0)
                self.assertEqual(self.state(), ("finished", 0, "clean"))
                self.assertEqual(self.writes(), self.before)
                self.check_laws()

    def test_a_death_of_verify_between_its_files_leaves_no_clean_run_with_findings(self):
        self.imports(self.file)
        (user,) = [it for it in self.target.objects("users") if it["first_name"] == "Bob"]
        damage = {"kind": "change", "object": "user", "id": user["id"], "field": "first_name"}
        self.target.damage(damage)
        for name, state in (
            ("run.json", ("finished", 0, "incomplete")),
            ("verification.csv", ("failed", 5, "incomplete")),
        ):
            block = self.run_dir() / f"{name}.tmp"
            block.mkdir()
            code = self.rehome("verify", "--clock-rate", harness.FAST).code
            block.rmdir()
            self.assertEqual((code, self.state()), (4, state))
            self.assertNotIn("clean", self.rehome("runs").stdout)
            self.assertIn("rehome verify ", self.rehome("report").stdout)
        self.assertEqual(self.rehome("resume", "--clock-rate", harness.FAST).code, 5)
        self.assertEqual(self.state(), ("failed", 5, "findings"))
        self.check_laws()

    def test_an_interrupted_verify_leaves_what_was_found(self):
        self.imports(self.file, "--no-verify")
        (user,) = [it for it in self.target.objects("users") if it["first_name"] == "Bob"]
        self.target.damage(
            {"kind": "change", "object": "user", "id": user["id"], "field": "first_name"}
        )
        self.assertEqual(self.rehome("verify", "--clock-rate", harness.FAST).code, 5)
        before = (self.state(), (self.run_dir() / "verification.csv").read_bytes())
        self.target.settings(latency_min_ms=60_000, latency_max_ms=60_000)
        asked = self.target.counts()["requests"]
        running = self.start("verify")
        harness.wait_until(lambda: self.target.counts()["requests"] > asked)
        running.signal(signal.SIGINT)
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        self.assertEqual(running.wait(60).code, -signal.SIGINT, running.stderr())
        after = (self.state(), (self.run_dir() / "verification.csv").read_bytes())
        self.assertEqual(after, before)
        self.not_wanted_again()

    def not_wanted_again(self):
        """Whoever does not want it keeps what was found, and nothing is asked."""
        asked = self.target.counts()["requests"]
        for command in (("resume",), ("import", self.file, "--yes")):
            done = self.rehome(*command, "--no-verify")
            self.assertEqual(done.code, 5, done.stderr)
        self.assertEqual(self.target.counts()["requests"], asked)

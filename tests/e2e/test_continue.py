"""A run goes on: only as far as somebody consented, wherever its file is now, and honestly."""

import json
import shlex
import signal
import subprocess
import time

import harness


class PrintedCommand(harness.Case):
    def test_the_command_that_consent_prints_can_be_pasted(self):
        self.sandbox()
        header = "E-mail's name,first_name\n"
        file = self.csv(header + "a@example.com,A\n", name="it's $HOME; my users.csv")
        flags = ("--map", "E-mail's name=email")
        refused = self.rehome("import", file, *flags, "--target", "my staging")
        self.assertEqual(refused.code, 2, refused.stderr)
        printed = refused.stderr.splitlines()[-1].strip()
        self.assertTrue(printed.startswith("rehome import "), printed)
        command = printed.replace("rehome", shlex.quote(harness.binary()), 1)
        # fmt: off
        done = subprocess.run(command, shell=True, env=self.environment(), capture_output=True,
                              timeout=60, check=False)
        # fmt: on
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.target.counts()["users"], 1)


class Continue(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox()
        # fmt: off
        self.file = self.made_users("--rows", 60, "--organizations", 4, "--shape", "lean")
        # fmt: on

    def users(self):
        return self.target.counts()["users"]

    def test_more_rows_than_were_consented_to_need_another_word(self):
        self.imports(self.file, "--limit", 10)
        refused = self.rehome("import", self.file)
        self.assertEqual(refused.code, 2, refused.stderr)
        self.assertIn("to import, run:", refused.stderr)
        self.assertEqual(self.users(), 10)
        self.imports(self.file)
        self.assertEqual(self.users(), 60)
        self.check_laws()

    def test_its_warnings_come_once(self):
        file = self.csv("email,department\na@example.com,x\nb@example.com,y\nc@example.com,z\n")
        warning = 'the column "department" is unknown'
        for flags in (("--limit", 1), ("--limit", 2), (), ()):
            said = self.imports(file, *flags).stderr
            self.assertEqual(said.count(warning), 1, said)
        self.assertEqual(self.users(), 3)

    def test_rows_between_two_parts_are_never_imported_unasked(self):
        self.imports(self.file, "--limit", 10)
        refused = self.rehome("import", self.file, "--rows", "31-40", "--yes")
        self.assertEqual(refused.code, 2, refused.stderr)
        self.assertIn("rows 31 to 40 do not join on to them", refused.stderr)
        self.assertEqual(self.users(), 10)
        self.imports(self.file, "--rows", "11-20")
        self.assertEqual(self.users(), 20)

    def test_fewer_rows_than_an_open_run_was_to_import_are_never_widened_to_all(self):
        self.target.settings(latency_min_ms=100, latency_max_ms=100)
        for end in (signal.SIGINT, signal.SIGKILL):
            running = self.start("import", self.file, "--yes", "--concurrency", 1)
            before = self.users()
            harness.wait_until(lambda least=before: self.users() > least)
            running.signal(end)
            self.assertEqual(running.wait().code, -end)
            self.assert_part_is_refused(
                "rows 1 to 60", f"`rehome resume {self.run_dir().name}`, or the same import without"
            )
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        self.imports(self.file)
        self.assertEqual(self.users(), 60)
        self.check_laws()

    def test_fewer_rows_than_an_open_part_was_to_import_are_refused_too(self):
        part = ("import", self.file, "--yes", "--rows", "2-40")
        stopped = self.rehome(*part, "--rate", 5, "--deadline", "2s")
        self.assertEqual(stopped.code, 3, stopped.stderr)
        self.assert_part_is_refused("rows 2 to 40", "the same import with --rows 2-40, or `rehome ")
        done = self.rehome(*part, "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.users(), 39)
        self.imports(self.file, "--limit", 50)
        self.assertEqual(self.users(), 50)

    def kept_files(self):
        """What the run directory holds; a process that was killed also leaves its socket."""
        paths = sorted(path for path in self.run_dir().iterdir() if path.is_file())
        return [(path, path.read_bytes()) for path in paths]

    def assert_part_is_refused(self, covered, way_on):
        """Of the latest run, which is open; nothing is sent and nothing is written."""
        before = self.kept_files()
        requests = self.target.counts()["requests"]
        for flags in (("--limit", 10), ("--rows", "5-50"), ("--rows", "41-60")):
            refused = self.rehome("import", self.file, "--yes", *flags)
            self.assertEqual(refused.code, 2, refused.stderr)
            self.assertIn(f"is to import {covered} of this file", refused.stderr)
            self.assertIn(way_on, refused.stderr)
        self.assertEqual(self.target.counts()["requests"], requests)
        after = self.kept_files()
        self.assertEqual(after, before)

    def test_a_part_behind_the_end_is_refused(self):
        refused = self.rehome("import", self.file, "--rows", "61-70", "--yes")
        self.assertEqual(refused.code, 2, refused.stderr)
        self.assertIn("--rows begins at row 61, and the file has 60 rows", refused.stderr)

    def test_a_file_that_moved_keeps_its_columns_in_the_row_files(self):
        self.imports(self.file, "--limit", 10)
        moved = self.file.rename(self.directory / "moved.csv")
        refused = self.rehome("resume")
        self.assertEqual(refused.code, 2, refused.stderr)
        self.assertIn("; if it moved, give its new place with --file\n", refused.stderr)
        done = self.rehome("resume", "--file", moved)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn("row files:", done.stderr)
        self.assertTrue(all(row["email"] for row in self.row_file("success")))
        self.check_laws()

    def test_the_certificates_of_the_import_are_those_of_its_resume(self):
        # Plain http needs none; a file that is gone shows whether it is asked for.
        ca_file = self.directory / "ca.pem"
        ca_file.touch()
        self.imports(self.file, "--limit", 10, "--ca-file", "ca.pem")
        ca_file.rename(self.directory / "new.pem")
        self.assertIn(f"cannot open {ca_file}: No such file", self.rehome("resume").stderr)
        self.assertEqual(self.users(), 10)
        running = self.start("resume", "--rate", "1", "--ca-file", "new.pem")
        harness.wait_until(lambda: self.users() > 10)
        running.signal(signal.SIGTERM)
        self.assertEqual(running.wait().code, -signal.SIGTERM)
        self.assertEqual(self.rehome("resume", "--rate", "none").code, 0)
        self.check_laws()

    def test_another_key_of_the_same_environment_is_told_how_to_go_on(self):
        self.imports(self.file, "--limit", 10)
        refused = self.rehome("resume", WORKOS_SECRET_KEY="sk_test_rotated")
        self.assertEqual(refused.code, 2, refused.stderr)
        self.assertRegex(refused.stderr, "another key of the same .* --target key-[0-9a-f]{12}\n")
        name = refused.stderr.split()[-1]
        self.assertEqual(self.rehome("resume", "--target", name).code, 0)

    def test_the_key_of_another_environment_does_not_go_on_because_the_target_was_named(self):
        """The name is that of the run: a key that is set for production would go on there."""
        self.imports(self.file, "--limit", 10, "--target", "staging")
        before = len(self.target.record())
        for command in ("resume", "retry", "verify"):
            refused = self.rehome(command, WORKOS_SECRET_KEY="sk_test_production")
            self.assertEqual(refused.code, 2, refused.stderr)
            self.assertIn("nothing says that this one opens the same environment", refused.stderr)
        self.assertEqual(self.target.record()[before:], [])
        # fmt: off
        said = self.rehome("resume", "--target", "staging", WORKOS_SECRET_KEY="sk_test_production")
        # fmt: on
        self.assertIn("began with another key", said.stderr)
        self.assertEqual(said.code, 4)  # which the sandbox does not know

    def start_in_warm_up(self):
        """An import that waits for seven more answers, a second each, before it reads rows."""
        self.target.settings(latency_min_ms=1000, latency_max_ms=1000)
        running = self.start("import", self.file, "--yes", "--rate", "none")
        harness.wait_until(lambda: self.target.counts()["organizations"])
        return running

    def answer_at_once(self):
        self.target.settings(latency_min_ms=0, latency_max_ms=0)

    def test_a_file_that_goes_away_is_no_refusal(self):
        running = self.start_in_warm_up()
        self.file.unlink()
        self.answer_at_once()
        done = running.wait()
        self.assertEqual(done.code, 4, done.stderr)
        self.assertEqual(self.summary()["run"]["exit_code"], 4)

    def test_rows_of_another_file_are_never_sent(self):
        running = self.start_in_warm_up()
        lines = self.file.read_text().splitlines(keepends=True)
        self.file.write_text("".join([lines[0], *reversed(lines[1:])]))
        self.answer_at_once()
        done = running.wait()
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn("the file changed since it was surveyed", done.stderr)
        self.assertEqual(self.users(), 0)
        self.file.write_text("".join(lines))
        self.assertEqual(self.rehome("resume").code, 0)
        self.check_laws()

    def test_flags_that_are_refused_leave_the_run_as_it_was(self):
        self.imports(self.file, "--limit", 10)
        before = (self.run_dir() / "run.json").read_text()
        refused = self.rehome("resume", "--concurrency", "many")
        self.assertEqual(refused.code, 2, refused.stderr)
        self.assertEqual((self.run_dir() / "run.json").read_text(), before)

    def test_a_dead_run_is_called_dead_and_how_to_go_on(self):
        self.target.settings(latency_min_ms=100, latency_max_ms=100)
        running = self.start("import", self.file, "--yes", "--rate", 10)
        harness.wait_until(lambda: self.target.counts()["organizations"] > 1)
        time.sleep(0.1)
        running.signal()
        running.wait()
        report = self.rehome("report")
        self.assertIn("Next: rehome resume", report.stdout)
        self.assertEqual(json.loads(self.rehome("runs", "--json").stdout)["state"], "dead")


class LeftOpen(harness.Case):
    """Which run a resume without one takes, and what a report says of one that died. Fast: a create
    that was on its way then may have to be looked for as long as a lag can last."""

    clock_rate = harness.FAST
    slow = ("--rate", 0.4)  # 20 writes a second in real time

    def setUp(self):
        super().setUp()
        self.sandbox()
        self.file = self.made_users("--rows", 60, "--organizations", 4, "--shape", "lean")

    def die(self, *command):
        """Runs it until it is in the middle of its users, and kills it."""
        before = self.target.counts()["users"]
        running = self.start(*command, *self.slow)
        harness.wait_until(lambda: self.target.counts()["users"] > before)
        running.signal()
        self.assertEqual(running.wait().code, -9)

    def test_a_dead_run_is_taken_before_a_later_one_that_is_finished(self):
        self.die("import", self.file, "--yes")
        dead = self.run_dir()
        self.imports(self.csv("email\nx@example.com\ny@example.com\n", "part.csv"), "--limit", 1)
        self.imports(self.csv("email\na@example.com\n", "other.csv"))
        done = self.rehome("resume", "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn(f"the latest run that is not finished is {dead.name}\n", done.stderr)
        self.assertEqual(self.target.counts()["users"], 62)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("nothing is left to do", done.stderr)
        self.assertEqual(self.target.counts()["users"], 62, "rows that nobody asked for were sent")

    def test_a_dead_run_does_not_show_why_an_earlier_process_stopped(self):
        stopped = self.rehome("import", self.file, "--yes", *self.slow, "--deadline", "50s")
        self.assertEqual(stopped.code, 3, stopped.stderr)
        self.assertIn("Stopped: the time of --deadline has come", self.rehome("report").stdout)
        self.die("resume")
        report = self.rehome("report").stdout
        self.assertIn(" · dead", report)
        self.assertNotIn("Stopped:", report)
        self.assertEqual(self.rehome("resume", "--rate", "none").code, 0)
        self.check_laws()


class Reports(harness.Case):
    """A report of a dead run has its journal for a moment: nobody fails because of that."""

    clock_rate = harness.FAST
    rounds = 8

    def setUp(self):
        super().setUp()
        self.sandbox(latency="20")
        self.file = self.made_users("--rows", 2000, "--organizations", 4)

    def start_reports(self, count=3):
        return [self.start("report", "--format", "json") for _ in range(count)]

    def check_reports(self, reports):
        for report in reports:
            done = report.wait()
            self.assertEqual(done.code, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["rows"]["read"], 2000)

    def test_beside_a_resume_they_neither_fail_nor_make_it_fail(self):
        # 100 users a second in real time: twenty seconds of work, for reports of a busy machine.
        flags = ["--rate", 4, "--concurrency", 4]
        running = self.start("import", self.file, "--yes", *flags)
        users = 0
        for _ in range(self.rounds):
            harness.wait_until(lambda: self.target.counts()["users"] > users + 30)
            running.signal()
            running.wait()
            users = self.target.counts()["users"]
            reports = self.start_reports()
            running = self.start("resume", *flags)
            while self._is_starting(running):
                reports += self.start_reports()
                self.check_reports(reports[:3])
                del reports[:3]
            self.assertIsNone(running.finished, running.stderr())
            self.check_reports(reports)
        running.signal()
        running.wait()
        running = self.start("resume", "--rate", "none", "--concurrency", 4)
        while running.poll() is None:
            self.check_reports(self.start_reports())
        self.assertEqual(running.wait().code, 0, running.stderr())
        self.assertEqual(self.target.counts()["users"], 2000)
        self.check_laws()

    def _is_starting(self, running):
        return running.poll() is None and "organization cache ready" not in running.stderr()


class Progress(harness.Case):
    """What `status` and `report` say of a resumed run while it lives, against the target's record
    and against the journal once the run is dead again."""

    def setUp(self):
        super().setUp()
        self.sandbox(latency="1")
        file = self.made_users("--rows", 3000, "--organizations", 4)
        lines = file.read_text().splitlines(keepends=True)
        for number in (10, 20, 2900):
            lines[number] = "no address" + lines[number][lines[number].index(",") :]
        self.file = self.csv("".join(lines), "some_bad.csv")

    def killed_after(self, users):
        # 500 users a second: also a late kill comes in the middle.
        running = self.start("import", self.file, "--yes", "--rate", 1000)
        harness.wait_until(lambda: self.target.counts()["users"] > users)
        running.signal()
        running.wait()

    def test_what_was_settled_before_is_counted_by_its_true_outcome(self):
        self.killed_after(1000)
        before = self.target.counts()["users"]
        resumed = self.start("resume", "--rate", "5")
        status = harness.wait_until(self._status_of_users)
        live = json.loads(self.rehome("report", "--format", "json").stdout)
        resumed.signal()
        resumed.wait()
        truth = json.loads(self.rehome("report", "--format", "json").stdout)
        self.assertEqual(truth["run"]["state"], "dead")
        in_flight = 64
        for shown in (status["summary"], live):
            rows = {kind: count for kind, count in shown["rows"].items() if count}
            self.assertEqual(set(rows), {"read", "created", "rejected", "unprocessed"})
            self.assertEqual(rows["rejected"], 2)
            self.assertGreaterEqual(rows["created"], before - in_flight)
            self.assertLessEqual(rows["created"], truth["rows"]["created"])
            self.assertEqual(rows["created"] + 2 + rows["unprocessed"], 3000)
            self._assert_phases_near(shown, truth, in_flight)
            errors = [(group["code"], group["count"]) for group in shown["errors"]]
            self.assertEqual(errors, [("email_invalid", 2)])

    def _assert_phases_near(self, shown, truth, in_flight):
        """Nothing is counted twice, and nothing that was settled is missing."""
        allowances = {"organizations": 0, "users": in_flight, "memberships": in_flight}
        for phase, allowed in allowances.items():
            counts = [self._made(summary, phase) for summary in (shown, truth)]
            self.assertLessEqual(counts[0], counts[1], phase)
            # Between the snapshot and the kill the import went on, at 5 writes a second.
            self.assertGreaterEqual(counts[0], counts[1] - allowed - 40, phase)

    def _made(self, summary, phase):
        return next(line for line in summary["phases"] if line["phase"] == phase)["created"]

    def _status_of_users(self):
        shown = self.rehome("status", "--json")
        status = json.loads(shown.stdout) if shown.code == 0 else {}
        return status if status.get("live") and status.get("phase") == "users" else None


class Waiting(harness.Case):
    def test_a_run_that_ends_while_its_resume_waits_is_left_alone(self):
        self.sandbox(latency="200")
        file = self.made_users("--rows", 200, "--organizations", 4, "--shape", "lean")
        running = self.start("import", file, "--yes", "--rate", 40)
        harness.wait_until(lambda: self.target.counts()["users"])
        waiting = self.start("resume", "--wait", "60s")
        harness.wait_until(lambda: "waiting: " in waiting.stderr())
        running.signal(signal.SIGTERM)
        self.assertEqual(running.wait().code, -signal.SIGTERM)
        resumed = self.start("resume", "--wait", "60s", "--rate", "none")
        ends = [waiting.wait(), resumed.wait()]
        for end in ends:
            self.assertEqual(end.code, 0, end.stderr)
        left_alone = [end for end in ends if "nothing is left to do" in end.stderr]
        self.assertEqual(len(left_alone), 1, [end.stderr for end in ends])
        self.assertEqual(self.target.counts()["users"], 200)
        self.check_laws()

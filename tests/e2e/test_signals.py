"""Signals: a run ends in order, says how to go on, and can be continued."""

import json
import os
import signal
import subprocess
import threading
import time
import unittest

import faults
import harness
from faulty_target import FaultyTarget


class Interrupt(faults.Case):
    def interrupted(self, number, state):
        """Sends a signal into a run, which drains, says how to go on and dies by it."""
        # In real time, so that no answer is late; ten seconds of work are left at the signal.
        self.sandbox(latency="2-8", clock_rate=1)
        running = self.start("import", self.entangled(), "--yes", "--rate", 300)
        self.wait_for_requests(300)
        running.signal(number)
        done = running.wait(30)
        self.assertEqual(done.code, -number, done.stderr)
        run_id = self.run_dir().name
        self.assertIn("stopping: finishing what was sent (again: stop at once)\n", done.stderr)
        self.assertIn(f"Next: rehome resume {run_id}\n", done.stderr)
        rows = self.summary()["rows"]
        self.assertGreater(rows["unprocessed"], 0)
        self.assertEqual(self.summary()["run"]["state"], "interrupted")
        self.assertEqual(self.summary()["run"]["exit_code"], state)
        # Everything that was sent has its answer in the journal.
        in_doubt = sum(phase["in_doubt"] for phase in self.summary()["phases"])
        self.assertEqual(in_doubt, 0)
        before = self.target.counts()["requests"]
        time.sleep(0.2)
        self.assertEqual(self.target.counts()["requests"], before)
        return run_id

    def test_sigint_drains_and_the_run_can_be_resumed(self):
        run_id = self.interrupted(signal.SIGINT, 130)
        done = self.rehome("resume", run_id, "--rate", "none", "--no-verify")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()
        self.assert_nothing_failed()
        # Each object was asked for once: after an orderly end nothing has to be looked up.
        counts = self.target.counts()["by_operation"]
        self.assertNotIn("GET /user_management/users", counts)
        self.assertEqual(counts["POST /user_management/users"], self.wanted["users"])

    def test_sigterm_drains_and_the_run_can_be_resumed(self):
        run_id = self.interrupted(signal.SIGTERM, 143)
        done = self.rehome("resume", run_id, "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()

    def test_a_run_can_be_interrupted_again_and_again(self):
        self.sandbox(latency="2-8", clock_rate=1)
        arguments = ("import", self.entangled(), "--yes", "--rate", 300)
        for least in (200, 400, 600):
            running = self.start(*arguments)
            self.wait_for_requests(least)
            running.signal(signal.SIGINT)
            self.assertEqual(running.wait(30).code, -signal.SIGINT)
            arguments = ("resume",)
        done = self.rehome("resume", "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()
        self.assert_nothing_failed()

    def test_a_second_signal_stops_at_once_and_the_run_can_still_be_resumed(self):
        # Each answer takes 25 s, so that the first signal has something to wait for.
        self.sandbox(latency="25000", clock_rate=1)
        running = self.start("import", self.csv("email\na@example.com\nb@example.com\n"), "--yes")
        self.wait_for_requests(1)
        running.signal(signal.SIGINT)
        faults.wait_for_text(running, "stopping: finishing what was sent (again: stop at once)\n")
        began = time.monotonic()
        running.signal(signal.SIGINT)
        done = running.wait(30)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(done.code, -signal.SIGINT)
        run_id = self.run_dir().name
        self.assertIn(f"stopped at once; continue with: rehome resume {run_id}\n", done.stderr)
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.wanted = {"users": 2, "organizations": 0, "memberships": 0}
        self.assert_whole()
        self.assert_no_write_was_refused()

    def test_the_first_signal_is_answered_within_a_tenth_of_a_second(self):
        self.sandbox(latency="25000", clock_rate=1)
        file = self.csv("email\na@example.com\nb@example.com\n")
        answered = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            requests = self.target.counts()["requests"]
            running = self.start("import", file, "--yes")
            self.wait_for_requests(requests + 1)
            faults.wait_for_text(running, "run ")
            began = time.monotonic()
            running.signal(number)
            while "stopping: finishing what was sent" not in running.stderr():
                self.assertIsNone(running.poll(), running.stderr())
                time.sleep(0.001)
            answered.append(time.monotonic() - began)
            running.signal(number)
            self.assertEqual(running.wait(30).code, -number)
        # A command that does nothing shows the share of a machine that others use too.
        allowed = 0.1 + 3 * self.rehome("--version").seconds
        self.assertLess(min(answered), allowed, answered)

    def test_sigterm_during_warm_up_is_an_orderly_end_too(self):
        # Eighty look-ups and creates of organizations, 0.1 s each.
        self.sandbox(latency="100", clock_rate=1)
        running = self.start("import", self.entangled(), "--yes", "--rate", "none")
        self.wait_for_requests(12)
        running.signal(signal.SIGTERM)
        done = running.wait(30)
        self.assertEqual(done.code, -signal.SIGTERM, done.stderr)
        self.assertEqual(self.target.counts()["users"], 0)
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()
        self.assert_no_write_was_refused()

    def test_a_hang_up_does_not_stop_the_run(self):
        self.sandbox(latency="5-40")
        running = self.start("import", self.entangled(), "--yes")
        self.wait_for_requests(300)
        running.signal(signal.SIGHUP)
        self.assertEqual(running.wait().code, 0)
        self.assert_whole()

    def test_a_key_that_is_refused_during_the_drain_is_fatal_and_no_mere_interruption(self):
        self.sandbox()
        asked, answer = threading.Event(), threading.Event()

        def refuse_late(*_):
            asked.set()
            answer.wait(60)
            return 401, '{"message":"Unauthorized"}'

        faulty = FaultyTarget(self.target, refuse_late)
        self.addCleanup(faulty.stop)
        self.addCleanup(answer.set)
        file = self.csv("email\na@example.com\nb@example.com\n")
        running = self.start("import", file, "--yes", REHOME_ENDPOINT=faulty.url)
        self.assertTrue(asked.wait(30))
        running.signal(signal.SIGINT)
        faults.wait_for_text(running, "stopping: finishing what was sent (again: stop at once)\n")
        answer.set()
        done = running.wait(30)
        self.assertEqual(done.code, 4, done.stderr)
        summary = self.summary()
        self.assertEqual((summary["run"]["state"], summary["run"]["exit_code"]), ("failed", 4))
        self.assertRegex(summary["stop_reason"], "^the target refused the API key .* put the right")

    def test_a_shell_sees_130(self):
        # Its pace keeps the run busy for half a minute.
        self.sandbox(clock_rate=1)
        file = self.csv("email\n" + "".join(f"user{n}@example.com\n" for n in range(30)))
        shell = subprocess.Popen(
            ["sh", "-c", '"$0" "$@"; echo "code $?"', harness.binary(), "import", str(file), "--yes"]
            + ["--rate", "1"],
            env=self.environment(),
            cwd=self.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.addCleanup(shell.wait)
        self.wait_for_requests(1)
        status = self.run_dir() / "status.json"
        harness.wait_until(status.exists)
        os.kill(json.loads(status.read_text())["pid"], signal.SIGINT)
        self.assertEqual(shell.communicate(timeout=30)[0], "code 130\n")


class Output(faults.Case):
    def test_a_reader_that_leaves_does_not_stop_the_import(self):
        self.sandbox(latency="5-40")
        file = self.entangled()
        # fmt: off
        process = subprocess.Popen(
            [harness.binary(), "import", str(file), "--yes", "--json", "--clock-rate",
             str(self.clock_rate)],
            env=self.environment(), cwd=self.directory, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        # fmt: on
        self.assertTrue(process.stdout.readline().startswith(b"{"))
        process.stdout.close()
        self.assertEqual(process.wait(harness.LIMIT_SECONDS), 0)
        self.assert_whole()
        events = (self.run_dir() / "events.jsonl").read_text().splitlines()
        self.assertIn('"run_ended"', events[-1])

    def test_a_closed_stderr_does_not_stop_the_import(self):
        self.sandbox()
        file = self.entangled(rows=100)
        # fmt: off
        done = subprocess.run(
            ["sh", "-c", '"$0" "$@" 2>&-', harness.binary(), "import", str(file), "--yes",
             "--clock-rate", str(self.clock_rate)],
            env=self.environment(), cwd=self.directory, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, timeout=harness.LIMIT_SECONDS, check=False)
        # fmt: on
        self.assertEqual(done.returncode, 0)
        self.assert_whole()


if __name__ == "__main__":
    unittest.main()

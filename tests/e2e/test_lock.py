# runs alone
"""The lock of a target: one run at a time, the others are told at once by whom and what to do."""

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

import crashes
import faults
import harness
import laws

# What a refused start may take more than a start that does nothing, and of the processor.
REFUSED_SECONDS = 0.1
REFUSED_CPU_SECONDS = 0.05
WAIT_SECONDS = 60
# So many of the refused have to keep that; the others may have met a busy machine.
SHARE_WITHIN = 0.95
SINCE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \(\d+:\d\d\.\d ago\)"


class Start:
    """One process of a round. What it said, `cpu` in seconds and `ended` on the monotonic clock are
    there once it has ended."""

    def __init__(self, arguments, **others):
        self._stderr = tempfile.TemporaryFile()
        self.began = time.monotonic()
        # fmt: off
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._stderr,
            **others)
        # fmt: on
        self.ended = None

    def wait(self):
        _, status, usage = os.wait4(self.process.pid, 0)
        ended = time.monotonic()
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self._stderr.seek(0)
        self.stderr = self._stderr.read().decode()
        self._stderr.close()
        self.cpu = usage.ru_utime + usage.ru_stime
        self.ended = ended

    def kill(self):
        if self.ended is None:
            self.process.kill()


class Round:
    """Processes that are started at the same moment, each with a thread that waits for its end."""

    def __init__(self, count, start):
        self.starts = []
        self._change = threading.Condition()
        self._barrier = threading.Barrier(count)
        self._threads = [threading.Thread(target=self._run, args=(start,)) for _ in range(count)]
        for thread in self._threads:
            thread.start()
        self._wait_for(lambda: len(self.starts) == count)

    def _run(self, start):
        self._barrier.wait()
        started = start()
        with self._change:
            self.starts.append(started)
            self._change.notify_all()
        started.wait()
        with self._change:
            self._change.notify_all()

    def _wait_for(self, holds):
        with self._change:
            return self._change.wait_for(holds, WAIT_SECONDS)

    def ended(self):
        return [it for it in self.starts if it.ended is not None]

    def wait_for_ends(self, count):
        return self._wait_for(lambda: len(self.ended()) >= count)

    def kill(self):
        """Whatever is left, also stopped."""
        for it in self.starts:
            it.kill()
        for thread in self._threads:
            thread.join()


class Race:
    """Rounds of simultaneous starts; those who mix it in say how many of each."""

    starts = 4
    rounds = faults.environment_number("REHOME_ROUNDS", 300)
    # Every so manieth round lets all come to the lock before one may take it.
    gathered_every = 5

    def start_import(self, file, **shim):
        """A start without the harness, which would look at it only now and then."""
        # fmt: off
        return Start(
            [harness.binary(), "import", str(file), "--yes"], env=self.environment(**shim),
            cwd=self.directory)
        # fmt: on

    def base_line(self):
        """Seconds of as many starts that do nothing: the share of the machine, not of the lock."""
        start = lambda: Start([harness.binary(), "--version"])  # noqa: E731
        idle = Round(self.starts, start)
        self.assertTrue(idle.wait_for_ends(self.starts), "a start of --version did not end")
        idle.kill()
        return max(it.ended - it.began for it in idle.starts)

    def gather(self, these):
        """Waits until each is stopped before its flock, then lets all go on at once."""

        def all_stopped():
            return all(state_of(it.process.pid) == "T" for it in these.starts)

        harness.wait_until(all_stopped)
        for it in these.starts:
            it.began = time.monotonic()
            it.process.send_signal(signal.SIGCONT)

    def race(self, file, gathered):
        """One round: gives the refused. The winner is killed."""
        # fmt: off
        shim = dict(LD_PRELOAD=crashes.shim_path(), SHIM_RUNS=self.runs_dir,
                    SHIM_LOCKS=self._lock_directory(), SHIM_AT="flock:lock:1:before:pause"
                    ) if gathered else {}
        # fmt: on
        requests = self.target.counts()["requests"]
        these = Round(self.starts, lambda: self.start_import(file, **shim))
        try:
            if gathered:
                self.gather(these)
            these.wait_for_ends(self.starts - 1)
            refused = these.ended()
            winners = self.starts - len(refused)
            laws.require(winners == 1, f"{winners} winners of {self.starts} starts")
            codes = [it.process.returncode for it in refused]
            laws.require(set(codes) == {75}, f"exit codes of the refused: {codes}")
            # The winner sends one request, whose answer does not come: more are of the refused.
            asked = harness.wait_until(lambda: self.target.counts()["requests"] - requests)
            laws.require(asked == 1, f"{asked} requests, of which the winner has sent one")
        finally:
            these.kill()
        return refused

    def test_simultaneous_starts_have_one_winner_and_all_others_are_refused(self):
        # The first answer never comes, so each winner works until it is killed; the next round
        # shows that it blocks nobody.
        self.sandbox(latency="3600000", clock_rate=1)
        file = self.csv("email\na@example.com\n")
        more, cpu = [], []
        for number in range(self.rounds):
            with self.subTest(round=number):
                gathered = number % self.gathered_every == 0 and can_gather()
                base = self.base_line()
                for it in self.race(file, gathered):
                    self.assertIn("is locked: another run is working on it", it.stderr)
                    more.append(it.ended - it.began - base)
                    cpu.append(it.cpu)
        self.assert_quick(more, REFUSED_SECONDS, "s beyond a start of --version")
        self.assert_quick(cpu, REFUSED_CPU_SECONDS, "s of the processor")

    def assert_quick(self, seconds, most, what):
        self.assertTrue(seconds, "no round came to its end")
        over = sum(it > most for it in seconds)
        print(
            f"{self.rounds} rounds of {self.starts}, {len(seconds)} refused, {what}: median "
            f"{statistics.median(seconds):.3f}, slowest {max(seconds):.3f}, {over} over {most}"
        )
        self.assertLessEqual(over, (1 - SHARE_WITHIN) * len(seconds), what)


def state_of(pid):
    return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0]


def can_gather():
    """Nothing is preloaded into a build with a sanitizer."""
    return os.environ.get("REHOME_SHIM") != ""


class FourStarts(Race, faults.Case):
    pass


class SixteenStarts(Race, faults.Case):
    starts = 16
    rounds = faults.environment_number("REHOME_ROUNDS", 50)


class Holder(faults.Case):
    """One run that holds its target for as long as the test wants."""

    def test_the_refused_is_told_who_where_which_since_when_why_and_what_now(self):
        holder = self.hold("--target", "staging")
        done = self.rehome("import", self.file, "--yes", "--target", "staging")
        self.assertEqual(done.code, 75)
        run_id = self.run_dir().name
        who = f"{self.user()}@{re.escape(socket.gethostname())}, pid {holder.pid} \\(running\\)"
        self.assertRegex(
            done.stderr,
            '^rehome: target "staging" is locked: another run is working on it, so nothing was '
            "sent\n"
            f"  holder:  {who}\n"
            f"  command: rehome import {re.escape(str(self.file))} --yes --target staging\n"
            f"  run:     {run_id} in {re.escape(str(self.run_dir()))}\n"
            f"  since:   {SINCE}\n"
            "why: two imports at once can be given each other's cached answers, and both would "
            "create the same organizations and users \\(docs/parallel-runs.md\\)\n"
            "what now: wait for it with `--wait 10m`, look at it with "
            f"`rehome status {run_id}`, or stop it \\(it can be resumed\\)\n"
            "a holder that crashed blocks nobody: its lock ended with its process\n"
            "no run was kept for later: the holder imports this very file\n$",
        )
        self.assertEqual(self.target.counts()["requests"], 1)
        self.assertEqual(len(self.started_runs()), 1, "the refused one left a run")

    def test_resume_is_refused_too(self):
        holder = self.hold()
        done = self.rehome("resume")
        self.assertEqual(done.code, 75, done.stderr)
        self.assertIn(f"pid {holder.pid} (running)", done.stderr)

    def test_a_killed_holder_blocks_nobody(self):
        holder = self.hold()
        self.assertEqual(self.rehome("lock", "check").code, 75)
        holder.signal()
        holder.wait()
        self.assertEqual(self.rehome("lock", "check").code, 0)
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        done = self.rehome("import", self.file, "--yes")  # by the clock of the one that was killed
        self.assertEqual(done.code, 0, done.stderr)

    def test_a_stopped_holder_still_holds(self):
        holder = self.hold()
        holder.signal(signal.SIGSTOP)
        self.addCleanup(holder.signal, signal.SIGCONT)
        self.assertEqual(self.rehome("import", self.file, "--yes").code, 75)
        self.assertEqual(self.rehome("lock", "check").code, 75)

    def test_lock_status_and_check_say_who_holds_the_target(self):
        self.sandbox()
        free = self.rehome("lock", "status", "--target", "staging")
        self.assertEqual((free.code, free.stdout), (0, self.free_text()))
        self.assertEqual(self.rehome("lock", "check", "--target", "staging").code, 0)
        told = json.loads(self.rehome("lock", "status", "--target", "staging", "--json").stdout)
        self.assertEqual((told["target"], told["held"]), ("staging", False))
        self.assertNotIn("holder", told)

        holder = self.hold("--target", "staging")
        self.assertEqual(self.rehome("lock", "status", "--target", "staging").code, 0)
        check = self.rehome("lock", "check", "--target", "staging")
        self.assertEqual(check.code, 75)
        self.assertIn(f"target staging at {self.target.url} is held by ", check.stdout)
        self.assertIn(f", pid {holder.pid}, since ", check.stdout)
        told = self.rehome("lock", "check", "--target", "staging", "--json")
        self.assertEqual(told.code, 75)
        told = json.loads(told.stdout)
        self.assertEqual(told["held"], True)
        self.assertEqual(told["holder"]["pid"], holder.pid)
        self.assertEqual(told["holder"]["run"], self.run_dir().name)
        self.assertIn("rehome import", told["holder"]["command"])
        quiet = self.rehome("lock", "check", "--target", "staging", "-q")
        self.assertEqual((quiet.code, quiet.stdout, quiet.stderr), (75, "", ""))

    def test_lock_questions_do_not_disturb_a_start(self):
        self.sandbox()
        file = self.csv("email\na@example.com\n")
        stop = threading.Event()
        asked = []

        def ask():
            while not stop.is_set():
                asked.append(self.rehome("lock", "check").code)

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            codes = [self.rehome("import", file, "--yes").code for _ in range(10)]
        finally:
            stop.set()
            thread.join()
        self.assertEqual(codes, [0] * 10)
        self.assertTrue(set(asked) <= {0, 75})

    def test_wait_gets_the_lock_when_it_is_given_back(self):
        holder = self.hold()
        other = self.csv("email\nb@example.com\n", name="other.csv")
        waiting = self.start("import", other, "--yes", "--wait", "30s")
        faults.wait_for_text(waiting, "waiting: target ")
        self.assertIsNone(waiting.poll())
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        holder.signal()
        holder.wait()
        done = waiting.wait(30)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertRegex(done.stderr, r"\nLock: waited \d+:\d\d\.\d\.\n")

    def test_wait_gives_up_after_its_time(self):
        self.hold()
        done = self.rehome("import", self.file, "--yes", "--wait", "300ms")
        self.assertEqual(done.code, 75)
        self.assertGreaterEqual(done.seconds, 0.3)
        self.assertLess(done.seconds, 20)

    def test_an_interrupt_while_waiting_ends_at_once(self):
        self.hold()
        waiting = self.start("import", self.file, "--yes", "--wait", "1h")
        faults.wait_for_text(waiting, "waiting: target ")
        waiting.signal(signal.SIGINT)
        self.assertEqual(waiting.wait(20).code, -signal.SIGINT)

    def test_two_targets_do_not_exclude_each_other(self):
        self.hold("--target", "staging")
        other = self.csv("email\nb@example.com\n", name="other.csv")
        second = self.start("import", other, "--yes", "--target", "production")
        self.wait_for_requests(2)
        self.assertIsNone(second.poll())
        self.assertEqual(self.rehome("lock", "check", "--target", "production").code, 75)
        self.assertEqual(self.rehome("lock", "check", "--target", "third").code, 0)

    def test_reading_commands_work_beside_a_running_import(self):
        self.sandbox(clock_rate=1)
        # Eight seconds of work.
        file = self.entangled(rows=300, organizations=10)
        running = self.start("import", file, "--yes", "--rate", 60)
        self.wait_for_requests(60)
        run_id = self.run_dir().name
        harness.wait_until((self.run_dir() / "status.json").exists)
        for command, says in (
            (("status",), run_id),
            (("status", run_id[-4:]), run_id),
            (("runs",), "running"),
            (("report",), run_id),
            (("report", "--format", "json"), f'"run_id":"{run_id}"'),
        ):
            with self.subTest(command=command):
                done = self.rehome(*command)
                self.assertEqual(done.code, 0, done.stderr)
                self.assertIn(says, done.stdout + done.stderr)
                self.assertLess(done.seconds, 10)
        self.assertIsNone(running.poll(), "the import ended before it was looked at")
        self.assertEqual(running.wait().code, 0)
        self.assert_whole()

    def user(self):
        return subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout[:-1]

    def free_text(self):
        return f"target staging at {self.target.url} is free\n"


if __name__ == "__main__":
    unittest.main()

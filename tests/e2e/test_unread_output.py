"""Output that nobody reads, such as that of a pager on its first page: the import goes on, and its
files are there before anybody has read a line of it. Whoever reads later gets every line, in order.
"""

import concurrent.futures
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
import unittest
from pathlib import Path

import faults
import harness

ORGANIZATIONS = 1000


class UnreadOutput(faults.Case):
    def start_unread(self, *arguments, full=False):
        """Starts rehome with stdout and stderr as pipes of one page each, which nobody reads, and
        which are `full` from the beginning if asked."""
        ends = [os.pipe() for _ in "oe"]
        for _, writer in ends:
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
            if full:
                os.write(writer, b"x" * 4096)
        # fmt: off
        process = subprocess.Popen(
            [harness.binary(), *map(str, arguments), "--clock-rate", str(self.clock_rate)],
            env=self.environment(), cwd=self.directory, stdin=subprocess.DEVNULL,
            stdout=ends[0][1], stderr=ends[1][1])
        # fmt: on
        for _, writer in ends:
            os.close(writer)
        self.stdout, self.stderr = [os.fdopen(reader) for reader, _ in ends]
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(self.stdout.close)
        self.addCleanup(self.stderr.close)
        return process

    def start_import(self, organizations=ORGANIZATIONS, **sandbox):
        """More lines than the pipes hold: one of each kind for ten organizations."""
        self.sandbox(**sandbox)
        file = self.entangled(rows=organizations + 200, organizations=organizations)
        return self.start_unread("import", file, "--yes", "--json", "--progress", "plain")

    def read_to_the_end(self):
        """All of stdout, and the lines of stderr."""
        with concurrent.futures.ThreadPoolExecutor() as readers:
            texts = readers.map(lambda stream: stream.read(), (self.stdout, self.stderr))
        stdout, stderr = texts
        return stdout, stderr.splitlines()

    def wait_for_end(self, state):
        """Until a run has ended so, and its summary, which is written last, says it too."""

        def state_in(path):
            return path.exists() and json.loads(path.read_text()).get("run", {}).get("state")

        def has_state():
            return any(state_in(run / "summary.json") == state for run in self.started_runs())

        harness.wait_until(has_state)

    def warm_ups(self, events):
        return [event["done"] for event in events if event["type"] == "warm_up"]

    def test_the_import_comes_to_its_end_before_anybody_reads_and_no_line_is_lost(self):
        process = self.start_import()
        wanted = self.wanted
        harness.wait_until(
            lambda: {k: v for k, v in self.target.counts().items() if k in wanted} == wanted
        )
        self.wait_for_end("finished")
        self.assertIsNone(process.poll(), "nothing waited for the reader: too few lines")
        self.assert_whole()
        # A line of each ten organizations, and all of them in their order.
        steps = list(range(10, ORGANIZATIONS + 1, 10))
        lines, told = self.read_to_the_end()
        said = [line for line in told if line.startswith("organizations: ")]
        counts = [f"organizations: {step}/{ORGANIZATIONS} " for step in steps]
        self.assertEqual([line[: len(count)] for line, count in zip(said, counts)], counts)
        self.assertEqual(len(said), len(counts))
        ready = told.index(f"organization cache ready: {ORGANIZATIONS:,} cached")
        self.assertLess(told.index(said[-1]), ready)
        self.assertIn("are accounted for", "".join(told[ready:]))
        self.assertEqual(lines, (self.run_dir() / "events.jsonl").read_text())
        events = [json.loads(line) for line in lines.splitlines()]
        self.assertEqual(self.warm_ups(events), steps)
        self.assertEqual((events[0]["type"], events[-1]["type"]), ("version", "run_ended"))
        self.assertEqual(process.wait(30), 0)

    def test_an_interrupt_drains_the_run_although_nobody_reads(self):
        process = self.start_import(latency="100")
        harness.wait_until(lambda: self.target.counts()["users"] > 20)
        process.send_signal(signal.SIGINT)
        self.wait_for_end("interrupted")
        self.assertEqual(self.summary()["run"]["exit_code"], 130)
        # What is left is to be read; the second signal stops at once.
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), -signal.SIGINT)
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        self.assertEqual(self.rehome("resume").code, 0)
        self.assert_whole()
        self.assert_no_write_was_refused()

    def test_a_second_interrupt_stops_at_once_although_nobody_reads(self):
        self.clock_rate = 1
        self.sandbox(latency="20000")
        file = self.csv("email\na@example.com\n")
        process = self.start_unread("import", file, "--yes", "--json")
        self.wait_for_requests(1)
        self.fill(self.stdout)
        self.fill(self.stderr)
        process.send_signal(signal.SIGINT)
        harness.wait_until(lambda: not self.is_pending(process, signal.SIGINT))
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(5), -signal.SIGINT)

    def fill(self, reader):
        """Leaves no room in the pipe, without changing how its other writers write."""
        writer = os.open(f"/proc/self/fd/{reader.fileno()}", os.O_WRONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, b"x")
        os.close(writer)

    def is_pending(self, process, number):
        status = Path(f"/proc/{process.pid}/status").read_text()
        pending = next(line for line in status.splitlines() if line.startswith("ShdPnd:"))
        return int(pending.split()[1], 16) >> (number - 1) & 1

    def test_a_signal_ends_the_wait_for_the_reader_of_a_finished_run(self):
        process = self.start_import()
        self.wait_for_end("finished")
        for line in self.stderr:
            if "rows are accounted for" in line:
                break
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), -signal.SIGTERM)
        self.assert_whole()

    def test_a_signal_ends_a_finished_run_of_which_nobody_reads_a_line(self):
        process = self.start_import()
        self.wait_for_end("finished")
        harness.wait_until(lambda: len(self.ends_of_runs()) == 1)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), -signal.SIGTERM)

    def start_verification(self):
        """One of a finished run, of which nobody reads another byte."""
        self.clock_rate = 1
        self.sandbox()
        self.imports(self.csv("email\na@example.com\n"), "--no-verify")
        self.target.settings(latency_min_ms=1000, latency_max_ms=1000)
        before = self.target.counts()["requests"]
        process = self.start_unread("verify", "--json")
        self.wait_for_requests(before + 1)
        self.fill(self.stdout)
        self.fill(self.stderr)
        return process

    def ends_of_runs(self):
        lines = (self.run_dir() / "events.jsonl").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        return [event for event in events if event["type"] == "run_ended"]

    def test_a_signal_ends_an_interrupted_verification_that_nobody_reads(self):
        process = self.start_verification()
        process.send_signal(signal.SIGINT)
        harness.wait_until(lambda: len(self.ends_of_runs()) == 2)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), -signal.SIGINT)
        end = self.ends_of_runs()[-1]
        told = [end[name] for name in ("state", "exit_code", "run_exit_code")]
        self.assertEqual(told, ["finished", 130, 0])

    def test_a_signal_ends_a_finished_verification_that_nobody_reads(self):
        process = self.start_verification()
        harness.wait_until(lambda: len(self.ends_of_runs()) == 2)
        self.assertEqual(self.summary()["verification"], "clean")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(10), -signal.SIGTERM)

    def test_a_signal_ends_a_run_that_cannot_begin_and_that_nobody_reads(self):
        self.clock_rate = 1
        self.sandbox()
        self.imports(self.csv("email\na@example.com\nb@example.com\n"), "--limit", 1)
        run = self.run_dir()
        (run / "events.jsonl").unlink()
        (run / "events.jsonl").mkdir()
        process = self.start_unread("resume", run.name, full=True)
        harness.wait_until(
            lambda: json.loads((run / "status.json").read_text())["pid"] == process.pid
        )
        time.sleep(0.5)  # by now it tells why
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(10), -signal.SIGINT)

    def test_a_run_whose_reader_leaves_later_ends_well(self):
        process = self.start_import()
        self.wait_for_end("finished")
        self.stdout.close()
        self.stderr.close()
        self.assertEqual(process.wait(30), 0)
        self.assert_whole()


if __name__ == "__main__":
    unittest.main()

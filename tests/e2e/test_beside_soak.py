# label: soak
"""What reads a run beside it: nothing fails, and the import is not slowed. In real time."""

import statistics
import threading
import unittest

import harness

ROWS = 2650  # a minute at the documented quota
PAIRS = 2
READERS = (("status", "--watch"), ("report",), ("runs",), ("lock", "check", "-q"))
# The target may be free again, or not yet taken, when `lock check` looks.
ANSWERS = {("lock", "check", "-q"): {0, 75}}


class Beside(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox(latency="20")
        self.file = self.made_users("--rows", ROWS, "--organizations", 10, "--shape", "lean")

    def read(self, command, ended, counts):
        while not ended.is_set():
            done = self.rehome(*command)
            counts[command] = counts.get(command, 0) + 1
            if done.code not in ANSWERS.get(command, {0}):
                counts.setdefault("failed", []).append((command, done.code, done.stderr))

    def seconds(self, readers, number):
        """How long an import takes, with readers beside it or without."""
        self.target.reset()
        counts = {}
        ended = threading.Event()
        # fmt: off
        running = self.start("import", self.file, "--yes", "--no-verify",
                             "--runs-dir", self.directory / f"runs-{number}")
        # fmt: on
        self.runs_dir = self.directory / f"runs-{number}"
        harness.wait_until(lambda: self.target.counts()["users"] > 0)
        threads = [
            threading.Thread(target=self.read, args=(command, ended, counts)) for command in readers
        ]
        for thread in threads:
            thread.start()
        done = running.wait()
        ended.set()
        for thread in threads:
            thread.join()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn("failed", counts)
        self.assertEqual(self.target.counts()["users"], self.summary()["rows"]["created"])
        return done.seconds, counts

    def test_readers_neither_fail_nor_slow_an_import(self):
        alone, beside = [], []
        for number in range(PAIRS):
            alone.append(self.seconds((), f"{number}-alone")[0])
            seconds, counts = self.seconds(READERS, f"{number}-beside")
            beside.append(seconds)
            print({" ".join(command): count for command, count in counts.items()})
        ratio = statistics.mean(beside) / statistics.mean(alone)
        print(f"alone {alone}, beside readers {beside}: {100 * (ratio - 1):+.2f} %")
        self.assertLess(ratio, 1.02)


if __name__ == "__main__":
    unittest.main()

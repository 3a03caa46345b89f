"""kill -9 at any moment, then `rehome resume`: nothing twice, nothing lost, no false error.

REHOME_KILLS says how many moments are tried, REHOME_SEED where the series begins.
"""

import random
import time
import unittest

import faults
import harness

SEED = faults.environment_number("REHOME_SEED", time.time_ns() % 1_000_000)
# The import takes about this long, so that moments are spread over all of it.
SECONDS = 2.0
MOST_KILLS_OF_A_RUN = 3


class Kill(faults.Case):
    kills = 12

    def kill_and_resume(self, moments, **sandbox):
        """Starts an import, kills it and its resumptions at these moments after their starts, and
        lets the last resumption end."""
        self.sandbox(latency="5-40", **sandbox)
        file = self.entangled()
        arguments = ("import", file, "--yes")
        for moment in moments:
            running = self.start(*arguments)
            faults.sleep_until(running.began + moment)
            running.signal()
            running.wait()
            # A kill before the run was on disk has sent nothing; the import is typed again.
            if self.started_runs():
                arguments = ("resume",)
        done = self.rehome(*arguments)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(len(self.started_runs()), 1)
        self.assert_nothing_failed()
        self.assert_whole()
        self.assert_no_write_was_refused()

    def test_any_moment_leaves_nothing_twice_and_nothing_lost(self):
        wanted = faults.environment_number("REHOME_KILLS", self.kills)
        print(f"seed {SEED}, {wanted} kills")
        series = random.Random(SEED)
        kills = 0
        attempt = 0
        while kills < wanted:
            moments = [
                series.uniform(0.0, SECONDS)
                for _ in range(series.choice((1, 1, 2, MOST_KILLS_OF_A_RUN)))
            ]
            # The laws hold also where the target would accept duplicates, and where it shows what
            # was written only after a while.
            sandbox = {"unique": series.random() < 0.5, "lag": series.choice((0, 2))}
            with self.subTest(seed=SEED, attempt=attempt, moments=moments, **sandbox):
                self.runs_dir = self.directory / f"runs-{attempt}"
                self.kill_and_resume(moments, **sandbox)
            self.target.stop()
            kills += len(moments)
            attempt += 1
        print(f"{kills} kills in {attempt} imports")

    def test_a_kill_before_the_first_request_sends_nothing(self):
        file = self.entangled()
        # On a loaded machine an import may have sent something before its kill gets its turn.
        for attempt in range(20):
            self.runs_dir = self.directory / f"runs-{attempt}"
            self.sandbox()
            running = self.start("import", file, "--yes")
            running.signal()
            running.wait()
            if self.target.counts()["requests"] == 0:
                break
            self.target.stop()
        else:
            self.fail("no import was killed before its first request")
        done = self.rehome("import", file, "--yes")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()

    def test_an_answer_that_never_arrived_is_looked_up_before_anything_is_sent(self):
        self.sandbox(latency="20000", unique=False, clock_rate=1)
        self.wanted = {"users": 1, "organizations": 0, "memberships": 0}
        running = self.start("import", self.csv("email\na@example.com\n"), "--yes")
        harness.wait_until(lambda: self.target.counts()["users"] == 1)
        running.signal()
        running.wait()
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        done = self.rehome("resume", "--no-verify")
        self.assertEqual(done.code, 0, done.stderr)
        asked = [f"{it['method']} {it['path'].split('&')[0]}" for it in self.target.record()]
        looked_up = "GET /user_management/users?email=a%40example.com"
        self.assertEqual(asked, ["POST /user_management/users", looked_up])
        self.assert_rows(read=1, created=1)
        self.assert_whole()

    def test_importing_the_same_file_again_continues_the_killed_run(self):
        self.sandbox(latency="5-40")
        file = self.entangled()
        # 600 writes a second in real time: some five seconds are left to kill it in.
        running = self.start("import", file, "--yes", "--rate", 12)
        self.wait_for_requests(500)
        running.signal()
        running.wait()
        done = self.rehome("import", file, "--yes")
        self.assertEqual(done.code, 0, done.stderr)
        run_id = self.run_dir().name
        self.assertIn(f"continuing run {run_id} of the same file\n", done.stderr)
        self.assertEqual(len(self.started_runs()), 1)
        self.assert_whole()


if __name__ == "__main__":
    unittest.main()

# runs alone
"""kill -9 at random moments of an import and of its resumptions, twice in a row too.

REHOME_KILLS says how many moments are tried, REHOME_SEED where the series begins. test_kill does the
same with larger files, with latency and at the moments of a clock.
"""

import functools
import random
import time
import unittest

import crashes
import faults

SEED = faults.environment_number("REHOME_SEED", time.time_ns() % 1_000_000)
# A resumption reads its file and its journal in some 200 calls; then it looks up and goes on.
CALLS_OF_RESUMPTION = 400


class KillMoments(crashes.Case):
    kills = 150
    twice = 40

    def calls_of(self, flags):
        """How many calls an unbroken import makes that a test can see."""
        with self.site(flags=flags) as site:
            done = site.run("import", site.file, "--yes", *flags, listed=True)
            self.assertEqual(done.code, 0, done.stderr)
            return len(site.calls())

    def test_any_call_leaves_nothing_twice_and_nothing_lost(self):
        """Not by the clock: each moment is as likely as the others, however long it takes."""
        wanted = faults.environment_number("REHOME_KILLS", self.kills)
        print(f"seed {SEED}, {wanted} kills")
        shapes = [(flags, self.calls_of(flags)) for flags in ((), crashes.ONE_BY_ONE)]
        trial = functools.partial(self.killed, shapes)
        seeds = [f"{SEED}-{number}" for number in range(wanted)]
        self.run_all([(seed, functools.partial(trial, seed)) for seed in seeds])
        self.assert_most_were_hit()

    def killed(self, shapes, seed):
        series = random.Random(seed)
        flags, calls = series.choice(shapes)
        sandbox = {"unique": series.random() < 0.5, "lag": series.choice((0, 0, 2))}
        with self.site(flags=flags, latency=series.choice((0, 0, 200)), **sandbox) as site:
            self.kill(site, series.randint(1, calls))
            site.go_on()
            site.assert_unbroken()

    def kill(self, site, nth):
        """Near its end a run may make a few calls fewer than the one that was counted. Gives whether
        it was killed."""
        done = site.run(*site.command(), at=f"*:*:{nth}:before:kill")
        site.assert_files_are_whole()
        if site.started_runs():
            site.assert_remembered()
        return self.ended_by_hit(site, done)

    def test_two_kills_in_a_row_while_it_recovers(self):
        wanted = faults.environment_number("REHOME_KILLS_TWICE", self.twice)
        print(f"seed {SEED}, {wanted} times two kills of a resumption")
        calls = self.calls_of(crashes.ONE_BY_ONE)
        trial = functools.partial(self.killed_twice, calls)
        seeds = [f"{SEED}-twice-{number}" for number in range(wanted)]
        self.run_all([(seed, functools.partial(trial, seed)) for seed in seeds])
        self.assert_most_were_hit()

    def killed_twice(self, calls, seed):
        series = random.Random(seed)
        sandbox = {"unique": series.random() < 0.5, "lag": series.choice((0, 0, 2))}
        with self.site(flags=crashes.ONE_BY_ONE, **sandbox) as site:
            # In its middle, where a request may be out.
            self.kill(site, series.randint(calls // 4, calls * 3 // 4))
            for _ in range(2):
                self.kill(site, series.randint(1, CALLS_OF_RESUMPTION))
            site.go_on()
            site.assert_unbroken()

    def test_any_moment_of_the_clock(self):
        wanted = faults.environment_number("REHOME_KILLS", self.kills) // 3
        with self.site() as site:
            # The fastest of some, for a moment in which the machine was busy would be past the end.
            fastest = site.plain("import", site.file, "--yes").seconds
        for _ in range(2):
            with self.site() as site:
                fastest = min(fastest, site.plain("import", site.file, "--yes").seconds)
        trial = functools.partial(self.killed_at, fastest)
        seeds = [f"{SEED}-clock-{number}" for number in range(wanted)]
        self.run_all([(seed, functools.partial(trial, seed)) for seed in seeds])
        self.assert_most_were_hit()

    def killed_at(self, seconds, seed):
        series = random.Random(seed)
        with self.site(unique=series.random() < 0.5) as site:
            running = site.start(*site.command())
            faults.sleep_until(running.began + series.uniform(0, seconds))
            running.signal()
            done = site.ended(running.wait())
            if self.ended_by_hit(site, done):
                site.assert_files_are_whole()
                site.go_on()
                site.assert_unbroken()


if __name__ == "__main__":
    unittest.main()

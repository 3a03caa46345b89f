# label: soak
# runs alone
"""The forecast against twenty rehearsals of different files and limits; 100,000 rows in three minutes;
and both against imports in real time, of which nothing is left out. Wants an otherwise idle machine."""

import json
import os
import re
import time
import unittest

import rehearsals

ROWS = 100_000
# 200,000 writes at 50 a second, and what may be added to that.
FLOOR_MINUTES = 2 * ROWS / 50 / 60
MOST_SECONDS = 180
LEAST_SPEED = 50


class RehearseSoak(rehearsals.Case):
    def test_the_forecast_is_within_five_percent_of_twenty_rehearsals(self):
        self.assertEqual(len(rehearsals.MANY), 20)
        self.hold_forecasts(rehearsals.MANY)

    def test_a_hundred_thousand_rows_take_three_minutes_and_tell_of_67(self):
        file = self.made_users("--rows", ROWS, "--organizations", 700, "--shape", "lean")
        began = time.monotonic()
        done = self.rehearse(file, "--reserve", 0, "--no-verify")
        took = time.monotonic() - began
        told = re.search(r"wall time of the import: (\d+):(\d+):(\d+)", done.stdout)
        minutes = int(told[1]) * 60 + int(told[2]) + int(told[3]) / 60
        print(f"{took:.0f} s, {done.stdout}", flush=True)
        self.assertLess(took, MOST_SECONDS)
        self.assertGreater(minutes * 60 / took, LEAST_SPEED)
        self.assertLess(abs(minutes - FLOOR_MINUTES) / FLOOR_MINUTES, rehearsals.MOST_OFF)


# In real time, so they are short: what sets the pace is the quota, organizations, answers, the delay.
TRUE = (
    (900, 40, ()),
    (900, 40, ("--reserve", 0)),
    (300, 250, ()),
    (250, 5, ("--concurrency", 1)),
    (150, 4, ("--min-delay", 100)),
)


class TrueTime(rehearsals.Case):
    """The oracle is an import with a clock of 1 into a sandbox that is a process of its own."""

    def import_seconds(self, file, flags):
        target = self.sandbox(latency="20-60", extra=["--quota", "fixed"])
        self.imports(file, "--no-verify", *flags)
        run = max(self.runs_dir.iterdir(), key=lambda path: path.stat().st_ctime_ns)
        counters = json.loads((run / "summary.json").read_text())["counters"]
        target.stop()
        return rehearsals.import_ns(counters) / 1e9

    def test_a_prediction_is_what_the_import_takes(self):
        off = []
        for rows, organizations, flags in TRUE:
            file = self.made_users("--rows", rows, "--organizations", organizations,
                                   "--shape", "lean")  # fmt: skip
            actual = self.import_seconds(file, flags)
            self.rehearse(file, "--no-verify", *flags)
            counters = self.summary(self.run_dir())["counters"]
            told = (rehearsals.import_ns(counters) - counters["machine_ns"]) / 1e9
            likely = counters["forecast_likely_ns"] / 1e9
            errors = [(it - actual) / actual for it in (likely, told)]
            line = (f"{actual:6.1f} s; forecast {errors[0]:+.1%}, prediction {errors[1]:+.1%}: {rows} rows, "
                    f"{organizations} organizations {flags}, load {os.getloadavg()[0]:.1f}")  # fmt: skip
            print(line, flush=True)
            if max(map(abs, errors)) > rehearsals.MOST_OFF:
                off.append(line)
        self.assertEqual(off, [])


if __name__ == "__main__":
    unittest.main()

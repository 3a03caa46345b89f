# label: soak
# runs alone
"""The forecast against twenty rehearsals of different files and limits, and 100,000 rows in three
minutes. Wants an otherwise idle machine."""

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


if __name__ == "__main__":
    unittest.main()

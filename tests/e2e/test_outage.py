"""A target that is ill for ten minutes of the fast clock: nothing is lost, and it is left alone."""

import time

import harness

TROUBLE = {"kind": "status", "status": 503, "times": 0}
OUTAGE_S = 600


class Outages(harness.Case):
    clock_rate = harness.FAST

    def test_ten_minutes_of_503_cost_no_row_and_few_requests(self):
        self.sandbox(latency="20-60")
        rows = 1500
        users = self.csv("email\n" + "".join(f"u{it}@example.com\n" for it in range(rows)))
        run = self.start("import", users, "--yes", "--no-verify")
        harness.wait_until(lambda: len(self.target.record(effects=True)) >= 300)
        self.target.faults(TROUBLE)
        time.sleep(OUTAGE_S / self.clock_rate)
        self.target.faults()
        done = run.wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_rows(read=rows, created=rows)
        self.assertEqual(len(self.target.effects("user")), rows)
        ill = [it for it in self.target.record() if it["status"] == 503]
        times = [it["time_ms"] for it in ill]
        self.assertGreater(times[-1] - times[0], (OUTAGE_S - 120) * 1000)
        # What was out, then a probe that comes less and less often.
        self.assertLess(len(ill), 120)
        self.check_laws()

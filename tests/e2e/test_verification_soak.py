# label: soak
"""Verifications of many damaged runs, and of a large clean one."""

import unittest

import verification

SEEDS = range(1, 51)


class Damages(verification.Trials):
    def test_fifty_seeds_without_a_lag(self):
        for seed in SEEDS:
            self.trial(0, seed)

    def test_fifty_seeds_with_a_lag_of_2_s(self):
        for seed in SEEDS:
            self.trial(2, seed)

    def test_fifty_seeds_with_a_lag_of_20_s(self):
        for seed in SEEDS:
            self.trial(20, seed)


class RealTime(verification.Trials):
    clock_rate = 1
    rows = 200
    organizations = 40
    damages = 50

    def test_damages_are_found_in_real_time(self):
        self.trial(20, 1)

    def test_a_clean_run_of_just_now_waits_out_the_lag_in_real_time(self):
        self.imported(rows=100, organizations=10, lag=20)
        told = self.verify(code=0)
        self.assertEqual(self.findings(), [])
        self.assertLess(told["time_ns"], 35e9)


class Large(verification.Case):
    def test_a_clean_run_verifies_in_a_tenth_of_the_time_of_its_import(self):
        # A sandbox that has the documented limits too, and not only rehome itself.
        self.quota = {"shape": "fixed"}
        self.imported(rows=15000, organizations=152)
        before = self.target.counts()["requests"]
        # In real time: on a fast clock its computing would count fifty times.
        done = self.rehome("verify", "--clock-rate", 1)
        self.assertEqual(done.code, 0, done.stderr)
        told = self.summary()["counters"]["verification"]
        asked = self.target.counts()["requests"] - before
        self.assertEqual((told["users"], told["memberships"]), (15000, 15000))
        phases = self.summary()["counters"]["phases"]
        # Users and memberships are made side by side, in the same time.
        rows = max(phases[phase]["time_ns"] for phase in ("users", "memberships"))
        importing = phases["organizations"]["time_ns"] + rows
        verifying = told["time_ns"]
        times = f"import {importing / 1e9:.1f} s, verification {verifying / 1e9:.1f} s"
        print(f"{times}, {asked} reads")
        self.assertLess(verifying, importing / 10)
        # 150 pages of users, 2 of organizations, 1 or 2 of the memberships of each organization.
        self.assertLess(asked, 150 + 2 + 2 * 152 + 100)
        limited = [it["seq"] for it in self.target.record() if it["status"] == 429]
        self.assertEqual(limited, [], "the limits were not kept")

    def test_its_memory_does_not_depend_on_the_rows(self):
        peaks = []
        for rows in (1000, 30000):
            self.imported(rows=rows, organizations=50)
            done = self.rehome("verify", "--clock-rate", self.clock_rate)
            self.assertEqual(done.code, 0, done.stderr)
            peaks.append(done.peak_kib)
            self.target.stop()
        print(f"peak memory in KiB: {peaks}")
        self.assertLess(peaks[1], peaks[0] + 12 * 1024)


if __name__ == "__main__":
    unittest.main()

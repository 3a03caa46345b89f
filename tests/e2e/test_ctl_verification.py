"""`rehome ctl` of a verification and of a rehearsal: what holds for an import holds for them."""

import re
import time

import harness
import test_ctl


class Verification(test_ctl.Case):
    def test_a_rate_holds_for_the_verification_of_an_import_too(self):
        self.sandbox(latency="0")
        self.running = self.start("import", self.entangled(rows=600), "--yes", "--rate", 200)
        self.wait_for_requests(900)
        self.ctl("rate=40")
        self.ends_well()
        record = self.target.record()
        last = max(it["seq"] for it in record if it["method"] == "POST")
        reads = [it["time_ms"] / 1000 for it in record if it["seq"] > last]
        # 80 reads a second; 400 at the rate that the run began with.
        self.assertGreater(len(reads), 30)
        self.assertLess((len(reads) - 1) / (reads[-1] - reads[0]), 100)

    def test_it_is_paused_as_the_import_is(self):
        self.sandbox(latency="200")
        self.running = self.start("import", self.entangled(rows=600), "--yes", "--rate", "none")
        harness.wait_until(lambda: "comparing" in self.running.stderr(), 60)
        self.ctl("pause")
        self.assert_quiet(1)
        self.assertRegex(self.ctl("status"), r"verification, .* paused by ctl since \d\d:\d\d\n$")
        self.assertIn("paused by ctl since", self.rehome("status").stdout)
        self.ctl("resume")
        self.ends_well()
        noted = [it["command"] for it in self.summary()["counters"]["controls"]]
        self.assertEqual(noted, ["pause", "resume"])

    def test_a_verification_that_begins_beside_the_file_waits_for_it(self):
        self.sandbox(latency="0")
        self.imports(self.entangled(), "--no-verify", "--rate", "none")
        file = self.run_dir() / "pause"
        file.touch()
        before = self.requests()
        self.running = self.start("verify")
        harness.wait_until(lambda: "paused: nothing more is sent" in self.running.stderr(), 20)
        time.sleep(0.5)
        self.assertEqual(self.requests(), before)
        file.unlink()
        self.assertEqual(self.running.wait(120).code, 0, self.running.stderr())
        self.assertGreater(self.requests(), before)

    def test_a_rehearsal_is_paused_too_and_its_pause_is_no_part_of_what_it_foretells(self):
        file = self.made_users("--rows", 600, "--organizations", 5, "--shape", "lean")
        self.running = self.start("rehearse", file, "--no-verify", "--speed", 10)
        runs = ("--runs-dir", self.directory / "rehearsals")
        harness.wait_until(lambda: self.rehome("ctl", "pause", *runs).code == 0, 20)
        time.sleep(2)
        refused = self.rehome("ctl", "rate=100", *runs)
        self.assertEqual(refused.code, 2)
        self.assertIn("rate=100 does nothing in a rehearsal", refused.stderr)
        self.assertEqual(self.rehome("ctl", "resume", *runs).code, 0)
        done = self.running.wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn("behind the fast clock", done.stderr)
        self.assertRegex(done.stderr, r"in\s+which\s+it\s+was\s+paused")
        foretold = re.search(r"import: 0:(\d\d\.\d) ", done.stdout)
        self.assertLess(float(foretold[1]), 32, done.stdout)

    def test_a_verification_tells_its_status_and_can_be_stopped(self):
        self.sandbox(latency="0")
        self.imports(self.entangled(), "--no-verify", "--rate", "none")
        run_id = self.run_dir().name
        self.target.settings(latency_min_ms=1000, latency_max_ms=1000)
        self.running = self.start("verify")
        harness.wait_until(lambda: "comparing" in self.running.stderr(), 20)
        # Without its name too, though the run has ended.
        self.assertRegex(self.ctl("status"), rf"^run {run_id}: verification, .* objects compared")
        self.assertIn(
            "concurrency=5 does nothing while the run is verified",
            self.ctl(run_id, "concurrency=5", code=2),
        )
        self.assertIn(f"continue with: rehome verify {run_id}\n", self.ctl("stop"))
        done = self.running.wait(30)
        self.assertEqual(done.code, 5, done.stderr)
        self.assertIn("it was stopped by `rehome ctl stop`", done.stderr)
        self.assertEqual(self.summary()["counters"]["controls"][-1]["command"], "stop")

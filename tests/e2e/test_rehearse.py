"""A rehearsal imports into a sandbox of its own, tells how long it takes, and leaves no run."""

import json
import signal
import time

import harness
import rehearsals


class Rehearse(rehearsals.Case):
    def test_it_needs_no_key_and_no_target_and_says_what_it_did(self):
        file = self.made_users("--rows", 300, "--organizations", 6, "--shape", "lean")
        done = self.rehearse(file, "--limit", 200, "--reserve", 0)
        self.assertIn("rehearsal: nothing is sent anywhere", done.stderr)
        self.assertIn("Rehearsal: nothing was sent anywhere.", done.stderr)
        self.assertRegex(done.stdout, r"^predicted wall time of the import: 0:\d\d")
        run = self.run_json()
        self.assertEqual(run["rehearsal_of"], f"rehome import {file} --limit 200 --reserve 0")
        self.assertEqual((run["state"], run["exit_code"]), ("partial", 0))
        self.assertTrue(run["target_name"].startswith("rehearsal-"))
        self.assertEqual(self.summary()["rows"]["created"], 200)
        next_step = f"Next: to import it for real: {run['rehearsal_of']}"
        self.assertIn(next_step, self.unwrapped(done.stderr))

    def test_it_lies_beside_the_runs_and_no_command_goes_on_with_it(self):
        file = self.csv("email\na@example.com\n")
        self.rehearse(file)
        runs = self.rehome("runs")
        self.assertIn("there is no run", runs.stderr)
        there = ["--runs-dir", self.rehearsals]
        self.assertIn(self.run_dir().name, self.rehome("runs", *there).stdout)
        for command in (["resume"], ["retry"], ["verify"]):
            refused = self.rehome(*command, *there)
            self.assertEqual(refused.code, 2, refused.stderr)
            self.assertIn("is a rehearsal: nothing of it is on any target", refused.stderr)
            self.assertIn(f"type: rehome import {file}", refused.stderr)
        told = self.rehome("report", *there)
        self.assertIn("Rehearsal: nothing was sent anywhere.", told.stdout)
        self.assertNotIn("resume", told.stdout)
        self.assertNotIn("retry", told.stdout)
        page = (self.run_dir() / "report.html").read_text()
        self.assertIn("A rehearsal into a sandbox:", page)
        self.assertIn("finished", self.rehome("status", *there).stdout)

    def test_what_the_file_says_is_there_is_there(self):
        file = self.csv("email,org_id,org_external_id,role_slugs\n"
                        "a@example.com,org_01ABC,,owner\n"
                        "b@example.com,,acme,member\n")  # fmt: skip
        done = self.rehearse(file)
        self.assertIn("2 organizations that must exist were put there first", done.stderr)
        self.assertIn("1 role of the file", done.stderr)
        self.assertEqual(self.summary()["rows"]["created"], 2)
        self.assertEqual(self.phase("organizations")["adopted"], 2)

    def test_a_bad_day_ends_with_every_row_right(self):
        file = self.made_users("--rows", 500, "--organizations", 10, "--shape", "lean")
        done = self.rehearse(file, "--faults", "bad-day")
        self.assertEqual(self.summary()["rows"]["created"], 500)
        self.assertIn("with faults", done.stdout)
        self.assertGreater(sum(p["rate_limited"] for p in self.summary()["phases"]), 0)
        self.assertEqual(self.summary()["verification"], "clean")

    def test_rows_that_an_import_rejects_are_rejected_with_its_exit_code(self):
        file = self.csv("email\na@example.com\nnothing\n")
        done = self.rehearse(file, code=1)
        self.assertIn("correct in the file what failed.csv of the run directory names",
                      self.unwrapped(done.stderr))
        self.assertIn("predicted wall time", done.stdout)

    def test_a_target_an_endpoint_and_a_key_are_refused(self):
        file = self.csv("email\na@example.com\n")
        for flags in (["--target", "x"], ["--endpoint", "http://127.0.0.1:1"],
                      ["--api-key-file", "-"], ["--yes"], ["--wait", "3s"],
                      ["--clock-rate", "5"]):  # fmt: skip
            done = self.rehome("rehearse", file, *flags)
            self.assertEqual(done.code, 2, done.stderr)
            self.assertIn(flags[0], done.stderr)
        for flags, told in ((["--latency", "x"], "--latency wants"),
                            (["--latency", "12000"], "a rehearsal takes at most 10000"),
                            (["--speed", "0"], "--speed"),
                            (["--speed", "1001"], "--speed"), (["--faults", "absent"], "absent")):
            done = self.rehome("rehearse", file, *flags)
            self.assertEqual(done.code, 2, done.stderr)
            self.assertIn(told, done.stderr)
        self.assertFalse(self.rehearsals.exists())

    def test_ctrl_c_ends_both_sides(self):
        file = self.made_users("--rows", 20000, "--organizations", 10, "--shape", "lean")
        running = self.start("rehearse", file, WORKOS_SECRET_KEY=None, REHOME_ENDPOINT=None)
        harness.wait_until(lambda: "organization cache ready" in running.stderr())
        time.sleep(0.3)
        running.signal(signal.SIGINT)
        done = running.wait()
        self.assertEqual(done.code, -signal.SIGINT, done.stderr)
        self.assertIn("there is no prediction: the rehearsal did not come to its end", done.stderr)
        self.assertIn(f"Next: rehome rehearse {file}", self.unwrapped(done.stderr))
        self.assertEqual(self.run_json()["state"], "interrupted")

    def test_events_go_to_stdout_and_the_prediction_to_stderr(self):
        file = self.csv("email\na@example.com\n")
        done = self.rehearse(file, "--json")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(events[-1]["type"], "run_ended")
        self.assertIn("predicted wall time of the import", done.stderr)

    def test_the_forecast_is_within_five_percent_of_what_it_takes(self):
        self.hold_forecasts(rehearsals.FEW)

    def test_the_key_of_the_environment_is_not_read(self):
        file = self.csv("email\na@example.com\n")
        done = self.rehome("rehearse", file, WORKOS_SECRET_KEY="sk_live_never")
        self.assertEqual(done.code, 0, done.stderr)
        fingerprint = self.run_json()["key_fingerprint"]
        again = self.rehome("rehearse", file, WORKOS_SECRET_KEY="sk_live_never")
        self.assertEqual(again.code, 0, again.stderr)
        self.assertNotEqual(self.run_json()["key_fingerprint"], fingerprint)


if __name__ == "__main__":
    harness.unittest.main()

"""--on-finish and --metrics: what others are told of a run, which changes nothing for it."""

import json
import os
import re
import signal
import stat
import time
import unittest
from pathlib import Path

import harness
from metrics_text import Metrics

try:
    from prometheus_client.parser import text_string_to_metric_families
except ImportError:
    text_string_to_metric_families = None

HEADER = "email,first_name,external_id,org_external_id,org_name\n"


def rows_of(number, organizations=4):
    lines = [
        f"u{it}@example.com,Ann,u-{it},org-{it % organizations},Org {it % organizations}\n"
        for it in range(number)
    ]
    return HEADER + "".join(lines)


class Told(harness.Case):
    def setUp(self):
        super().setUp()
        self.told = self.directory / "told"
        self.metrics_path = self.directory / "rehome.prom"

    def metrics(self):
        return Metrics(self.metrics_path.read_text())


def is_running(process):
    """Whether there is such a process, and it is not one that only waits to be collected."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except FileNotFoundError:
        return False


class OnFinish(Told):
    def hook(self):
        return f"env > {self.told}.new && mv {self.told}.new {self.told}"

    def environment_told(self):
        lines = self.told.read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def test_it_runs_when_all_is_written_and_the_lock_is_free(self):
        self.sandbox()
        look = f'{harness.binary()} lock check -q --target t; echo "lock $?" > {self.told}.lock; '
        look += f'cp "$REHOME_SUMMARY" {self.told}.summary; '
        flags = ["--target", "t", "--on-finish", look + self.hook()]
        done = self.imports(self.csv(rows_of(6)), *flags)
        told = self.environment_told()
        run = self.run_dir()
        self.assertEqual(told["REHOME_RUN_ID"], run.name)
        self.assertEqual(told["REHOME_EXIT_CODE"], "0")
        self.assertEqual(told["REHOME_RUN_DIRECTORY"], str(run))
        self.assertEqual(told["REHOME_SUMMARY"], str(run / "summary.json"))
        self.assertEqual(told["REHOME_RUNS_DIR"], str(self.runs_dir))
        self.assertEqual((self.directory / "told.lock").read_text(), "lock 0\n")
        summary = json.loads((self.directory / "told.summary").read_text())
        self.assertEqual(summary["run"]["state"], "finished")
        self.assertIn("running the command of --on-finish\n", done.stderr)
        self.check_laws()

    def test_it_never_sees_the_key(self):
        self.sandbox()
        self.imports(
            self.csv(rows_of(1)), "--on-finish", self.hook(), WORKOS_API_KEY=harness.API_KEY,
            REHOME_SANDBOX_API_KEY="sk_test_other", MY_COPY=f"Bearer {harness.API_KEY}",
            HARMLESS="yes",
        )  # fmt: skip
        told = self.told.read_text()
        self.assertNotIn("sk_test", told)
        self.assertNotIn("WORKOS_", told)
        self.assertIn("HARMLESS=yes\n", told)

    def test_it_starts_as_from_a_shell(self):
        self.sandbox()
        look = f"ls /proc/self/fd > {self.told}.files; grep Sig /proc/self/status > {self.told}; "
        look += f"ulimit -n >> {self.told}; cat; echo to stdout"
        done = self.imports(self.csv(rows_of(1)), "--json", "--on-finish", look)
        files = (self.directory / "told.files").read_text().split()
        self.assertEqual(files, ["0", "1", "2", "3"])  # 3 is what ls reads
        told = self.told.read_text()
        for field in ("SigBlk", "SigIgn"):
            mask = int(re.search(rf"{field}:\s([0-9a-f]+)\n", told)[1], 16)
            for number in (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGTERM):
                self.assertFalse(mask >> (number - 1) & 1, f"{field} {number}")
        self.assertTrue(told.endswith("\n1024\n"), told)
        # stdout is a program's to read.
        self.assertIn("to stdout\n", done.stderr)
        for line in done.stdout.splitlines():
            json.loads(line)
        self.assertEqual(json.loads(done.stdout.splitlines()[-1])["type"], "run_ended")

    def test_its_failure_is_told_and_changes_nothing(self):
        self.sandbox()
        rows = rows_of(3) + "bad at example.com,A,u-9,org-1,Org 1\n"
        done = self.imports(self.csv(rows), "--on-finish", "exit 9", code=1)
        told = (
            "rehome: the command of --on-finish ended with exit code 9; this changes nothing for "
            "the run, which ends with exit code 1\n"
        )
        self.assertIn(told.removeprefix("rehome: "), done.stderr)
        done = self.rehome("verify", "--on-finish", "kill -TERM $$")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("the command of --on-finish was ended by signal 15; ", done.stderr)

    def test_it_does_not_hold_a_run_for_ever(self):
        self.sandbox(clock_rate=200)  # five minutes last 1.5 s
        number = self.directory / "child"
        hook = f"sh -c 'trap \"\" TERM; echo $$ > {number}; sleep 300' & wait"
        began = time.monotonic()
        done = self.imports(self.csv(rows_of(1)), "--no-verify", "--on-finish", hook)
        self.assertLess(time.monotonic() - began, 60)
        self.assertIn("the command of --on-finish took more than 5:00 and was ended; ", done.stderr)
        # Also what it started, which did not listen to the first signal.
        child = int(number.read_text())
        harness.wait_until(lambda: not is_running(child), 5)

    def test_what_it_leaves_behind_is_not_waited_for(self):
        self.sandbox()
        began = time.monotonic()
        self.imports(self.csv(rows_of(1)), "--no-verify", "--on-finish", "sleep 60 &")
        self.assertLess(time.monotonic() - began, 30)

    def test_a_signal_ends_it_and_not_the_exit_code(self):
        self.sandbox()
        # One process: dash blocks signals while it makes another, and may lose one.
        hook = f"touch {self.told}; exec sleep 300"
        running = self.start("import", self.csv(rows_of(1)), "--yes", "--on-finish", hook)
        harness.wait_until(self.told.exists)
        running.signal(signal.SIGINT)
        done = running.wait(30)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("the command of --on-finish was ended by signal 2; ", done.stderr)

    def test_it_runs_after_stops_too(self):
        for name, code, flags, more in (
            ("limit", 3, ["--max-failures", "1"], {}),
            ("fatal", 4, [], {"WORKOS_SECRET_KEY": "sk_test_wrong"}),
        ):
            with self.subTest(name):
                self.sandbox()
                self.told.unlink(missing_ok=True)
                self.target.faults({"kind": "status", "status": 422, "on": "user", "times": 0})
                file = self.csv(rows_of(60), name=f"{name}.csv")
                self.imports(file, *flags, "--on-finish", self.hook(), code=code, **more)
                self.assertEqual(self.environment_told()["REHOME_EXIT_CODE"], str(code))

    def test_it_runs_after_an_interruption(self):
        self.sandbox(latency="100-100")
        running = self.start(
            "import", self.csv(rows_of(300)), "--yes", "--rate", "20", "--on-finish", self.hook()
        )
        harness.wait_until(lambda: self.target.counts()["users"] >= 5)
        running.signal(signal.SIGTERM)
        self.assertEqual(running.wait().code, -signal.SIGTERM)
        self.assertEqual(self.environment_told()["REHOME_EXIT_CODE"], "143")
        done = self.rehome("resume", "--rate", "none", "--on-finish", self.hook())
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.environment_told()["REHOME_EXIT_CODE"], "0")

    def test_it_does_not_run_when_nothing_has_begun(self):
        self.sandbox(latency="100-100")
        file = self.csv(rows_of(300))
        refused = self.rehome("import", file, "--yes", "--rate", "0", "--on-finish", self.hook())
        self.assertEqual(refused.code, 2)
        running = self.start("import", file, "--yes", "--rate", "20")
        harness.wait_until(lambda: self.target.counts()["users"] >= 1)
        other = self.csv(rows_of(2), name="other.csv")
        locked = self.rehome("import", other, "--yes", "--on-finish", self.hook())
        self.assertEqual(locked.code, 75, locked.stderr)
        running.signal()
        running.wait()
        dry = self.rehome("import", other, "--dry-run", "--on-finish", self.hook())
        self.assertEqual(dry.code, 2)
        self.assertIn("--on-finish and --metrics tell of a run, and a dry run is none", dry.stderr)
        self.assertFalse(self.told.exists())


class MetricsOfRuns(Told):
    def test_they_say_what_the_summary_says(self):
        self.sandbox()
        rows = rows_of(40) + "bad at example.com,A,u-x,org-1,Org 1\n"
        self.imports(self.csv(rows), "--metrics", self.metrics_path, "--rate", "none", code=1)
        metrics, summary = self.metrics(), self.summary()
        for outcome, count in summary["rows"].items():
            if outcome != "read":
                self.assertEqual(metrics.get("rehome_rows", outcome=outcome), count, outcome)
        self.assertEqual(metrics.get("rehome_rows_selected"), 41)
        for line in summary["phases"]:
            phase = line["phase"]
            seconds = metrics.get("rehome_phase_duration_seconds", phase=phase)
            self.assertAlmostEqual(seconds, line["time_ns"] / 1e9, 6)
            if phase != "survey":
                requests = metrics.get("rehome_requests_total", phase=phase)
                self.assertEqual(requests, line["requests"])
        self.assertEqual(metrics.get("rehome_errors", phase="users", code="email_invalid"), 1)
        # The oracle of what was sent is the sandbox.
        record = self.target.record()
        sent = sum(metrics.families["rehome_requests_total"].samples.values())
        self.assertEqual(sent, len(record))
        self.assertEqual(metrics.get("rehome_answers_total", kind="write"), 4 + 40 + 40)
        self.assertEqual(metrics.get("rehome_organization_cache_entries"), 4)
        self.assertEqual(metrics.get("rehome_organization_cache_hits_total"), 40)
        self.assertEqual(metrics.get("rehome_organization_cache_misses_total"), 0)
        self.assertEqual(metrics.get("rehome_verification_state", state="clean"), 1)
        self.assertEqual(metrics.get("rehome_verification_findings", kind="duplicate"), 0)
        self.assertEqual(metrics.get("rehome_run_exit_code"), 1)
        self.assertEqual(metrics.get("rehome_run_active"), 0)
        self.assertIsNotNone(metrics.get("rehome_lock_wait_seconds"))
        self.assertEqual(stat.S_IMODE(self.metrics_path.stat().st_mode), 0o644)
        names = {path.name for path in self.directory.iterdir()}
        self.assertNotIn("rehome.prom.tmp", names)

    def test_duplicates_429s_and_the_forecast_are_in_them(self):
        self.sandbox(clock_rate=50)
        self.target.faults({"kind": "status", "status": 429, "on": "user", "times": 3})
        file = self.csv(rows_of(20))
        self.imports(file, "--metrics", self.metrics_path)
        metrics = self.metrics()
        self.assertEqual(metrics.get("rehome_rate_limited_responses_total", phase="users"), 3)
        actual = metrics.get("rehome_run_duration_seconds")
        shortest = metrics.get("rehome_forecast_seconds", bound="shortest")
        likely = metrics.get("rehome_forecast_seconds", bound="likely")
        self.assertLess(shortest, likely)
        error = metrics.get("rehome_forecast_error_seconds")
        self.assertAlmostEqual(error, actual - likely, 6)
        user = self.target.effects("user")[0]
        self.target.damage(
            {"kind": "duplicate", "object": "user", "field": "external_id", "id": user["id"]}
        )
        flags = ["--metrics", self.metrics_path, "--clock-rate", "50"]
        self.assertEqual(self.rehome("verify", *flags).code, 5)
        metrics = self.metrics()
        self.assertEqual(metrics.get("rehome_verification_findings", kind="duplicate"), 1)
        self.assertEqual(metrics.get("rehome_verification_state", state="findings"), 1)
        self.assertEqual(metrics.get("rehome_run_exit_code"), 5)

    def test_a_run_that_goes_on_has_them_and_a_stop_ends_them(self):
        self.sandbox(latency="100-100")
        flags = ["--metrics", self.metrics_path, "--rate", "10"]
        running = self.start("import", self.csv(rows_of(600)), "--yes", *flags)
        harness.wait_until(self.metrics_path.exists)
        first = self.metrics()
        self.assertEqual(first.get("rehome_run_active"), 1)
        self.assertIsNone(self.metrics().families.get("rehome_run_exit_code"))
        # They are made anew every 10 s.
        harness.wait_until(lambda: self.metrics().get("rehome_rows", outcome="created"))
        running.signal(signal.SIGTERM)
        running.wait()
        metrics = self.metrics()
        self.assertEqual(metrics.get("rehome_run_active"), 0)
        self.assertEqual(metrics.get("rehome_run_exit_code"), 143)
        created = self.summary()["rows"]["created"]
        self.assertEqual(metrics.get("rehome_rows", outcome="created"), created)

    def test_the_last_success_outlives_failures(self):
        self.sandbox()
        name = "rehome_last_success_timestamp_seconds"
        bad = "bad at example.com,A,u-x,org-1,Org 1\n"
        flags = ["--metrics", self.metrics_path, "--no-verify"]
        self.imports(self.csv(HEADER + bad, name="1.csv"), *flags, code=1)
        self.assertNotIn(name, self.metrics().families)
        began = time.time()
        self.imports(self.csv(rows_of(2), name="2.csv"), *flags)
        succeeded = self.metrics().get(name)
        self.assertTrue(began - 1 < succeeded < time.time() + 1)
        self.imports(self.csv(HEADER + bad + bad, name="3.csv"), *flags, code=1)
        self.assertEqual(self.metrics().get(name), succeeded)
        self.assertEqual(self.metrics().get("rehome_run_exit_code"), 1)

    def test_labels_name_nobody(self):
        self.sandbox()
        rows = rows_of(2) + "ann.zed@corp.example,Annzed,zed-1,zed-org,Zed\n"
        self.target.faults(
            {"kind": "status", "status": 422, "on": "user", "body_part": "ann.zed", "times": 0}
        )
        for target in ('sk_test_secret0123456789 "x"\\', "ann.zed@corp.example"):
            with self.subTest(target):
                file = self.csv(rows, name=f"{len(target)}.csv")
                flags = ["--metrics", self.metrics_path, "--target", target]
                self.imports(file, *flags, code=1)
                text = self.metrics_path.read_text()
                for word in ("zed", "@corp", "sk_test", str(self.directory)):
                    self.assertNotIn(word, text)
                self.assertTrue(any("[masked]" in it for it in self.metrics().label_values()))

    def test_another_reader_of_the_format_takes_them(self):
        if text_string_to_metric_families is None:
            self.skipTest("python3-prometheus-client is not installed: tools/setup test")
        self.sandbox()
        self.imports(self.csv(rows_of(5)), "--metrics", self.metrics_path)
        theirs = list(text_string_to_metric_families(self.metrics_path.read_text()))
        ours = self.metrics().families
        self.assertEqual(len(theirs), len(ours))
        for family in theirs:
            name = family.name + ("_total" if family.type == "counter" else "")
            self.assertEqual(family.documentation, ours[name].help)
            samples = {}
            for it in family.samples:
                labels = sorted(label for label in it.labels.items() if label[0] != "target")
                samples[tuple(labels)] = it.value
            self.assertEqual(samples, ours[name].samples)

    def test_a_path_that_cannot_be_written_refuses_the_command(self):
        self.sandbox()
        (self.directory / "folder").mkdir()
        os.mkfifo(self.directory / "pipe")
        # The last one is the input.
        for path in ("gone/rehome.prom", "folder", "pipe", "users.csv/x", "users.csv"):
            with self.subTest(path):
                file = self.csv(rows_of(2))
                done = self.rehome("import", file, "--yes", "--metrics", self.directory / path)
                self.assertEqual(done.code, 2, done.stderr)
                self.assertRegex(done.stderr, r"^rehome: --metrics: .*; nothing was written\n$")
                self.assertEqual(file.read_text(), rows_of(2))
        self.assertEqual(self.target.record(), [])
        self.assertFalse(self.runs_dir.exists())

    def test_one_that_cannot_be_written_later_stops_no_run(self):
        self.sandbox(latency="50-50")
        folder = self.directory / "collected"
        folder.mkdir()
        flags = ["--metrics", folder / "rehome.prom", "--rate", "20", "--no-verify"]
        running = self.start("import", self.csv(rows_of(40)), "--yes", *flags)
        harness.wait_until((folder / "rehome.prom").exists)
        (folder / "rehome.prom").unlink()
        folder.rmdir()
        done = running.wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("the metrics cannot be written: ", done.stderr)
        self.check_laws()


if __name__ == "__main__":
    unittest.main()

"""`rehome ctl`: a run that goes on is paused, sped up, slowed down and stopped, by a socket in its
directory or by a file there; what it then sends is told by the sandbox's record."""

import json
import os
import re
import shutil
import socket
import stat
import threading
import time

import faults
import harness
from terminals import Terminal


class Case(faults.Case):
    clock_rate = 1

    def begin(self, *flags, rows=2000, **more):
        """An import that goes on for a while and has sent some requests."""
        self.sandbox(latency="2-8")
        self.running = self.start(
            "import", self.entangled(rows=rows), "--yes", "--rate", 200, "--no-verify", *flags, **more
        )
        self.wait_for_requests(150)
        return self.running

    def ctl(self, *words, code=0):
        done = self.rehome("ctl", *words)
        self.assertEqual(done.code, code, f"{done.stdout}{done.stderr}")
        return done.stdout if code == 0 else done.stderr

    def asked(self, *words, code=0):
        return json.loads(self.ctl(*words, "--json", code=code) if code == 0 else
                          self.rehome("ctl", *words, "--json").stdout)  # fmt: skip

    def requests(self):
        return self.target.counts()["requests"]

    def events(self, kind, run_dir=None):
        lines = ((run_dir or self.run_dir()) / "events.jsonl").read_text().splitlines()
        return [event for event in map(json.loads, lines) if event["type"] == kind]

    def assert_quiet(self, seconds=1.0):
        """What was out has ended, and nothing more is sent."""
        time.sleep(0.3)
        before = self.requests()
        time.sleep(seconds)
        self.assertEqual(self.requests(), before)

    def assert_goes_on(self):
        before = self.requests()
        harness.wait_until(lambda: self.requests() > before + 20, 20)

    def ends_well(self):
        done = self.running.wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()
        self.assert_nothing_failed()
        self.assertFalse((self.run_dir() / "control.sock").exists())
        return done

    def per_second(self, seconds):
        """Writes of the next `seconds`, by the sandbox's clock."""
        since = self.target.record()[-1]["seq"]
        time.sleep(seconds)
        writes = [it for it in self.target.record() if it["seq"] > since and it["method"] == "POST"]
        return len(writes) / ((writes[-1]["time_ms"] - writes[0]["time_ms"]) / 1000)


class Pause(Case):
    def test_nothing_is_sent_until_it_is_resumed(self):
        self.begin()
        run_id = self.run_dir().name
        said = self.ctl("pause")
        self.assertEqual(
            said,
            f"run {run_id}: nothing more is sent, what is out is finished; rehome ctl resume goes"
            " on\n",
        )
        self.assert_quiet(2)
        self.assertIsNone(self.running.poll())
        since = rf"{time.localtime().tm_hour:02}:\d\d"
        self.assertRegex(self.ctl("status"), rf"^run {run_id}: users, .* in flight.*, paused by ctl since {since}\n$")
        told = self.rehome("status")
        self.assertRegex(told.stdout, rf"run {run_id}: running, paused by ctl since {since}, users, ")
        self.assertIn("paused by ctl since", told.stdout.splitlines()[1])
        status = json.loads((self.run_dir() / "status.json").read_text())
        self.assertRegex(status["progress"][-1]["limit"], rf"^paused by ctl since {since}$")
        self.assertTrue(status["progress"][-1]["waiting"])
        answer = self.asked("status")
        self.assertEqual((answer["v"], answer["ok"], answer["paused_by"]), (1, True, "ctl"))
        self.assertIn("it is paused already", self.ctl("pause"))
        self.assertEqual(self.ctl("resume"), f"run {run_id}: it goes on\n")
        self.assert_goes_on()
        self.assertNotIn("paused", self.ctl("status"))
        self.assertIn("it was not paused", self.ctl("resume"))
        self.ctl("rate=none")
        done = self.ends_well()
        self.assertRegex(done.stderr, r"told by ctl \(pid \d+\): pause: nothing more is sent")
        commands = [event["command"] for event in self.events("control")]
        self.assertEqual(commands, ["pause", "pause", "resume", "resume", "rate=none"])
        for event in self.events("control"):
            self.assertEqual(event["uid"], os.geteuid())
            self.assertGreater(event["pid"], 0)
        self.assertRegex(done.stderr, r"Forecast: [^()]+\(and 0:0\d\.\d in\s+which\s+it\s+was\s+paused\)\.")
        self.assertRegex(done.stderr, r"Controlled while it went on \(UTC\): pause at \d\d:\d\d:\d\d, ")
        noted = [it["command"] for it in self.summary()["counters"]["controls"]]
        self.assertEqual(noted, commands)
        # A write whose intent was in the journal when it was paused left later, without a look-up.
        self.assertNotIn("GET /user_management/users", self.target.counts()["by_operation"])

    def test_a_file_pauses_it_as_long_as_it_is_there(self):
        self.begin()
        file = self.run_dir() / "pause"
        file.touch()
        self.assert_quiet(1)
        self.assertIn(f"paused by the file {file} since", self.rehome("status").stdout)
        self.assertIn(
            f"it stays paused as long as there is the file {file}: remove it",
            self.ctl("resume", code=2),
        )
        self.ctl("pause")
        file.unlink()
        time.sleep(0.3)
        self.assert_quiet(0.5)
        self.ctl("resume")
        self.assert_goes_on()
        file.touch()
        self.assert_quiet(0.5)
        file.unlink()
        self.assert_goes_on()
        self.ctl("rate=none")
        self.ends_well()
        by_file = [it["command"] for it in self.events("control") if it["by"] == "file"]
        self.assertEqual(by_file, ["pause", "resume", "pause", "resume"])

    def test_a_run_that_begins_beside_the_file_waits_for_it(self):
        self.begin()
        self.ctl("stop")
        self.assertEqual(self.running.wait(30).code, 3)
        (self.run_dir() / "pause").touch()
        before = self.requests()
        self.running = self.start("resume", "--no-verify", "--rate", "none")
        harness.wait_until(lambda: "paused: nothing more is sent" in self.running.stderr(), 20)
        time.sleep(0.5)
        # The roles of the environment are looked at before the run goes on.
        sent = [it["path"] for it in self.target.record()[before:]]
        self.assertEqual(sent, ["/authorization/roles"] * len(sent))
        (self.run_dir() / "pause").unlink()
        self.ends_well()

    def test_a_paused_run_ends_at_its_deadline_and_by_a_signal(self):
        self.begin("--deadline", "5s")
        self.ctl("pause")
        done = self.running.wait(30)
        self.assertEqual(done.code, 3, done.stderr)
        self.assertIn("the time of --deadline has come", done.stderr)
        self.running = self.start("resume", "--no-verify", "--rate", 200)
        harness.wait_until(lambda: self.rehome("ctl", "pause").code == 0, 20)
        self.assert_quiet(0.3)
        before = self.requests()
        self.running.signal(2)
        self.assertEqual(self.running.wait(30).code, -2)
        self.assertEqual(self.requests(), before)  # not even to drain
        self.running = self.start("resume", "--no-verify", "--rate", "none")
        self.ends_well()

    def test_in_a_terminal_the_live_line_says_so(self):
        self.sandbox(latency="2-8")
        arguments = ["import", self.entangled(rows=1500), "--yes", "--rate", 200, "--no-verify"]
        terminal = Terminal(arguments, self.environment(), self.directory)
        terminal.read_until("limit: --rate 200")
        self.ctl("pause")
        terminal.read_until("paused by ctl since")
        line = re.split(r"[\r\n]", terminal.text)
        live = [part for part in line if "paused by ctl since" in part][-1]
        self.assertRegex(live, r"rows [\d,]+/1,500 \(\d+ %\) · paused by ctl since \d\d:\d\d")
        self.assertNotIn("left", live)
        self.assert_quiet(0.5)
        self.ctl("resume")
        self.ctl("rate=none")
        self.assertEqual(terminal.end(), 0)
        self.assert_whole()


class Pace(Case):
    def test_the_rate_holds_from_then_on(self):
        self.begin(rows=4000)
        said = self.ctl("rate=40")
        self.assertIn("the rate is 40 writes per second until this process ends", said)
        time.sleep(10)  # what was sent in the 10 s before counts for it too
        self.assertAlmostEqual(self.per_second(4), 40, delta=3)
        self.assertIn("limit: --rate 40", self.ctl("status"))
        self.ctl("rate=100")
        time.sleep(0.5)
        self.assertAlmostEqual(self.per_second(3), 100, delta=6)
        self.ctl("rate=none")
        time.sleep(0.2)
        done = self.ends_well()
        rates = [event["rate"] for event in self.events("rate_changed")]
        self.assertEqual(rates, ["40", "100", "none"])
        self.assertIn("rate=40 at ", done.stderr)
        # The run's own options are as they were.
        facts = json.loads((self.run_dir() / "run.json").read_text())
        self.assertEqual(facts["options"]["pace.rate"], "200")

    def test_rows_in_flight_may_be_few_or_many(self):
        self.sandbox(latency="100")
        self.running = self.start(
            "import", self.entangled(rows=3000, organizations=2), "--yes", "--rate", "none",
            "--concurrency", 2, "--no-verify")  # fmt: skip
        self.wait_for_requests(30)
        self.assertLess(self.per_second(1.5), 25)
        self.assertIn("at most 40 rows at once", self.ctl("concurrency=40"))
        time.sleep(0.5)
        self.assertGreater(self.per_second(1.5), 250)
        answer = self.asked("status")
        self.assertEqual((answer["rows_in_flight"], answer["rows_allowed"]), (40, 40))
        self.ctl("concurrency=1")
        time.sleep(0.5)
        self.assertLess(self.per_second(1.5), 13)
        self.ctl("concurrency=auto")
        self.ends_well()


class Stop(Case):
    def test_it_drains_and_can_be_resumed(self):
        self.begin()
        run_id = self.run_dir().name
        self.assertEqual(
            self.ctl("stop"),
            f"run {run_id}: it stops: what was sent is finished; continue with: rehome resume {run_id}\n",
        )
        done = self.running.wait(30)
        self.assertEqual(done.code, 3, done.stderr)
        self.assertIn("Stopped: stopped by `rehome ctl stop`", done.stderr)
        self.assertIn(f"Next: rehome resume {run_id}\n", done.stderr)
        self.assertEqual(self.summary()["run"]["state"], "stopped")
        self.assertEqual(sum(phase["in_doubt"] for phase in self.summary()["phases"]), 0)
        refused = self.ctl("status", code=2)
        self.assertEqual(refused, f"rehome: no run goes on in {self.runs_dir}; rehome runs lists all\n")
        refused = self.ctl(run_id, "status", code=2)
        self.assertEqual(
            refused,
            f"rehome: run {run_id} has ended (stopped); continue with: rehome resume {run_id}\n",
        )
        self.running = self.start("resume", "--rate", "none", "--no-verify")
        self.ends_well()
        self.assertNotIn("GET /user_management/users", self.target.counts()["by_operation"])
        refused = self.ctl(run_id, "stop", code=2)
        self.assertEqual(
            refused,
            f"rehome: run {run_id} has ended (finished); see: rehome report {run_id}\n",
        )

    def test_a_rebuilt_run_that_waits_for_the_lag_can_be_stopped(self):
        self.begin()
        self.running.signal()
        self.running.wait()
        for name in ("journal.db", "journal.db-wal"):
            (self.run_dir() / name).unlink(missing_ok=True)
        self.running = self.start("resume", "--rebuild", "--no-verify", "--rate", "none")
        harness.wait_until(lambda: "waiting " in self.running.stderr(), 20)
        harness.wait_until(lambda: self.rehome("ctl", "status").code == 0, 20)
        self.assertIn("waiting, 0 of 2,000 rows", self.ctl("status"))
        self.assertIn(
            "rate=5 does nothing while the run waits for what it sent last to show",
            self.ctl("rate=5", code=2),
        )
        self.ctl("stop")
        self.assertEqual(self.running.wait(30).code, 3)


class Socket(Case):
    def test_it_is_for_its_owner_and_answers_at_once(self):
        self.begin()
        path = self.run_dir() / "control.sock"
        facts = path.stat()
        self.assertTrue(stat.S_ISSOCK(facts.st_mode))
        self.assertEqual(stat.S_IMODE(facts.st_mode), 0o600)
        slowest = 0
        for _ in range(20):
            began = time.monotonic()
            self.assertIn(b'"ok":true', self.say(path, b"status\n"))
            slowest = max(slowest, time.monotonic() - began)
        self.assertLess(slowest, 0.4)
        self.ctl("rate=none")
        self.ends_well()

    def say(self, path, words):
        directory = os.open(path.parent, os.O_PATH)
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(f"/proc/self/fd/{directory}/{path.name}")  # an address is short
                client.settimeout(20)
                client.sendall(words)
                return client.recv(1 << 16)
        except ConnectionResetError:  # it has not read all of it
            return b""
        finally:
            os.close(directory)

    def test_clients_that_are_silent_or_talk_nonsense_hold_up_nothing(self):
        self.begin()
        path = self.run_dir() / "control.sock"
        silent = [threading.Thread(target=self.say, args=(path, b"")) for _ in range(30)]
        for thread in silent:
            thread.start()
        self.assertIn(b'"ok":false', self.say(path, b"\xff\x00\x1b[2J\n"))
        self.assertIn(b'"ok":false', self.say(path, b"pause=1\n"))
        self.assertEqual(b"", self.say(path, b"x" * 5000))
        self.assert_goes_on()
        for thread in silent:
            thread.join()
        self.ctl("rate=none")
        self.ends_well()

    def test_a_socket_that_a_killed_process_left_is_replaced(self):
        self.begin()
        run_id = self.run_dir().name
        self.running.signal()
        self.running.wait()
        self.assertTrue((self.run_dir() / "control.sock").exists())
        refused = self.ctl(run_id, "status", code=2)
        self.assertEqual(
            refused,
            f"rehome: run {run_id}'s process is dead; continue with: rehome resume {run_id}\n",
        )
        self.running = self.start("resume", "--no-verify", "--rate", 200)
        harness.wait_until(lambda: self.rehome("ctl", "pause").code == 0, 20)
        self.assert_quiet(0.3)
        self.ctl("resume")
        self.ctl("rate=none")
        self.ends_well()

    def test_the_path_may_be_long(self):
        self.runs_dir = self.directory / ("d" * 100) / ("e" * 100)
        self.begin()
        self.ctl("pause")
        self.assert_quiet(0.3)
        self.ctl("resume")
        self.ctl("rate=none")
        self.ends_well()

    def test_without_a_socket_the_import_goes_on_and_the_file_pauses_it(self):
        self.begin()
        run_id = self.run_dir().name
        self.ctl("stop")
        self.running.wait(30)
        # What cannot be replaced by a socket.
        (self.run_dir() / "control.sock").mkdir()
        self.running = self.start("resume", "--no-verify", "--rate", 200)
        harness.wait_until(lambda: self.events("control_unavailable"), 20)
        harness.wait_until(lambda: "rows " in self.running.stderr(), 20)
        refused = self.ctl(run_id, "status", code=2)
        file = self.run_dir() / "pause"
        self.assertIn(f"the file {file} pauses it as long as it is there", refused)
        self.assertIn(f"the file {file} still pauses it", self.running.stderr())
        file.touch()
        self.assert_quiet(0.5)
        file.unlink()
        done = self.running.wait()
        self.assertEqual(done.code, 0, done.stderr)
        shutil.rmtree(self.run_dir() / "control.sock")
        self.assert_whole()

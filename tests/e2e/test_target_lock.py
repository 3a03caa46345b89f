"""--coordinator target: a lock on the target itself, for imports from machines that share nothing.

Another machine is another directory of lock files here: its processes do not see this one's lock.
"""

import itertools
import json
import os
import re
import signal
import time
import unittest
from pathlib import Path

import faults
import harness
import laws

ON_TARGET = ("--coordinator", "target")
ROWS = 40
PACE = 2000  # ms between two requests: an import takes three minutes of its clock


class Case(faults.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.machines = itertools.count()

    def elsewhere(self):
        """The environment of another machine."""
        machine = self.directory / f"machine-{next(self.machines)}"
        locks = machine / "locks"
        locks.mkdir(parents=True)
        locks.chmod(0o1777)
        return {"REHOME_LOCK_DIR": locks, "REHOME_RUNS_DIR": machine / "runs"}

    def file_of(self, begin, rows=ROWS):
        lines = ["email,org_external_id,org_name"]
        lines += [f"{begin}{row}@example.com,o{row % 7},O{row % 7}" for row in range(rows)]
        return self.csv("\n".join(lines) + "\n", f"{begin}.csv")

    def locks(self, action="created"):
        return [it for it in self.target.effects("organization", action)
                if it["external_id"] == laws.LOCK]  # fmt: skip

    def lock_there(self):
        there = [it for it in self.target.objects("organizations")
                 if it.get("external_id") == laws.LOCK]  # fmt: skip
        return there[0] if there else None

    def beats(self):
        return int(self.lock_there()["metadata"]["rehome_beat"])

    def hold(self, *flags):
        """A run that has the lock on the target and goes on for minutes of its clock."""
        self.sandbox(latency="0-20")
        running = self.start("import", self.file_of("a"), "--yes", *ON_TARGET, *flags,
                             "--min-delay", PACE)  # fmt: skip
        harness.wait_until(lambda: self.target.counts()["users"] > 0)
        return running

    def writes_of(self, name):
        return [entry for entry in self.target.record(effects=True)
                if entry["effect"].get("email", "").startswith(name)]  # fmt: skip

    def rehold(self, **metadata):
        """What the lock on the target says is changed by hand."""
        self.ask("PUT", f"/organizations/{self.lock_there()['id']}", {"metadata": metadata})

    def foreign_lock(self, run="20260101-000000-abcdef"):
        """The lock of a run on another machine."""
        metadata = {"rehome_run": run, "rehome_nonce": "n", "rehome_beat": "7",
                    "rehome_host": "elsewhere", "rehome_user": "somebody", "rehome_pid": "4711",
                    "rehome_boot": "other", "rehome_pid_namespace": "pid:[1]",
                    "rehome_start_ticks": "1", "rehome_since": "2026-06-01T00:00:00.000Z"}  # fmt: skip
        body = {"name": "rehome lock (an import is running; do not delete)",
                "external_id": laws.LOCK, "metadata": metadata}  # fmt: skip
        return self.ask("POST", "/organizations", body)["id"]


class Exclusion(Case):
    def test_an_import_makes_the_lock_first_and_takes_it_away_last(self):
        self.sandbox(latency="0-20")
        done = self.imports(self.file_of("a"), *ON_TARGET)
        changes = [entry["effect"] for entry in self.target.record(effects=True)]
        self.assertEqual((changes[0]["action"], changes[0]["external_id"]), ("created", laws.LOCK))
        self.assertEqual((changes[-1]["action"], changes[-1]["external_id"]), ("deleted", laws.LOCK))
        self.assertIsNone(self.lock_there())
        self.assertIn(f"lock on the target: organization {changes[0]['id']}", done.stderr)
        organizations = [p for p in self.summary()["phases"] if p["phase"] == "organizations"]
        self.assertEqual(organizations[0]["created"], 7)
        self.check_laws()

    def test_without_the_option_nothing_is_locked_on_the_target(self):
        self.sandbox()
        self.imports(self.file_of("a"))
        self.assertEqual(self.locks(), [])

    def test_a_second_machine_is_refused_before_it_writes_and_its_import_is_kept(self):
        holder = self.hold()
        there = self.elsewhere()
        refused = self.rehome("import", self.file_of("b"), "--yes", *ON_TARGET, **there)
        self.assertEqual(refused.code, 75, refused.stderr)
        run_id = self.run_dir().name
        self.assertIn(f"is locked on the target itself (organization {self.lock_there()['id']})",
                      refused.stderr)
        self.assertIn(f"  run:     {run_id}\n", refused.stderr)
        self.assertIn(f"rehome lock release {run_id} --coordinator target", refused.stderr)
        self.assertIn("docs/parallel-runs.md", refused.stderr)
        self.assertEqual(self.writes_of("b"), [])
        kept = re.search(r"\nkept as run (\S+): ", refused.stderr)
        self.assertTrue(kept, refused.stderr)
        self.assertEqual(holder.wait().code, 0)
        done = self.rehome("resume", kept[1], **there)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.target.counts()["users"], 2 * ROWS)
        self.assertIsNone(self.lock_there())

    def test_one_environment_is_one_target_whatever_it_is_called(self):
        self.hold("--target", "one")
        refused = self.rehome("import", self.file_of("b"), "--yes", *ON_TARGET, "--target", "two",
                              **self.elsewhere())  # fmt: skip
        self.assertEqual(refused.code, 75, refused.stderr)

    def test_who_waits_begins_when_the_lock_is_gone(self):
        holder = self.hold()
        waiting = self.start("import", self.file_of("b"), "--yes", *ON_TARGET, "--wait", "2h",
                             **self.elsewhere())  # fmt: skip
        faults.wait_for_text(waiting, "waiting: target")
        self.assertEqual(self.writes_of("b"), [])
        self.assertEqual(holder.wait().code, 0)
        done = waiting.wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(done.stderr.count("waiting: target"), 1)
        actions = [entry["effect"]["action"] for entry in self.target.record(effects=True)
                   if entry["effect"].get("external_id") == laws.LOCK]  # fmt: skip
        self.assertEqual([it for it in actions if it != "updated"],
                         ["created", "deleted", "created", "deleted"])

    def race(self, *flags, **sandbox):
        """Starts of six machines at once; gives their exit codes. On a clock on which a process
        that is late does not run into a time-out."""
        self.sandbox(latency="100-300", clock_rate=10, **sandbox)
        files = [self.file_of(f"m{number}x", rows=3) for number in range(6)]
        starts = [self.start("import", file, "--yes", *ON_TARGET, *flags, **self.elsewhere())
                  for file in files]  # fmt: skip
        ends = [start.wait() for start in starts]
        for done in ends:
            self.assertIn(done.code, (0, 3, 75), done.stderr)
            self.assertEqual(done.code == 75, "\nkept as run " in done.stderr, done.stderr)
        return [done.code for done in ends]

    def assert_one_at_a_time(self, codes):
        self.assertEqual({code for code in codes} - {0, 75}, set())
        self.assertIn(0, codes)
        held = None
        for entry in self.target.record(effects=True):
            effect = entry["effect"]
            if effect.get("external_id") == laws.LOCK:
                held = {"created": effect["id"], "deleted": None}.get(effect["action"], held)
            else:
                self.assertIsNotNone(held, f"written without the lock: {entry}")
        self.assertEqual(self.target.counts()["users"], 3 * codes.count(0))
        self.assertIsNone(self.lock_there())

    def test_of_six_machines_one_writes_at_a_time(self):
        self.assert_one_at_a_time(self.race())

    def test_who_was_slower_waits_for_its_turn(self):
        codes = self.race("--wait", "2h")
        self.assertEqual(codes, [0] * 6)
        self.assert_one_at_a_time(codes)

    def test_the_same_where_what_was_written_shows_late(self):
        self.assert_one_at_a_time(self.race(lag=5))

    def test_where_the_target_lets_two_be_the_lowest_id_has_it(self):
        codes = self.race(unique=False)
        self.assertEqual(set(codes) - {0, 3, 75}, set())
        self.assertIn(0, codes)
        self.assertIsNone(self.lock_there())


class Life(Case):
    def test_it_is_renewed_while_the_run_goes_on(self):
        holder = self.hold()
        harness.wait_until(lambda: self.beats() >= 2)
        self.assertEqual(self.lock_there()["metadata"]["rehome_run"], self.run_dir().name)
        self.assertEqual(holder.wait().code, 0)
        self.check_laws()

    def test_a_killed_run_of_this_machine_blocks_nobody(self):
        holder = self.hold()
        holder.signal(signal.SIGKILL)
        holder.wait()
        left = self.lock_there()["id"]
        done = self.rehome("resume")  # as it began: with the lock on the target
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn(left, [it["id"] for it in self.locks("deleted")])
        self.assertEqual(len(self.locks()), 2)
        self.assertIsNone(self.lock_there())
        self.check_laws()

    def test_signals_are_left_to_the_main_thread(self):
        """Any other that does not hold them would die of them, and the process with it."""
        holder = self.hold()
        for task in Path(f"/proc/{holder.pid}/task").iterdir():
            if int(task.name) == holder.pid:
                continue
            status = (task / "status").read_text()
            held = int(re.search(r"^SigBlk:\s*(\w+)$", status, re.MULTILINE)[1], 16)
            for number in (signal.SIGINT, signal.SIGTERM):
                self.assertTrue(held >> (number - 1) & 1, status)

    def test_the_same_where_it_shows_long_that_it_was_there(self):
        self.sandbox(latency="0-20", lag=20)
        holder = self.start("import", self.file_of("a"), "--yes", *ON_TARGET, "--min-delay", PACE)
        harness.wait_until(lambda: self.target.counts()["users"] > 0)
        holder.signal(signal.SIGKILL)
        holder.wait()
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.check_laws()

    def test_ctrl_c_in_the_verification_takes_it_away(self):
        self.sandbox(latency="0-20", clock_rate=10)
        self.target.faults({"kind": "hang", "method": "GET", "path": "/user_management/*",
                            "times": 0})  # fmt: skip
        holder = self.start("import", self.file_of("a"), "--yes", *ON_TARGET)
        faults.wait_for_text(holder, "verification: comparing")
        holder.signal(signal.SIGINT)
        faults.wait_for_text(holder, "stopping the verification")
        self.assertEqual(holder.wait().code, -signal.SIGINT)
        self.assertIsNone(self.lock_there())

    def test_ctrl_c_while_it_is_taken_leaves_nothing(self):
        self.sandbox(latency="3000", clock_rate=10)
        holder = self.start("import", self.file_of("a"), "--yes", *ON_TARGET)
        self.wait_for_requests(2)  # the look before the file is read, and the first of taking it
        holder.signal(signal.SIGTERM)
        done = holder.wait()
        self.assertEqual(done.code, -signal.SIGTERM, done.stderr)
        self.assertIn("stopping: waiting for the target's answer", done.stderr)
        self.assertIn("interrupted; nothing was written", done.stderr)
        self.assertIsNone(self.lock_there())
        self.assertEqual(self.started_runs(), [])

    def test_a_run_that_cannot_begin_gives_it_back(self):
        self.sandbox()
        self.imports(self.file_of("a"), "--limit", 3, *ON_TARGET)
        events = self.run_dir() / "events.jsonl"
        events.unlink()
        events.mkdir()
        done = self.rehome("resume")
        self.assertEqual(done.code, 4, done.stderr)
        self.assertEqual((len(self.locks()), len(self.locks("deleted"))), (2, 2))
        self.assertIsNone(self.lock_there())

    def test_ctrl_c_takes_it_away(self):
        holder = self.hold()
        holder.signal(signal.SIGINT)
        self.assertEqual(holder.wait().code, -signal.SIGINT)
        self.assertIsNone(self.lock_there())

    def test_a_refused_consent_takes_none(self):
        self.sandbox()
        done = self.rehome("import", self.file_of("a"), *ON_TARGET)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("an organization on the target that is deleted at the end", done.stderr)
        self.assertEqual(self.target.counts()["writes_applied"], 0)

    def test_a_run_whose_lock_was_removed_stops_and_can_be_resumed(self):
        holder = self.hold()
        self.ask("DELETE", f"/organizations/{self.lock_there()['id']}")
        done = holder.wait()
        self.assertEqual(done.code, 3, done.stderr)
        self.assertIn("the lock on the target was lost (somebody removed it)", done.stderr)
        events = (self.run_dir() / "events.jsonl").read_text()
        self.assertIn('"type":"lock_lost"', events)
        gone = next(entry["seq"] for entry in self.target.record()
                    if entry["method"] == "PUT" and entry["status"] == 404)  # fmt: skip
        told = next(entry for entry in self.target.record()
                    if entry["seq"] > gone and entry["status"] == 404
                    and entry["path"].startswith("/organizations/org_"))  # fmt: skip
        late = [entry for entry in self.target.record(effects=True)
                if entry["time_ms"] > told["time_ms"] + 15_000]  # what was on its way
        self.assertEqual(late, [])
        resumed = self.rehome("resume")
        self.assertEqual(resumed.code, 0, resumed.stderr)
        self.check_laws()

    def test_writes_wait_while_it_cannot_be_renewed(self):
        holder = self.hold()
        self.target.faults({"kind": "status", "status": 503, "when": "before", "method": "PUT",
                            "path": "/organizations/*", "times": 0})  # fmt: skip
        faults.wait_for_text(holder, "writes wait: the lock on the target could not be renewed")
        time.sleep(0.5)  # 25 s: what had left has arrived
        before = self.target.counts()["writes_applied"]
        time.sleep(1)
        self.assertEqual(self.target.counts()["writes_applied"], before)
        self.target.faults()
        done = holder.wait()
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("the lock on the target is renewed; writing again", done.stderr)
        self.check_laws()

    def test_a_create_whose_answer_is_lost_is_found_again(self):
        for kind in ("reset", "half_body", "empty"):
            with self.subTest(kind):
                self.sandbox()
                self.target.faults({"kind": kind, "when": "after", "on": "organization",
                                    "body_part": laws.LOCK})  # fmt: skip
                self.imports(self.file_of("a"), *ON_TARGET, **self.elsewhere())
                self.assertEqual(len(self.locks()), 1)
                self.assertIsNone(self.lock_there())

    def test_a_target_that_is_not_there_is_told_as_always(self):
        self.sandbox()
        self.target.stop()
        done = self.rehome("import", self.file_of("a"), "--yes", *ON_TARGET)
        self.assertEqual(done.code, 4, done.stderr)


class Commands(Case):
    def test_status_and_check_show_it(self):
        self.hold()
        there = self.elsewhere()
        self.assertEqual(self.rehome("lock", "check", "-q", **there).code, 0)
        check = self.rehome("lock", "check", *ON_TARGET, **there)
        self.assertEqual(check.code, 75, check.stderr)
        self.assertIn(f"run {self.run_dir().name}", check.stdout)
        status = self.rehome("lock", "status", *ON_TARGET, "--json", **there)
        told = json.loads(status.stdout)["on_target"]
        self.assertTrue(told["held"])
        self.assertEqual(told["organization"], self.lock_there()["id"])
        self.assertEqual(told["holder"]["run"], self.run_dir().name)
        self.assertEqual(told["holder"]["pid"], self._started[0].pid)

    def test_the_lock_of_a_machine_that_is_gone_is_released_by_the_run_s_id(self):
        self.sandbox()
        organization = self.foreign_lock("20260101-000000-abcdef")
        refused = self.rehome("import", self.file_of("a"), "--yes", *ON_TARGET)
        self.assertEqual(refused.code, 75, refused.stderr)
        self.assertIn("somebody@elsewhere, pid 4711, on another machine", refused.stderr)
        release = ("lock", "release", "20260101-000000-abcdef", *ON_TARGET, "--clock-rate", 50)
        other = self.rehome("lock", "release", "20260101-000000-fedcba", *release[3:])
        self.assertEqual(other.code, 75, other.stderr)
        self.assertIn("nothing was released", other.stdout)
        done = self.rehome(*release)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("is released", done.stdout)
        self.assertEqual([it["id"] for it in self.locks("deleted")], [organization])
        self.assertGreater(done.seconds, 150 / 50)  # looked at, then waited for
        self.imports(self.file_of("a"), *ON_TARGET)

    def test_a_lock_that_is_renewed_is_not_released(self):
        holder = self.hold()
        done = self.rehome("lock", "release", self.run_dir().name, *ON_TARGET, "--clock-rate", 50,
                           **self.elsewhere())  # fmt: skip
        self.assertEqual(done.code, 75, done.stderr)
        self.assertIn("which renews it", done.stdout)
        self.assertEqual(holder.wait().code, 0)

    def test_a_holder_that_slept_through_the_release_of_its_lock_sends_nothing_more(self):
        holder = self.hold()
        run_id = self.run_dir().name
        os.kill(holder.pid, signal.SIGSTOP)
        self.rehold(rehome_boot="other")  # as if it were on another machine
        done = self.rehome("lock", "release", run_id, *ON_TARGET, "--clock-rate", 50,
                           **self.elsewhere())  # fmt: skip
        self.assertEqual(done.code, 0, done.stdout + done.stderr)
        last = self.target.record()[-1]["seq"]
        os.kill(holder.pid, signal.SIGCONT)
        ended = holder.wait()
        self.assertEqual(ended.code, 3, ended.stderr)
        late = [entry for entry in self.target.record(effects=True) if entry["seq"] > last]
        self.assertEqual(late, [])


if __name__ == "__main__":
    unittest.main()

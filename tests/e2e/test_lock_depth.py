"""The lock in depth: suspended holders, lock files that are taken away, other processes, events, and
what `lock release` says."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import time
import unittest

import faults
import harness


OFD_SETLK = 37  # F_OFD_SETLK, which this Python does not name


class Depth(faults.Case):
    def lock_file(self):
        locks = list((self.directory / "locks").glob("*.lock"))
        self.assertEqual(len(locks), 1, locks)
        return locks[0]

    def events(self, kind=None, run_dir=None):
        path = (run_dir or self.run_dir()) / "events.jsonl"
        events = [json.loads(line) for line in path.read_text().splitlines()]
        return [event for event in events if kind in (None, event["type"])]

    def suspend(self, running):
        running.signal(signal.SIGSTOP)
        self.addCleanup(running.signal, signal.SIGCONT)
        stat = f"/proc/{running.pid}/stat"
        harness.wait_until(lambda: open(stat, encoding="utf8").read().split(") ")[1][0] == "T")

    def release(self, *arguments):
        return self.rehome("lock", "release", *arguments)

    def mark(self, file):
        """The second lock of a holder, by which it is seen (an open file description's)."""
        lock = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
        fcntl.fcntl(file, OFD_SETLK, lock)


class Suspended(Depth):
    def test_it_is_explained_and_not_overridden(self):
        holder = self.hold()
        self.suspend(holder)
        refused = self.rehome("import", self.csv("email\nb@example.com\n", "other.csv"), "--yes")
        self.assertEqual(refused.code, 75, refused.stderr)
        self.assertIn(f"pid {holder.pid} (suspended: it is stopped (T), and still has the lock)\n",
                      refused.stderr)
        self.assertIn(f"what now: let it go on with `kill -CONT {holder.pid}`, or end it in order "
                      f"with `kill {holder.pid}; kill -CONT {holder.pid}` (it can be resumed)\n",
                      refused.stderr)
        check = self.rehome("lock", "check")
        self.assertEqual(check.code, 75)
        self.assertIn(f"pid {holder.pid}, suspended (T), since ", check.stdout)

    def test_a_lock_that_was_taken_away_meanwhile_keeps_it_from_sending_another_write(self):
        self.sandbox(latency="20", clock_rate=10)
        running = self.start("import", self.entangled(), "--yes", "--rate", 20, "--no-verify")
        harness.wait_until(lambda: self.target.counts()["users"] > 50)
        self.suspend(running)
        self.lock_file().unlink()
        time.sleep(0.5)  # what it had sent before has long arrived
        applied = self.target.counts()["writes_applied"]
        running.signal(signal.SIGCONT)
        done = running.wait(30)
        self.assertEqual(done.code, 3, done.stderr)
        self.assertEqual(self.target.counts()["writes_applied"], applied)
        self.assertIn("the lock file was removed or replaced while the run was going", done.stderr)
        done = self.rehome("resume", "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()


class TakenAway(Depth):
    def test_a_removed_lock_file_stops_the_run_which_can_be_resumed(self):
        self.sandbox(latency="5", clock_rate=10)
        running = self.start("import", self.entangled(), "--yes", "--rate", 20)
        harness.wait_until(lambda: self.target.counts()["users"] > 20)
        self.lock_file().unlink()
        done = running.wait(30)
        self.assertEqual(done.code, 3, done.stderr)
        self.assertEqual(self.summary()["run"]["state"], "stopped")
        self.assertEqual(len(self.events("lock_lost")), 1)
        self.assertEqual(self.events("lock_released"), [])
        done = self.rehome("resume", "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()

    def test_a_replaced_lock_file_stops_it_too(self):
        self.sandbox(latency="5", clock_rate=10)
        running = self.start("import", self.entangled(), "--yes", "--rate", 20)
        harness.wait_until(lambda: self.target.counts()["users"] > 20)
        replacement = self.lock_file().with_suffix(".new")
        replacement.write_text(self.lock_file().read_text())
        replacement.rename(self.lock_file())
        self.assertEqual(running.wait(30).code, 3)

    def test_no_age_makes_a_lock_free(self):
        holder = self.hold()
        text = json.loads(self.lock_file().read_text())
        text["acquired_at"] = "2001-01-01T00:00:00.000Z"
        with self.lock_file().open("r+") as file:
            file.write(json.dumps(text))
            file.truncate()
        os.utime(self.lock_file(), (1, 1))
        refused = self.rehome("import", self.file, "--yes")
        self.assertEqual(refused.code, 75)
        self.assertIn("2001-01-01T00:00:00.000Z (", refused.stderr)
        self.assertIsNone(holder.poll())


class Events(Depth):
    def test_a_run_tells_that_it_took_the_lock_and_gave_it_back(self):
        self.sandbox()
        done = self.imports(self.csv("email\na@example.com\n"), "--json")
        kinds = [event["type"] for event in self.events()]
        self.assertEqual(kinds[:2], ["version", "lock_acquired"])
        self.assertEqual(kinds[-3:], ["summary", "lock_released", "run_ended"])
        acquired = self.events("lock_acquired")[0]
        self.assertTrue(acquired["target"].startswith("key-"))
        self.assertLess(acquired["waited_ns"], 10**9)
        self.assertEqual([json.loads(line)["type"] for line in done.stdout.splitlines()], kinds)

    def test_who_waits_tells_for_whom_once_and_then_how_long(self):
        holder = self.hold()
        holding = self.run_dir()
        other = self.csv("email\nb@example.com\n", "other.csv")
        waiting = self.start("import", other, "--yes", "--wait", "60s", "--json")
        faults.wait_for_text(waiting, "waiting: target ")
        time.sleep(2.5)  # it has looked again by now
        told = [json.loads(line) for line in waiting.stdout().splitlines()]
        self.assertEqual([event["type"] for event in told], ["version", "lock_waiting"])
        self.assertEqual((told[1]["holder"]["run"], told[1]["holder"]["pid"]),
                         (holding.name, holder.pid))
        self.assertEqual(told[1]["at_most_ns"], 60 * 10**9)
        holder.signal()
        holder.wait()
        self.answer_at_once()
        done = waiting.wait(60)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(done.stderr.count("waiting: target "), 1)
        acquired = self.events("lock_acquired")[0]
        self.assertGreater(acquired["waited_ns"], 2 * 10**9)
        self.assertEqual(self.summary()["counters"]["lock_wait_ns"], acquired["waited_ns"])

    def assert_gave_back(self, done, code, last="lock_released"):
        """A command that took the lock, ended so and told of both."""
        self.assertEqual(done.code, code, done.stderr)
        told = [json.loads(line)["type"] for line in done.stdout.splitlines()]
        self.assertEqual(told[:2], ["version", "lock_acquired"])
        self.assertEqual((told.count("lock_released"), told[-1]), (1, last), told)

    def test_what_is_refused_after_it_took_the_lock_tells_that_it_gave_it_back(self):
        self.sandbox()
        bad = self.csv("e-mail\na@example.com\n", "bad.csv")
        self.assert_gave_back(self.rehome("import", bad, "--yes", "--json"), 2)
        file = self.csv("email\na@example.com\nb@example.com\n")
        self.assert_gave_back(self.rehome("import", file, "--json"), 2)
        self.imports(file, "--limit", 1)
        file.write_text("email\nc@example.com\n")
        self.assert_gave_back(self.rehome("resume", "--json"), 2)
        self.assert_gave_back(self.rehome("verify", "--json"), 2)

    def test_a_run_that_cannot_begin_tells_it_among_its_events_too(self):
        self.sandbox()
        file = self.csv("email\na@example.com\nb@example.com\n")
        self.imports(file, "--limit", 1)
        (self.run_dir() / "journal.db").write_bytes(b"half")
        self.assert_gave_back(self.rehome("resume", "--json"), 4)
        self.assert_gave_back(self.rehome("verify", "--json"), 4)

    def test_a_run_that_cannot_write_its_end_tells_it_too(self):
        self.sandbox(latency="500", clock_rate=1)
        running = self.start("import", self.csv("email\na@example.com\n"), "--yes", "--json")
        self.wait_for_requests(1)
        (self.run_dir() / "summary.json").mkdir()
        self.assert_gave_back(running.wait(), 4)
        kinds = [event["type"] for event in self.events()]
        self.assertEqual((kinds[1], kinds[-1]), ("lock_acquired", "lock_released"))

    def test_an_interrupted_verification_tells_it_before_its_end(self):
        self.sandbox(clock_rate=1)
        self.imports(self.csv("email\na@example.com\n"), "--no-verify")
        self.target.settings(latency_min_ms=500, latency_max_ms=500)
        requests = self.target.counts()["requests"]
        running = self.start("verify", "--json")
        self.wait_for_requests(requests + 1)
        running.signal(signal.SIGINT)
        self.assert_gave_back(running.wait(), -signal.SIGINT, last="run_ended")

    def test_the_lock_is_free_when_the_end_of_the_run_is_told(self):
        self.sandbox()
        for number in range(10):
            file = self.csv(f"email\nuser{number}@example.com\n", f"{number}.csv")
            running = self.start("import", file, "--yes", "--json")
            harness.wait_until(lambda it=running: '"run_ended"' in it.stdout())
            self.assertEqual(self.rehome("lock", "check", "-q").code, 0)
            running.wait()


class Release(Depth):
    def last_audit(self, run_id):
        return self.events("lock_release", self.runs_dir / run_id)[-1]

    def test_a_free_lock_leaves_nothing_to_release(self):
        self.sandbox()
        self.imports(self.csv("email\na@example.com\n"))
        run_id = self.run_dir().name
        done = self.release(run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("is free: there is nothing to release, since a lock ends with the process that "
                      "had it", done.stdout)
        audit = self.last_audit(run_id)
        self.assertEqual((audit["result"], audit["host"]), ("free", os.uname().nodename))

    def test_the_whole_id_is_wanted(self):
        self.sandbox()
        self.imports(self.csv("email\na@example.com\n"))
        run_id = self.run_dir().name
        done = self.release(run_id[-4:])
        self.assertEqual(done.code, 2, done.stdout)
        self.assertIn(f"wants the whole id: did you mean {run_id}?", done.stderr)
        self.assertEqual(self.release("no-such-run").code, 2)
        self.assertEqual(self.release().code, 2)

    def test_a_living_holder_keeps_it(self):
        holder = self.hold()
        run_id = self.run_dir().name
        done = self.release(run_id)
        self.assertEqual(done.code, 75, done.stdout)
        self.assertIn(f"is held by run {run_id}, which is alive: ", done.stdout)
        self.assertIn(f"end it in order with `kill {holder.pid}`", done.stdout)
        self.assertEqual(self.rehome("lock", "check", "-q").code, 75)
        self.assertEqual(self.last_audit(run_id)["result"], "holder_alive")
        told = json.loads(self.release(run_id, "--json").stdout)
        self.assertEqual((told["run"], told["held"], told["result"], told["holder"]["life"]),
                         (run_id, True, "holder_alive", "running"))

    def test_a_suspended_holder_keeps_it(self):
        holder = self.hold()
        self.suspend(holder)
        run_id = self.run_dir().name
        done = self.release(run_id)
        self.assertEqual(done.code, 75, done.stdout)
        self.assertIn("nothing was released, since it would send on when it wakes up; let it go on "
                      f"with `kill -CONT {holder.pid}`", done.stdout)
        self.assertEqual(self.last_audit(run_id)["result"], "holder_suspended")

    def test_a_holder_that_is_not_seen_is_called_unproven(self):
        holder = self.hold()
        run_id = self.run_dir().name
        holder.signal()
        holder.wait()
        with self.lock_file().open("rb") as file:
            # As a process that the dead one had started and that has its descriptor still.
            fcntl.flock(file, fcntl.LOCK_EX)
            self.mark(file)
            done = self.release(run_id)
        self.assertEqual(done.code, 75, done.stdout)
        self.assertIn("is held, and it is not proven by whom: ", done.stdout)
        self.assertIn(f"`fuser {self.lock_file()}`", done.stdout)
        self.assertEqual(self.last_audit(run_id)["result"], "holder_unproven")

    def test_a_lock_of_another_run_is_not_its(self):
        self.sandbox()
        self.imports(self.csv("email\nb@example.com\n", "other.csv"))
        run_id = self.run_dir().name
        self.target.settings(latency_min_ms=3600000, latency_max_ms=3600000)
        requests = self.target.counts()["requests"]
        running = self.start("import", self.csv("email\na@example.com\n"), "--yes")
        self.wait_for_requests(requests + 1)
        done = self.release(run_id)
        self.assertEqual(done.code, 75, done.stdout)
        self.assertIn(f"is held, but not by run {run_id}: by ", done.stdout)
        self.assertIn(f", pid {running.pid}, since ", done.stdout)


class OtherProcesses(Depth):
    def test_check_and_status_warn_of_what_the_lock_does_not_cover(self):
        holder = self.hold("--target", "staging")
        free = self.rehome("lock", "check", "--target", "production")
        self.assertEqual(free.code, 0)
        self.assertIn(f"warning: rehome is also at work as pid {holder.pid} of ", free.stderr)
        self.assertIn(f"import {self.file} --yes --target staging\n", free.stderr)
        self.assertIn("make sure that none of them is for this target under another --target",
                      free.stderr)
        told = json.loads(self.rehome("lock", "status", "--target", "production", "--json").stdout)
        others = {other["pid"]: other for other in told["other_processes"]}
        self.assertIn(holder.pid, others)
        self.assertRegex(others[holder.pid]["started_at"], r"^20\d\d-\d\d-\d\dT")

    def test_the_holder_itself_and_those_that_only_read_are_none(self):
        holder = self.hold("--target", "staging")
        watching = self.start("status", "--watch")
        held = self.rehome("lock", "check", "--target", "staging", "--json")
        self.assertEqual(held.code, 75)
        pids = [other["pid"] for other in json.loads(held.stdout)["other_processes"]]
        for running in (holder, watching, held):
            self.assertNotIn(getattr(running, "pid", None), pids)
        watching.signal()

    def test_a_stranger_with_the_number_of_a_holder_elsewhere_is_warned_of(self):
        running = self.hold("--target", "staging")
        named = json.loads(self.lock_file().read_text())
        free = json.loads(
            self.rehome("lock", "status", "--target", "production", "--json").stdout
        )
        for elsewhere in ({"pid_namespace": "pid:[1]"}, {"boot_id": "another"}, {"start_ticks": 1}):
            with self.subTest(elsewhere), open(free["lock_file"], "w+b") as file:
                file.write(json.dumps({**named, **elsewhere}).encode())
                file.flush()
                fcntl.flock(file, fcntl.LOCK_EX)
                self.mark(file)
                held = self.rehome("lock", "check", "--target", "production")
                self.assertEqual(held.code, 75, held.stdout)
                self.assertIn(f", pid {running.pid}", held.stdout)
                self.assertIn(f"warning: rehome is also at work as pid {running.pid} of ",
                              held.stderr)

    def test_a_secret_on_a_command_line_is_masked(self):
        self.hold("--target", "staging")
        # A word that no rehome takes: as somebody may have typed it.
        running = self.start("verify", "--wait", "1h", "--file", "/x/sk_test_verysecretverysecret12")
        harness.wait_until(lambda: "waiting" in running.stderr() or running.poll())
        told = self.rehome("lock", "check", "--target", "production")
        self.assertNotIn("verysecret", told.stdout + told.stderr)


@unittest.skipUnless(faults.is_root(), "another user is needed")
class AnotherUser(Depth):
    nobody = 65534

    def open_to_all(self):
        self.directory.chmod(0o777)

    def test_his_run_holds_the_target_for_everybody(self):
        self.sandbox(latency="3600000", clock_rate=1)
        self.open_to_all()
        file = self.csv("email\na@example.com\n")
        file.chmod(0o644)
        environment = self.environment(REHOME_RUNS_DIR=self.directory / "his")
        # fmt: off
        his = subprocess.Popen([harness.binary(), "import", str(file), "--yes"], env=environment,
                               cwd=self.directory, user=self.nobody, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # fmt: on
        self.addCleanup(his.wait)
        self.addCleanup(his.kill)
        self.wait_for_requests(1)
        refused = self.rehome("import", file, "--yes")
        self.assertEqual(refused.code, 75, refused.stderr)
        self.assertRegex(refused.stderr, rf"holder:  \S+@\S+, pid {his.pid} \(running\)")

    def test_his_run_is_not_resumed_or_verified_by_others(self):
        self.sandbox()
        file = self.csv("email\na@example.com\nb@example.com\n")
        self.imports(file, "--limit", 1)
        run = self.run_dir()
        os.chown(run, self.nobody, self.nobody)
        name = subprocess.run(["id", "-un", str(self.nobody)], capture_output=True, text=True,
                              check=True).stdout.strip()
        for command in (("resume",), ("verify",), ("import", file, "--yes")):
            with self.subTest(command=command):
                done = self.rehome(*command)
                self.assertEqual(done.code, 2, done.stderr)
                self.assertIn(f"run {run.name} belongs to the user {name}: ", done.stderr)
        self.assertEqual(self.target.counts()["users"], 1)


if __name__ == "__main__":
    unittest.main()

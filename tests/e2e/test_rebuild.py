"""A lost or damaged journal is made anew from the file and the target, and nothing is doubled."""

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import time

import faults
import harness


class Rebuild(faults.Case):
    def killed(self, **sandbox):
        """A run of entangled rows that was killed in their middle; gives its directory."""
        self.sandbox(latency="2", **sandbox)
        self.file = self.entangled(rows=300, organizations=8)
        running = self.start("import", self.file, "--yes", "--rate", 8)
        harness.wait_until(lambda: self.target.counts()["users"] > 80)
        running.signal(signal.SIGKILL)
        running.wait()
        self.assertLess(self.target.counts()["users"], self.wanted["users"])
        return self.run_dir()

    def lose(self, run):
        for path in run.glob("journal.db*"):
            path.unlink()

    def damage(self, run):
        """Spoils pages in the middle of the journal, and what was not merged into it yet."""
        journal = run / "journal.db"
        with journal.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * 8192)
        (run / "journal.db-wal").unlink(missing_ok=True)
        return journal.read_bytes()

    def rebuild(self, run, *flags):
        return self.rehome("resume", run.name, "--rebuild", "--rate", "none", *flags)

    def assert_rebuilt(self, run, done, **laws):
        self.assertEqual(done.code, 0, done.stderr)
        self.assertRegex(done.stderr, r"\nJournal: lost, and made anew at \S+ from the file and")
        self.assertRegex(self.summary(run)["run"]["rebuilt_at"], r"^20\d\d-")
        self.assert_whole(**laws)
        self.assert_nothing_failed()

    def test_a_lost_journal_is_named_and_rebuilt(self):
        run = self.killed()
        self.lose(run)
        before = self.target.counts()["requests"]
        refused = self.rehome("resume")
        self.assertEqual(refused.code, 2, refused.stderr)
        self.assertIn(f"the journal is not there; `rehome resume {run.name} --rebuild` makes a new "
                      "one from the file and the target", refused.stderr)
        self.assertEqual(self.target.counts()["requests"], before)
        done = self.rebuild(run)
        self.assert_rebuilt(run, done)
        # All was made by this run, and is not taken for what others left.
        # (A row that asks for a membership again is unchanged.)
        again = 300 - self.wanted["memberships"]
        self.assert_rows(read=300, created=300 - again, unchanged=again)

    def test_where_nothing_is_unique_nothing_is_doubled(self):
        run = self.killed(unique=False, lag=2)
        self.lose(run)
        self.assert_rebuilt(run, self.rebuild(run))

    def test_a_damaged_journal_is_kept_aside(self):
        run = self.killed()
        spoiled = self.damage(run)
        refused = self.rehome("resume")
        self.assertEqual(refused.code, 4, refused.stderr)
        self.assertIn(f"`rehome resume {run.name} --rebuild`", refused.stderr)
        self.assertEqual((run / "journal.db").read_bytes(), spoiled)
        done = self.rebuild(run)
        self.assert_rebuilt(run, done)
        kept = list(run.glob("journal.db.damaged-*Z"))
        self.assertEqual([path.read_bytes() for path in kept], [spoiled])
        self.assertIn(f"is kept as {kept[0].name}\n", done.stderr)

    def test_a_large_journal_of_which_only_an_index_is_damaged_is_rebuilt(self):
        """Of more than 256 MB a plain resume checks only small tables, and meets it later."""
        self.sandbox(latency="2")
        running = self.start("import", self.entangled(rows=300, organizations=8), "--yes",
                             "--rate", 8)  # fmt: skip
        harness.wait_until(lambda: self.target.counts()["users"] > 80)
        running.signal(signal.SIGINT)
        running.wait()
        run = self.run_dir()
        journal = run / "journal.db"
        page = self.page_of(journal, "effect_key")
        with journal.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"\xa5" * 4096)
        os.truncate(journal, 257 << 20)  # a hole, which SQLite does not look at
        refused = self.rehome("resume", run.name)
        self.assertEqual(refused.code, 4, refused.stderr)
        self.assertIn(f"`rehome resume {run.name} --rebuild`", refused.stderr)
        self.assert_rebuilt(run, self.rebuild(run))

    def page_of(self, journal, name):
        """The first page of a table or an index."""
        copy = shutil.copy(journal, self.directory / "looked-at.db")
        with contextlib.closing(sqlite3.connect(copy)) as database:
            query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
            return database.execute(query, (name,)).fetchone()[0]

    def test_a_journal_that_can_be_read_is_left_alone(self):
        run = self.killed()
        done = self.rebuild(run)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("can be read whole, and nothing knows more of the run: resume it without "
                      "--rebuild", done.stderr)
        self.assertNotIn("rebuilt_at\":\"2", (run / "run.json").read_text())
        done = self.rehome("resume", "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn("made anew", done.stderr)
        self.assert_whole()

    def test_a_rebuild_that_is_killed_goes_on_with_a_plain_resume(self):
        run = self.killed(unique=False, lag=1)
        self.lose(run)
        for _ in range(3):
            users = self.target.counts()["users"]
            flags = ("--rate", 8) if (run / "journal.db").exists() else ("--rate", 8, "--rebuild")
            running = self.start("resume", run.name, *flags)
            harness.wait_until(lambda least=users: self.target.counts()["users"] > least + 10)
            running.signal(signal.SIGKILL)
            running.wait()
        done = self.rehome("resume", run.name, "--rate", "none")
        self.assert_rebuilt(run, done)

    def test_what_was_there_before_the_run_is_not_taken_for_its_own(self):
        self.sandbox(latency="2", clock_rate=10)
        self.target.seed(
            users=[{"email": "a@example.com", "email_verified": True}],
            organizations=[{"name": "Old", "external_id": "old"}],
        )
        # Clocks may differ by 5 s: what is younger than that could be the run's.
        time.sleep(10 / self.target.clock_rate)
        rows = "".join(f"u{n}@example.com,new,New\n" for n in range(60))
        file = self.csv("email,org_external_id,org_name\na@example.com,old,Old\n" + rows)
        running = self.start("import", file, "--yes", "--rate", 4)
        harness.wait_until(lambda: self.target.counts()["users"] > 20)
        running.signal()
        running.wait()
        run = self.run_dir()
        self.lose(run)
        done = self.rebuild(run)
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_rows(read=61, created=60, adopted=1)
        phases = {phase["phase"]: phase for phase in self.summary()["phases"]}
        self.assertEqual(phases["organizations"]["adopted"], 1)
        self.assertEqual(phases["organizations"]["created"], 1)
        self.assertEqual(self.target.counts()["users"], 61)
        self.check_laws()

    def test_the_journal_of_a_finished_run_is_rebuilt_without_a_write(self):
        self.sandbox()
        self.imports(self.entangled(rows=60, organizations=3))
        run = self.run_dir()
        self.lose(run)
        writes = self.target.counts()["writes_applied"]
        self.assertEqual(self.rehome("report").code, 2)
        self.assert_rebuilt(run, self.rebuild(run))
        self.assertEqual(self.target.counts()["writes_applied"], writes)

    def test_a_rebuild_of_a_finished_run_that_dies_before_it_begins_is_not_called_finished(self):
        """While the roles are asked for the new journal is there, and knows of nothing yet."""
        self.sandbox(roles=["auditor"])
        header = "email,org_external_id,org_name,role_slugs\n"
        self.imports(self.csv(header + "a@example.com,o,O,auditor\n"))
        run = self.run_dir()
        self.lose(run)
        self.target.settings(latency_min_ms=60_000, latency_max_ms=60_000)
        asked = self.target.counts()["requests"]
        running = self.start("resume", run.name, "--rebuild")
        harness.wait_until(lambda: self.target.counts()["requests"] > asked)
        running.signal(signal.SIGKILL)
        running.wait()
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        self.assertTrue((run / "journal.db").exists())
        writes = self.target.counts()["writes_applied"]
        done = self.rehome("resume", run.name)
        self.assertRegex(done.stderr, r"\nJournal: lost, and made anew at ")
        self.assert_rows(read=1, created=1)
        self.assertEqual((done.code, self.target.counts()["writes_applied"]), (0, writes))
        self.check_laws()

    def test_it_waits_until_what_was_sent_last_must_show(self):
        # Ten seconds of real time, which no machine needs between the kill and the rebuild.
        run = self.killed(lag=20, clock_rate=10)
        self.lose(run)
        done = self.rebuild(run)
        self.assertIn("\nwaiting ", "\n" + done.stderr)
        self.assert_rebuilt(run, done)

    def lost_just_now(self):
        """A run whose rebuild has to wait for more than a minute of its clock."""
        run = self.killed(lag=20, clock_rate=10)
        self.lose(run)
        return run

    def waited_for(self, text):
        """The seconds of its clock for which a command said that it waits."""
        told = re.search(r"^waiting (?:(\d+):)?(\d\d?:\d\d?(?:\.\d)?): what", text, re.MULTILINE)
        self.assertTrue(told, text)
        minutes, seconds = told[2].split(":")
        return int(told[1] or 0) * 3600 + int(minutes) * 60 + float(seconds)

    def assert_went_on(self, first, second):
        """The second one waits for less, by the three seconds that the first one had waited."""
        left = self.waited_for(second.stderr)
        self.assertLess(left, self.waited_for(first.stderr) - 2.8 * self.target.clock_rate)

    def test_a_signal_ends_the_wait_which_is_not_begun_anew(self):
        run = self.lost_just_now()
        writes = self.target.counts()["writes_applied"]
        waiting = self.start("resume", run.name, "--rebuild", "--rate", "none")
        faults.wait_for_text(waiting, "waiting ")
        time.sleep(3)
        self.assertEqual(self.rehome("status", run.name, "--json").code, 0)
        seen = json.loads((run / "status.json").read_text())
        self.assertEqual((seen["phase"], seen["pid"]), ("starting", waiting.pid))
        waiting.signal(signal.SIGHUP)  # its terminal goes, and it stays
        time.sleep(0.3)
        self.assertIsNone(waiting.poll())
        began = time.monotonic()
        waiting.signal(signal.SIGINT)
        done = waiting.wait(30)
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(done.code, -signal.SIGINT, done.stderr)
        self.assertIn(f"Next: rehome resume {run.name}\n", done.stderr)
        self.assertEqual(self.target.counts()["writes_applied"], writes)
        self.assertEqual(self.summary(run)["run"]["state"], "interrupted")
        again = self.rehome("resume", run.name, "--rate", "none")
        self.assert_went_on(done, again)
        self.assert_rebuilt(run, again)

    def test_a_kill_does_not_begin_the_wait_anew_either(self):
        run = self.lost_just_now()
        waiting = self.start("resume", run.name, "--rebuild", "--rate", "none")
        faults.wait_for_text(waiting, "waiting ")
        time.sleep(3)
        waiting.signal(signal.SIGKILL)
        killed = waiting.wait()
        again = self.rehome("resume", run.name, "--rate", "none")
        self.assert_went_on(killed, again)
        self.assert_rebuilt(run, again)

    def test_the_deadline_ends_the_wait(self):
        run = self.lost_just_now()
        writes = self.target.counts()["writes_applied"]
        done = self.rebuild(run, "--deadline", "10s")
        self.assertEqual(done.code, 3, done.stderr)
        self.assertLess(done.seconds, 4)
        self.assertIn("the time of --deadline has come", done.stderr)
        self.assertIn(f"Next: rehome resume {run.name}\n", done.stderr)
        # It knows of nothing that it made, and yet is no run that has made nothing.
        other = self.rehome("import", self.file, "--yes", "--on-existing", "skip")
        self.assertEqual(other.code, 2, other.stderr)
        self.assertIn(f"run {run.name} of this file has not come to its end", other.stderr)
        self.assertEqual(self.target.counts()["writes_applied"], writes)
        self.assert_rebuilt(run, self.rehome("resume", run.name, "--rate", "none"))

    def test_the_file_must_be_the_one_of_the_run(self):
        run = self.killed()
        self.lose(run)
        self.file.write_text(self.file.read_text() + "late@example.com,,,,\n")
        done = self.rebuild(run)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn(f"its content changed since run {run.name} began: it had ", done.stderr)
        self.assertEqual(list(run.glob("journal.db*")), [])
        self.assertEqual(json.loads((run / "run.json").read_text()).get("rebuilt_at"), "")


if __name__ == "__main__":
    import unittest

    unittest.main()

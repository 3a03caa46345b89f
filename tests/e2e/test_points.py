# runs alone
"""An import and its resumption hit at named calls, in all phases: killed, told that the disk has
failed (once, or from then on), or stopped for a while."""

import functools
import signal
import time
import unittest
from pathlib import Path

import crashes
import harness
import laws
import trials

# How a command ends when the call fails: it stops with exit 4; the input is refused with exit 2; the
# verification is incomplete, exit 5; the target is asked again; nobody depends on it; or, of the page
# alone, it is told and all else is done.
# Of status.json only the last one counts.
STOPS, REFUSES, UNVERIFIED = "stops", "refuses", "unverified"
ASKS_AGAIN, GOES_ON, STOPS_LATE, NO_PAGE = "asks again", "goes on", "stops late", "no page"
CODES = {STOPS: 4, REFUSES: 2, UNVERIFIED: 5, ASKS_AGAIN: 0, GOES_ON: 0, STOPS_LATE: 0,
         NO_PAGE: 0}  # fmt: skip

# name: function:role:nth:when, how it ends. Sends: one for the roles, twelve for organizations.
IMPORT = {
    "lock: made": ("open:lock:1:after", STOPS),
    "lock: taken": ("flock:lock:1:before", STOPS),
    "lock: marked": ("fcntl:lock:1:after", STOPS),
    "lock: says who": ("pwrite:lock:1:before", GOES_ON),
    "survey: file opened": ("open:input:1:before", REFUSES),
    "survey: file read": ("pread:input:5:before", STOPS),
    "roles: connected": ("connect:socket:1:before", ASKS_AGAIN),
    "roles: asked": ("send:socket:1:after", ASKS_AGAIN),
    "roles: answered": ("recv:socket:1:before", ASKS_AGAIN),
    "runs: directory made": ("mkdir:runs:1:after", STOPS),
    "runs: its name synced": ("fsync:above:1:before", STOPS),
    "runs: ignored by git": ("rename:.gitignore:1:before", STOPS),
    "run: directory made": ("mkdir:run:1:after", STOPS),
    "run: its name synced": ("fsync:runs:2:before", STOPS),
    "journal: begun": ("open:journal.db.new:1:before", STOPS),
    "journal: written": ("pwrite:journal.db.new:3:before", STOPS),
    "journal: merged": ("fdatasync:journal.db.new:1:before", STOPS),
    "journal: synced": ("fsync:journal.db.new:1:after", STOPS),
    "journal: named": ("rename:journal.db:1:before", STOPS),
    "journal: its name synced": ("fsync:run:1:before", STOPS),
    "run: status told": ("rename:status.json:1:before", STOPS_LATE),
    "run: facts written": ("write:run.json.tmp:1:before", STOPS),
    "run: facts synced": ("fsync:run.json.tmp:1:before", STOPS),
    "run: facts named": ("rename:run.json:1:after", STOPS),
    "run: facts' name synced": ("fsync:run:2:after", STOPS),
    "run: events begun": ("open:events.jsonl:1:after", STOPS),
    "journal: log begun": ("open:journal.db-wal:2:before", STOPS),
    "journal: epoch written": ("pwrite:journal.db-wal:1:before", STOPS),
    "journal: epoch synced": ("fdatasync:journal.db-wal:1:before", STOPS),
    "journal: log's name synced": ("fsync:run:3:before", STOPS),
    "warm-up: chunk claimed": ("fdatasync:journal.db-wal:2:after", STOPS),
    "warm-up: intent written": ("pwrite:journal.db-wal:20:before", STOPS),
    "warm-up: intent synced": ("fdatasync:journal.db-wal:4:after", STOPS),
    "warm-up: sent": ("send:socket:9:before", ASKS_AGAIN),
    "warm-up: left": ("send:socket:9:after", ASKS_AGAIN),
    "warm-up: answered": ("recv:socket:9:before", ASKS_AGAIN),
    "rows: read": ("pread:input:18:before", STOPS),
    "rows: intent written": ("pwrite:journal.db-wal:200:before", STOPS),
    "rows: intent synced": ("fdatasync:journal.db-wal:60:before", STOPS),
    "rows: intent durable": ("fdatasync:journal.db-wal:61:after", STOPS),
    "rows: sent": ("send:socket:60:before", ASKS_AGAIN),
    "rows: left": ("send:socket:60:after", ASKS_AGAIN),
    "rows: answered": ("recv:socket:70:after", ASKS_AGAIN),
    "rows: status told": ("write:status.json.tmp:2:before", STOPS_LATE),
    "drain: last outcome": ("fdatasync:journal.db-wal:192:before", STOPS),
    "drain: log synced": ("fdatasync:journal.db-wal:193:before", GOES_ON),
    "drain: log merged": ("pwrite:journal.db:1:before", GOES_ON),
    "drain: journal synced": ("fdatasync:journal.db:1:after", GOES_ON),
    "drain: log removed": ("unlink:journal.db-wal:2:before", GOES_ON),
    "verification: scratch made": ("open:verification.tmp:1:after", UNVERIFIED),
    "verification: scratch written": ("pwrite:verification.tmp:1:before", UNVERIFIED),
    "verification: asked": ("send:socket:120:after", ASKS_AGAIN),
    "verification: findings written": ("write:verification.csv.tmp:1:before", STOPS),
    "report: rows made": ("open:success.csv.tmp:1:after", STOPS),
    "report: rows written": ("write:success.csv.tmp:1:before", STOPS),
    "report: rows synced": ("fsync:failed.csv.tmp:1:before", STOPS),
    "report: rows named": ("rename:id_map.csv:1:before", STOPS),
    "report: summary synced": ("fsync:summary.json.tmp:1:before", STOPS),
    "report: summary named": ("rename:summary.json:1:after", STOPS),
    "report: page taken back": ("rename:report.html:2:before", GOES_ON),
    "report: page synced": ("fsync:report.html.tmp:2:before", NO_PAGE),
    "report: page named": ("rename:report.html:3:after", NO_PAGE),
    "report: run's end written": ("write:run.json.tmp:2:before", STOPS),
    "report: run's end named": ("rename:run.json:2:before", STOPS),
    "report: last status": ("fsync:status.json.tmp:1:before", STOPS),
}

# Of a run that was killed with an intent in its log that was not sent.
RESUME = {
    "resume: lock taken": ("flock:lock:1:after", STOPS),
    "resume: run read": ("read:run.json:1:before", STOPS),
    "resume: file read": ("pread:input:4:before", STOPS),
    # The comparison of roles, which reads it first, leaves it to the run to tell.
    "resume: journal opened": ("open:journal.db:2:before", STOPS),
    "resume: log read": ("pread:journal.db-wal:400:before", STOPS),
    "resume: facts written": ("write:run.json.tmp:1:before", STOPS),
    "resume: facts named": ("rename:run.json:1:after", STOPS),
    "resume: epoch written": ("pwrite:journal.db-wal:1:before", STOPS),
    "resume: epoch synced": ("fdatasync:journal.db-wal:1:after", STOPS),
    "resume: looked up": ("send:socket:2:before", ASKS_AGAIN),
    "resume: look-up answered": ("recv:socket:3:after", ASKS_AGAIN),
    "resume: doubt written": ("fdatasync:journal.db-wal:3:before", STOPS),
    "resume: sent": ("send:socket:12:after", ASKS_AGAIN),
    "resume: outcome synced": ("fdatasync:journal.db-wal:20:before", STOPS),
    "resume: reported": ("rename:success.csv:1:before", STOPS),
}

# Longer than the time-outs of requests and than any lag of the sandbox, on its clock.
PAUSE_SECONDS = 0.7


class Points(crashes.Case):
    def each(self, hit, points):
        """Hits each point of an import, and each of a resumption."""
        self.run_all(
            [
                (f"{name} ({place})", functools.partial(hit, resumed, place, end))
                for resumed, table in ((False, IMPORT), (True, RESUME))
                for name, (place, end) in table.items()
                if points(place, end)
            ]
        )

    def begun(self, site, resumed):
        """The command that is to be hit, ready to be started."""
        if resumed:
            at = "fdatasync:journal.db-wal:100:after:kill"
            site.run("import", site.file, "--yes", *crashes.ONE_BY_ONE, at=at)
            return ("resume",)
        return ("import", site.file, "--yes", *crashes.ONE_BY_ONE)

    def test_a_kill_at_any_point_is_resumed(self):
        self.each(self.killed, lambda *_: True)

    def killed(self, resumed, place, _end):
        with self.site(unique=False) as site:
            done = site.run(*self.begun(site, resumed), at=f"{place}:kill")
            self.assertEqual(done.code, -signal.SIGKILL, site.told())
            site.assert_files_are_whole()
            if site.started_runs():
                site.assert_remembered()
            site.go_on()
            site.assert_unbroken()

    def test_an_error_of_the_disk_at_any_point_is_told_and_mended(self):
        self.each(functools.partial(self.fails, "eio", ""), lambda *_: True)

    def test_a_disk_that_is_full_from_any_point_on_is_told_and_mended(self):
        self.each(
            functools.partial(self.fails, "enospc", "+"),
            lambda place, end: end is not ASKS_AGAIN and "after" not in place,
        )

    def test_a_disk_that_is_read_only_from_some_point_on_is_told_and_mended(self):
        self.run_all(
            [
                (f"{nth}", functools.partial(self.fails, "erofs", "+", False, place, STOPS))
                for nth in (20, 40, 60, 150, 300, 500)
                for place in (f"pwrite:*:{nth}:before",)
            ]
        )

    def fails(self, error, later, resumed, place, end):
        function, role, nth, when = place.split(":")
        with self.site(unique=False) as site:
            command = self.begun(site, resumed)
            before = len(site.calls()) if site.list_path.exists() else 0
            at = f"{function}:{role}:{nth}{later}:{when}:{error}"
            if end is STOPS_LATE and later:
                end, nth = STOPS, 4
            done = site.run(*command, at=at, listed=True)
            if site.started_runs():
                site.assert_remembered()
            if end is STOPS:
                self.assert_silent_since(site, site.calls()[before:], function, role, int(nth))
                self.assert_told(site, done, role)
            self.assertEqual(done.code, CODES[end], site.told())
            if end is NO_PAGE:
                self.assertIn("report.html could not be written: ", done.stderr)
            if end is UNVERIFIED:
                self.assertIn(f"Next: rehome verify {site.run_dir().name}\n", done.stderr)
            self.mended(site, end)
            site.assert_unbroken()

    def mended(self, site, end):
        if end is UNVERIFIED:
            self.assertEqual(site.plain("verify").code, 0, site.told())
        elif end is STOPS or end is REFUSES:
            site.go_on()

    def assert_told(self, site, done, role):
        """One sentence with the file, or for its log and its temporary name the file that a person
        knows, and with what to do."""
        told = [line for line in done.stderr.splitlines() if line.startswith("rehome: ")]
        self.assertEqual(len(told), 1, site.told())
        places = {"input": "users.csv", "above": site.directory.name, "run": "runs", "*": ""}
        places |= {"lock": ".lock", ".gitignore": ".gitignore"}
        name = places.get(role, role.removesuffix(".tmp").removesuffix("-wal"))
        self.assertIn(name, told[0])
        runs = site.started_runs()
        after = f"rehome resume {runs[0].name}" if runs else "run the import again"
        if "/run.json: " in told[0] and "cannot read" in told[0]:
            after = "then resume"  # which run it is is not known yet
        self.assertIn(after, done.stderr)
        self.assertRegex(told[0], r"; (mend this|free some space), then ")

    def assert_silent_since(self, site, calls, function, role, nth):
        """Rows go one by one, so no write leaves once something could not be written."""
        hits = [
            index
            for index, call in enumerate(calls)
            if call[0] == function and role in (call[1], "*")
        ]
        self.assertGreaterEqual(len(hits), nth, site.told())
        if function != "pread" or role != "input":
            later = calls[hits[nth - 1] :]
            sent = later.count(("send", "socket", "POST"))
            trials.same(sent, 0, "writes after the journal failed", site.told())

    def test_a_process_that_is_stopped_at_any_point_for_a_while_goes_on(self):
        self.each(self.paused, lambda *_: True)

    def paused(self, resumed, place, _end):
        with self.site(unique=False) as site:
            running = site.start(*self.begun(site, resumed), at=f"{place}:pause")
            wait_for_stop(running)
            time.sleep(PAUSE_SECONDS)
            running.signal(signal.SIGCONT)
            done = site.ended(running.wait())
            if done.code == CODES[UNVERIFIED] and place == IMPORT["verification: asked"][0]:
                # It slept through all the time that a target has for its first answer.
                done = site.plain("verify")
            self.assertEqual(done.code, 0, site.told())
            site.assert_unbroken()

    def test_a_process_that_wakes_up_without_its_lock_sends_nothing_more(self):
        self.run_all(
            [
                (place, functools.partial(self.robbed, place, last))
                for place, last in (
                    ("fdatasync:journal.db-wal:4:after", 0),
                    ("fdatasync:journal.db-wal:61:after", 0),
                    ("pwrite:journal.db-wal:200:before", 0),
                    ("recv:socket:40:after", 0),
                    ("send:socket:60:after", 0),
                    # Between the last look at the lock and the first byte: that request leaves.
                    ("send:socket:60:before", 1),
                    ("write:events.jsonl:1:before", 0),
                    ("rename:run.json:1:before", 0),
                )
            ]
        )

    def robbed(self, place, last):
        with self.site(unique=False) as site:
            running = site.start(*self.begun(site, False), at=f"{place}:pause")
            wait_for_stop(running)
            (lock,) = site.locks.iterdir()
            lock.unlink()
            written = posts(site)
            running.signal(signal.SIGCONT)
            done = site.ended(running.wait())
            without = posts(site) - written
            laws.require(without <= last, f"{without} writes without the lock", site.told())
            self.assertEqual(done.code, 3, site.told())
            self.assertIn("rehome: the lock file was removed or replaced", done.stderr)
            site.go_on()
            site.assert_unbroken()


def posts(site):
    return sum(entry["method"] == "POST" for entry in site.sandbox.record())


def wait_for_stop(running):
    """Until the process has stopped itself."""

    def stopped():
        assert running.poll() is None, running.stderr()
        return Path(f"/proc/{running.pid}/stat").read_text().rsplit(") ", 1)[1][0] == "T"

    harness.wait_until(stopped)


if __name__ == "__main__":
    unittest.main()

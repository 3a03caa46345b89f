"""Imports that are hit at a chosen call: killed, paused, or told that the disk has failed.

The real binary runs with tests/support/syscall_shim preloaded, which counts the calls by which it
touches files and sockets and does what the test says at one of them (a point):

    site.run("import", site.file, "--yes", at="fdatasync:journal.db-wal:12:before:kill")
    site.go_on()             # resumed, or typed again, without the shim, until it has ended
    site.assert_unbroken()   # as if nothing had happened

A point is `function:role:nth:when:action`, see points.h; a role is the name of the file.
"""

import contextlib
import copy
import os
import queue
import shutil
import signal
import sqlite3
import tempfile
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import causes
import harness
import laws
import trials

ROWS = 60
ORGANIZATIONS = 6
# Each record gets a commit of its own.
ONE_BY_ONE = ("--concurrency", 1, "--workers", 1)
# The files of a run that are the old or the new one, whatever happens.
WHOLE_FILES = {"run.json", "summary.json", "id_map.csv", *(f"{it}.csv" for it in laws.ROW_FILES)}
# Of the kills and cuts that were wanted so many have to happen.
LEAST_HIT = 0.8
# What an import says when nobody has answered it yet, and how often that may be.
TOO_LATE = "the target has not answered anything yet"
MOST_TOO_LATE = 5
# Most of a trial is waiting for the schedule of look-ups.
AT_ONCE = 3 * (os.cpu_count() or 2)


def shim_path():
    """The library to preload; a test of a build that cannot have it is skipped."""
    named = os.environ.get("REHOME_SHIM")
    if named == "":
        raise unittest.SkipTest("nothing is preloaded into a build with a sanitizer")
    beside = Path(harness.binary()).parent / "tests/support/syscall_shim/libsyscall_shim.so"
    path = Path(named) if named else beside
    if not path.exists():
        raise RuntimeError(f"no {path}: build the target syscall_shim, or set REHOME_SHIM")
    return path


def sixty_rows(rows=ROWS, organizations=ORGANIZATIONS):
    """Every fifth row belongs to a user with other rows; some name the same user and organization
    twice."""
    lines = ["email,external_id,first_name,org_external_id,org_name,role_slugs"]
    for row in range(rows):
        user = row if row % 5 else row // 50 * 50
        organization = row % organizations
        lines.append(
            f"user{user}@example.com,id-{user},First{user},org-{organization},"
            f"Organization {organization},member"
        )
    return "\n".join(lines) + "\n"


def unbroken(text):
    """How the rows of such a file end when nothing happens: who says what another row said before,
    changes nothing."""
    rows = trials.rows_of(text)
    pairs = {(row["email"], row["org_external_id"]) for row in rows}
    return {"read": len(rows), "created": len(pairs), "unchanged": len(rows) - len(pairs)}


class Site:
    """A directory with a file, runs and locks of its own, and a sandbox."""

    def __init__(self, directory, sandbox, text, flags=()):
        self.directory = Path(tempfile.mkdtemp(dir=os.path.realpath(directory), prefix="site-"))
        self.runs_dir = self.directory / "runs"
        self.locks = self.directory / "locks"
        self.locks.mkdir()
        self.locks.chmod(0o1777)
        self.text = text
        self.file = self.directory / "users.csv"
        self.file.write_text(text)
        self.flags = flags
        self.sandbox = sandbox
        self.list_path = self.directory / "calls"
        self.log_path = self.directory / "disk.log"
        self.codes = []
        self.stderr = ""
        self._started = []

    def start(self, *arguments, at=None, listed=False, logged=False, cut=None):
        """Starts rehome with the shim."""
        # fmt: off
        shim = dict(
            LD_PRELOAD=shim_path(), SHIM_RUNS=self.runs_dir, SHIM_LOCKS=self.locks,
            SHIM_INPUT=self.file, SHIM_AT=at, SHIM_CUT=cut,
            SHIM_LIST=self.list_path if listed else None,
            SHIM_LOG=self.log_path if logged or cut else None)
        # fmt: on
        return self._start(arguments, shim)

    def run(self, *arguments, **shim):
        return self.ended(self.start(*arguments, **shim).wait())

    def plain(self, *arguments):
        """Runs rehome as it is."""
        return self.ended(self._start(arguments, {}).wait())

    def ended(self, done):
        self.codes.append(done.code)
        self.stderr += done.stderr
        return done

    def command(self):
        """What a person types now: the import, or its resumption once it is a run."""
        return ("resume",) if self.started_runs() else ("import", self.file, "--yes", *self.flags)

    def go_on(self, resumes=1):
        """Brings the run to its end. A machine that is so busy that the sandbox answers too late for
        a clock as fast as this has shown nothing, so that such a start does not count."""
        late = 0
        while resumes > 0:
            done = self.plain(*self.command())
            if done.code == 0:
                break
            if TOO_LATE in done.stderr and late < MOST_TOO_LATE:
                late += 1
            else:
                resumes -= 1
        trials.same(done.code, 0, "exit code in the end", self.told())

    def kill_leftovers(self):
        """Whatever a failed trial has left behind, also stopped."""
        for running in self._started:
            if running.poll() is None:
                running.signal()
                running.wait(30)

    def calls(self):
        """What was listed: (function, role, detail) of each call."""
        lines = self.list_path.read_text().splitlines()
        return [tuple((*line.split(" "), "")[:3]) for line in lines]

    def started_runs(self):
        if not self.runs_dir.exists():
            return []
        return [path for path in self.runs_dir.iterdir() if (path / "run.json").exists()]

    def run_dir(self):
        runs = self.started_runs()
        laws.require(len(runs) == 1, f"{len(runs)} runs of one import", self.told())
        return runs[0]

    def told(self):
        return f"{self.directory.name}: exit codes {self.codes}\n{self.stderr[-3000:]}"

    def assert_unbroken(self):
        """The sandbox holds exactly the file, each row ended as it does in a run that nothing
        happens to, and no write was sent in vain."""
        self.seen()._assert_unbroken()

    def seen(self):
        """This site with what its sandbox tells now."""
        site = copy.copy(self)
        site.sandbox = harness.Seen(self.sandbox)
        return site

    def _assert_unbroken(self):
        trials.assert_exactly(self, self.text)
        rows = harness.json.loads((self.run_dir() / "summary.json").read_text())["rows"]
        rows = {outcome: count for outcome, count in rows.items() if count}
        trials.same(rows, unbroken(self.text), "rows", self.told())
        trials.assert_lawful(self)
        self.assert_no_write_was_refused()

    def assert_files_are_whole(self):
        """What replaces a file as one is there as a whole, or not at all."""
        for path in sorted(self.runs_dir.glob("*/*")):
            if path.name not in WHOLE_FILES:
                continue
            text = path.read_bytes().decode(errors="replace")
            laws.require(text.endswith("\n"), f"half of {path.name}: {text[-200:]!r}", self.told())
            if path.suffix == ".json":
                try:
                    harness.json.loads(text)
                except ValueError as error:
                    laws.require(False, f"half of {path.name}: {error}", self.told())

    def assert_no_write_was_refused(self):
        """What may have left is looked up before it is sent again."""
        ends = Counter(it["status"] for it in self.sandbox.record() if it["method"] == "POST")
        trials.same(set(ends) - {201}, set(), "ends of writes", self.told())

    def assert_remembered(self, run_dir=None):
        """Every write that has reached the sandbox is in the journal, as it is on the disk now."""
        sent = {
            it["idempotency_key"] for it in self.sandbox.record() if it["method"] == "POST"
        }
        known = intents(run_dir or self.run_dir()) if sent else set()
        trials.same(sorted(sent - known), [], "sent and not in the journal", self.told())

    def unanswered(self):
        """What the target has created and the journal, as it is on the disk now, does not know."""
        made = [it for it in self.sandbox.record(effects=True) if it["method"] == "POST"]
        known = journal_column(self.run_dir(), "target_id") if made else set()
        return {laws.created(it) for it in made if it["effect"]["id"] not in known}

    def _start(self, arguments, shim):
        # fmt: off
        environment = harness.environment(
            REHOME_RUNS_DIR=self.runs_dir, REHOME_LOCK_DIR=self.locks,
            REHOME_ENDPOINT=self.sandbox.url, WORKOS_SECRET_KEY=harness.API_KEY, **shim)
        # fmt: on
        rate = ("--clock-rate", self.sandbox.clock_rate)
        running = harness.Running((*arguments, *rate), environment, self.directory)
        self._started.append(running)
        return running


def intents(run_dir):
    """The idempotency keys of what may have been sent."""
    return journal_column(run_dir, "idempotency_key", "maybe_sent = 1")


def looked_up(record):
    """What these requests looked up, verifications aside."""
    reads = [it for it in record if it["method"] == "GET" and not causes.is_of_verification(it)]
    return {laws.looked_up(it["path"]) for it in reads if it["status"] == 200}


def journal_column(run_dir, column, where="1"):
    """A column of all effects in the journal of a run that is not going, read from a copy."""
    with tempfile.TemporaryDirectory(dir=run_dir.parent.parent) as copies:
        copy = Path(copies) / "journal.db"
        for end in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{run_dir}/journal.db{end}", f"{copy}{end}")
        try:
            with contextlib.closing(sqlite3.connect(copy)) as journal:
                rows = journal.execute(f"SELECT {column} FROM effect WHERE {where}")
                return {row[0] for row in rows}
        except sqlite3.DatabaseError as error:
            laws.require(False, f"SQLite reads the journal of {run_dir.name}: {error}")


class Case(unittest.TestCase):
    """A test of many trials, each on a site of its own; sandboxes are used again."""

    def setUp(self):
        shim_path()
        # In memory: what a disk would have kept is what power_cut.py says.
        memory = Path("/dev/shm")
        base = memory if os.access(memory, os.W_OK) else None
        self.directory = Path(tempfile.mkdtemp(dir=base, prefix="rehome-crash-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.sandboxes = queue.LifoQueue()
        self.hits = []

    def ended_by_hit(self, site, done):
        """Whether the command was killed at the moment that was drawn for it. One that came to its end
        before must have done all."""
        self.assertIn(done.code, (-signal.SIGKILL, 0), site.told())
        hit = done.code == -signal.SIGKILL
        self.hits.append(hit)
        if not hit:
            site.assert_unbroken()
        return hit

    def assert_most_were_hit(self):
        """A moment past the end of a run shows nothing."""
        hit = sum(self.hits)
        print(f"hit {hit} of {len(self.hits)} times")
        self.assertGreaterEqual(hit, LEAST_HIT * len(self.hits))

    def tearDown(self):
        while not self.sandboxes.empty():
            self.sandboxes.get().stop()

    @contextlib.contextmanager
    def site(self, text=None, flags=(), lag=0, unique=True, latency=0):
        """A fresh site."""
        try:
            sandbox = self.sandboxes.get_nowait()
        except queue.Empty:
            sandbox = harness.Sandbox(self.directory, clock_rate=harness.FAST)
        sandbox.reset()
        # fmt: off
        sandbox.settings(lag_ms=lag * 1000, unique=unique, latency_min_ms=latency,
                         latency_max_ms=latency)
        # fmt: on
        site = Site(self.directory, sandbox, text or sixty_rows(), flags)
        try:
            yield site
        finally:
            site.kill_leftovers()
            shutil.rmtree(site.directory, ignore_errors=True)
            self.sandboxes.put(sandbox)

    def run_all(self, these, at_once=AT_ONCE):
        """Runs (name, function) pairs side by side; each failure is a sub-test that failed."""
        trials.run_all(self, these, at_once)

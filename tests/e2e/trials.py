"""Many small imports side by side: each has a directory, a sandbox and runs of its own, so that a
table of faults takes the time of its slowest rows and not of all."""

import csv
import io
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import causes
import harness
import laws

# What stopped and can be continued: a safety limit, a refused key or a target that never answers.
RESUMABLE = (3, 4)
# The import is done and its verification could not read everything: it is verified again.
UNVERIFIED = 5


class Trial:
    """One import against a sandbox of its own; options are those of the sandbox."""

    def __init__(self, directory, *, clock_rate=harness.FAST, **sandbox):
        self.directory = Path(tempfile.mkdtemp(dir=directory, prefix="trial-"))
        self.runs_dir = self.directory / "runs"
        locks = self.directory / "locks"
        locks.mkdir()
        locks.chmod(0o1777)
        self.sandbox = harness.Sandbox(self.directory, clock_rate=clock_rate, **sandbox)
        # fmt: off
        self._environment = harness.environment(
            REHOME_RUNS_DIR=self.runs_dir, REHOME_LOCK_DIR=locks,
            REHOME_ENDPOINT=self.sandbox.url, WORKOS_SECRET_KEY=harness.API_KEY)
        # fmt: on
        self.codes = []
        self.processes = []  # of each command: the requests that it sent
        self.stderr = ""
        self._mismatches = 0

    def import_until_done(self, text, *flags, resumes=6, before_resume=None):
        """Imports the file and resumes while that can be resumed; gives the exit codes."""
        self.file = self.directory / "users.csv"
        self.file.write_text(text)
        self._rehome("import", self.file, "--yes", *flags)
        while self.codes[-1] in (*RESUMABLE, UNVERIFIED) and len(self.codes) <= resumes:
            if before_resume:
                before_resume(self.sandbox)
            self._rehome("verify" if self.codes[-1] == UNVERIFIED else "resume")
        return self.codes

    def run_dir(self):
        (run_dir,) = [path for path in self.runs_dir.iterdir() if (path / "run.json").exists()]
        return run_dir

    def told(self):
        """What the commands said, and which rows they did not bring to a good end."""
        failed = (self.run_dir() / "failed.csv").read_text()
        return f"exit codes {self.codes}\n{self.stderr[-3000:]}\n{failed}"

    def stop(self):
        self.sandbox.stop()

    def _rehome(self, *arguments):
        rate = self.sandbox.clock_rate
        fast = ["--clock-rate", rate] if rate != 1 else []
        done = harness.Running([*arguments, *fast], self._environment, self.directory).wait()
        self.codes.append(done.code)
        self.stderr += done.stderr
        self._check_code()

    def _check_code(self):
        """The command that ended last had to end so."""
        before = sum(map(len, self.processes))
        self.processes.append(self.sandbox.record()[before:])
        summary = json.loads((self.run_dir() / "summary.json").read_text())
        # They add up over the commands, also those of verifications.
        counted = summary["counters"]["mismatched_answers"]
        mismatches = counted - self._mismatches
        if any(map(causes.is_of_verification, self.processes[-1])):
            mismatches -= summary["counters"]["verification"]["mismatched_answers"]
        self._mismatches = counted
        try:
            causes.check(self.codes[-1], summary, self.processes[-1], mismatches)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.told()}") from error


def told_at_once(name, trial):
    """A series that is broken off has told its failures by then."""
    try:
        trial()
    except BaseException as error:
        print(f"{name}: {error}", file=sys.stderr, flush=True)
        raise


def run_all(case, trials, at_once=None):
    """Runs (name, function) pairs side by side; each failure is a sub-test that failed."""
    at_once = at_once or 3 * (os.cpu_count() or 2)
    with ThreadPoolExecutor(at_once) as pool:
        results = [(name, pool.submit(told_at_once, name, trial)) for name, trial in trials]
    for name, result in results:
        with case.subTest(name):
            result.result()


def rows_of(text):
    """The rows of a file as dicts."""
    return list(csv.DictReader(io.StringIO(text)))


def assert_exactly(trial, text, organizations=()):
    """The sandbox holds what the file says and nothing else, each once, with each field that the
    file gives; `organizations` are external_ids that were there without it."""
    rows = rows_of(text)
    users = {user["id"]: user for user in trial.sandbox.objects("users")}
    them = {it["id"]: it for it in trial.sandbox.objects("organizations")}
    names = {it["external_id"]: it["name"] for it in them.values()}
    wanted_users = {}
    for row in rows:
        wanted_users.setdefault(row["email"], (row["external_id"] or None, row["first_name"]))
    wanted_names = {row["org_external_id"]: row["org_name"] for row in rows}
    wanted_pairs = sorted(
        {(row["email"], row["org_external_id"], row["role_slugs"] or "member") for row in rows}
    )
    found_users = sorted(
        (user["email"], (user["external_id"], user["first_name"])) for user in users.values()
    )
    found_pairs = sorted(
        (
            users[it["user_id"]]["email"],
            them[it["organization_id"]]["external_id"],
            ",".join(role["slug"] for role in it["roles"]),
        )
        for it in trial.sandbox.objects("memberships")
    )
    told = trial.told()
    same(found_users, sorted(wanted_users.items()), "users", told)
    same(len(them), len(names), "organizations with an external_id of their own", told)
    for external_id, name in wanted_names.items():
        same(names.get(external_id), name, f"name of {external_id}", told)
    same(set(names) - set(wanted_names) - set(organizations), set(), "organizations", told)
    same(found_pairs, wanted_pairs, "memberships", told)


def same(found, wanted, what, told):
    assert found == wanted, f"broken laws of {what}:\n  found  {found}\n  wanted {wanted}\n{told}"


def assert_ids(trial):
    """No id that the run recorded is that of something else, wherever it stands."""
    laws.check_id_map(trial.run_dir(), trial.sandbox)


def assert_lawful(trial):
    """The laws of every run, the ids told, and the headers of each request."""
    laws.check(trial.run_dir(), trial.sandbox)
    laws.check_id_map(trial.run_dir(), trial.sandbox)
    laws.check_headers(trial.sandbox)

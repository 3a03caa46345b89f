"""What end-to-end tests stand on: the rehome binary, a private sandbox and their directories.

    class Imports(harness.Case):
        def test_one_row(self):
            sandbox = self.sandbox(lag=2)
            done = self.rehome("import", self.csv("email\na@example.com\n"), "--yes")
            self.assertEqual(done.code, 0, done.stderr)
            self.check_laws()

The oracle is always the sandbox's own record and objects, never the report of a run.
REHOME_BINARY names the binary; without it the newest of build/release and build/dev is taken.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import laws

SOURCE = Path(os.environ.get("REHOME_SOURCE_DIR", Path(__file__).resolve().parents[2]))
DATA = SOURCE / "data"
API_KEY = "sk_test_default"
# No command takes longer than this, also under a sanitizer; a hang fails its test, not the machine.
LIMIT_SECONDS = 240
# How often the memory of a command is looked at while it is waited for.
SEE_MEMORY_SECONDS = 0.02
# A clock that makes waits short, and time-outs with them: 0.1 s to connect, 0.3 s for a look-up.
# What counts requests, or hits a run in its middle, is safer with a clock of 1 and a --rate.
FAST = 50

# What the caller's environment may hold and a test must not see.
FOREIGN = ("WORKOS_", "REHOME_")

# Shells let what they start in the background ignore SIGINT, and commands would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def binary():
    """The rehome binary under test."""
    named = os.environ.get("REHOME_BINARY")
    if named:
        return named
    built = [SOURCE / "build" / preset / "rehome" for preset in ("release", "dev")]
    built = [path for path in built if path.exists()]
    if not built:
        raise RuntimeError("no rehome binary: set REHOME_BINARY, or build the release preset")
    return str(max(built, key=lambda path: path.stat().st_mtime))


@dataclass
class Finished:
    """A command that has ended. `cpu` is its user and system time in seconds; `peak_kib` the most
    memory that it had resident, as last seen while it was waited for."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    cpu: float
    peak_kib: int


class Running:
    """A rehome command on its way: wait for it, or kill it. Its output goes to files, so that no
    pipe fills up."""

    def __init__(self, arguments, environment, directory):
        self.arguments = [str(argument) for argument in arguments]
        self.began = time.monotonic()
        self._outputs = [tempfile.NamedTemporaryFile(dir=directory, delete=False) for _ in "oe"]
        # fmt: off
        self.process = subprocess.Popen(
            [binary(), *self.arguments], env=environment, cwd=directory,
            stdin=subprocess.DEVNULL, stdout=self._outputs[0], stderr=self._outputs[1])
        # fmt: on
        self.pid = self.process.pid
        self.finished = None
        self._peak_kib = 0

    def stdout(self):
        return Path(self._outputs[0].name).read_text(errors="replace")

    def stderr(self):
        return Path(self._outputs[1].name).read_text(errors="replace")

    def signal(self, number=signal.SIGKILL):
        if self.finished is None:
            os.kill(self.pid, number)

    def poll(self):
        """Finished when the command has ended, else None."""
        if self.finished is None:
            pid, status, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                self._end(status, usage)
        return self.finished

    def wait(self, seconds=LIMIT_SECONDS):
        """Waits for the end; a command that does not end is killed and fails the test."""
        end = time.monotonic() + seconds
        ended = os.pidfd_open(self.pid) if self.finished is None else None
        try:
            while self.poll() is None:
                self._see_memory()
                if time.monotonic() > end:
                    self.signal()
                    self._end(*os.wait4(self.pid, 0)[1:])
                    raise AssertionError(
                        f"{self.arguments} did not end in {seconds} s\n{self.stderr()[-4000:]}"
                    )
                select.select([ended], [], [], SEE_MEMORY_SECONDS)
        finally:
            if ended is not None:
                os.close(ended)
        return self.finished

    def _see_memory(self):
        """Not ru_maxrss: that begins with the memory of the parent that forked."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self._peak_kib = max(self._peak_kib, int(line.split()[1]))

    def _end(self, status, usage):
        self.process.returncode = os.waitstatus_to_exitcode(status)
        for output in self._outputs:
            output.close()
        # fmt: off
        self.finished = Finished(
            code=self.process.returncode, stdout=self.stdout(), stderr=self.stderr(),
            seconds=time.monotonic() - self.began, cpu=usage.ru_utime + usage.ru_stime,
            peak_kib=self._peak_kib)
        # fmt: on


class Sandbox:
    """A sandbox process of its own. Options: latency="0-30" (ms), lag=2 (s), unique=False,
    keep_alive=N, single_role=True, roles=[…], clock_rate=50, extra=[…]. All times are of its
    clock."""

    # fmt: off
    def __init__(self, directory, *, latency="0", lag=0, unique=True, keep_alive=0,
                 single_role=False, roles=(), clock_rate=1, threads=1, key=API_KEY, extra=()):
        # fmt: on
        self.clock_rate = clock_rate
        directory = Path(tempfile.mkdtemp(dir=directory, prefix="sandbox-"))
        self.record_path = directory / "record.jsonl"
        port_file = directory / "port"
        flags = ["sandbox", "--port", 0, "--port-file", port_file, "--record", self.record_path]
        flags += ["--latency", latency, "--lag", lag, "--threads", threads]
        flags += ["--clock-rate", clock_rate, "--keep-alive", keep_alive]
        flags += [] if unique else ["--non-unique"]
        flags += ["--single-role"] if single_role else []
        for role in roles:
            flags += ["--role", role]
        keyed = environment(REHOME_SANDBOX_API_KEY=key)
        self._running = Running([*flags, *extra], keyed, directory)
        self.pid = self._running.pid
        self.port = self._wait_for_port(port_file)
        self.url = f"http://127.0.0.1:{self.port}"

    def counts(self):
        return json.loads(self._ask("counts"))

    def objects(self, kind):
        """The users, organizations or memberships that exist now."""
        return self._lines(f"objects?kind={kind}")

    def record(self, effects=False):
        """Every request so far, or only those that changed something."""
        return self._lines("record?effects=1" if effects else "record")

    def effects(self, kind, action="created"):
        """The recorded changes of one kind (user, organization, membership)."""
        found = [entry["effect"] for entry in self.record(effects=True)]
        return [it for it in found if it["kind"] == kind and it["action"] == action]

    def seed(self, users=(), organizations=(), memberships=()):
        """Objects that are there before the first request. Answers with their ids."""
        body = {"users": users, "organizations": organizations, "memberships": memberships}
        return json.loads(self._ask("seed", {kind: list(them) for kind, them in body.items()}))

    def settings(self, **settings):
        """Changes lag_ms, reference_lag_ms, latency_min_ms, latency_max_ms or unique."""
        return json.loads(self._ask("settings", settings))

    def faults(self, *faults, **others):
        """From now on does these faults (dicts, see docs/testing.md) to requests, and others by
        seed=, rate=, kinds=; cache={…} puts a cache in front. Called without anything: none."""
        self._ask("faults", {"faults": list(faults), **others})

    def quota(self, shape, **rules):
        """The documented limits as fixed, sliding or bucket, or none: scale=, phase_ms=, burst=,
        retry_after=none, zero, seconds, date or absurd."""
        self._ask("quota", {"shape": shape, **rules})

    def damage(self, *damages, seed=1, count=0):
        """Makes the store differ from what was asked of it, as if it had always been so: either the
        damages given (dicts with kind, object, id; field, value, at="now") or `count` at random.
        Answers with the damages done, which are the oracle of a verification."""
        body = {"damages": list(damages)} if damages else {"seed": seed, "count": count}
        return json.loads(self._ask("damage", body))["damages"]

    def reset(self):
        """Forgets objects, counts and record; settings stay."""
        self._ask("reset", {})

    def stop(self):
        if self._running.poll() is None:
            self._running.signal(signal.SIGTERM)
            self._running.wait(30)

    def _wait_for_port(self, port_file):
        end = time.monotonic() + 30
        while time.monotonic() < end and self._running.poll() is None:
            if port_file.exists() and port_file.read_text().endswith("\n"):
                return int(port_file.read_text())
            time.sleep(0.005)
        self._running.signal()
        raise RuntimeError(f"the sandbox did not start: {self._running.stderr()}")

    def _lines(self, name):
        # Not splitlines: values may hold what that takes for an end of a line.
        return [json.loads(line) for line in self._ask(name).split("\n") if line]

    def _ask(self, name, body=None):
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{name}", data=content)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"sandbox {name}: {error.code} {error.read().decode()}") from error


class Seen:
    """What a sandbox tells at one moment, between commands: asked for once, however many laws look
    at it."""

    def __init__(self, sandbox):
        self._lists = {}
        self._sandbox = sandbox

    def objects(self, kind):
        if kind not in self._lists:
            self._lists[kind] = self._sandbox.objects(kind)
        return self._lists[kind]

    def record(self, effects=False):
        if "" not in self._lists:
            self._lists[""] = self._sandbox.record()
        return [it for it in self._lists[""] if "effect" in it or not effects]


def environment(**more):
    """The caller's environment without what could steer rehome, with `more` on top."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
    return {**kept, **{k: str(v) for k, v in more.items() if v is not None}}


class Case(unittest.TestCase):
    """A test with a directory of its own, in which are its runs, its lock files and its sandbox.
    `clock_rate` is that of sandboxes and of commands that are started with one."""

    clock_rate = 1

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="rehome-e2e-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.runs_dir = self.directory / "runs"
        self.target = None
        self._started = []
        self.addCleanup(self._kill_leftovers)

    def sandbox(self, **options):
        """Starts a sandbox, which is the target of this test from now on."""
        options.setdefault("clock_rate", self.clock_rate)
        self.target = Sandbox(self.directory, **options)
        self.addCleanup(self.target.stop)
        return self.target

    def environment(self, **more):
        # fmt: off
        preset = dict(
            REHOME_RUNS_DIR=self.runs_dir, REHOME_LOCK_DIR=self._lock_directory(),
            REHOME_ENDPOINT=self.target.url if self.target else None, WORKOS_SECRET_KEY=API_KEY)
        # fmt: on
        return environment(**{**preset, **more})

    def start(self, *arguments, **more_environment):
        """Starts rehome; the clock rate is added to commands that talk to the sandbox."""
        arguments = list(arguments)
        fast = self.target and self.target.clock_rate != 1
        if fast and arguments[0] in ("import", "resume") and "--clock-rate" not in arguments:
            arguments += ["--clock-rate", self.target.clock_rate]
        running = Running(arguments, self.environment(**more_environment), self.directory)
        self._started.append(running)
        return running

    def rehome(self, *arguments, **more_environment):
        """Runs rehome to its end."""
        return self.start(*arguments, **more_environment).wait()

    def imports(self, file, *flags, code=0, **more_environment):
        """`rehome import FILE --yes`, which has to end with `code`."""
        done = self.rehome("import", file, "--yes", *flags, **more_environment)
        self.assertEqual(done.code, code, f"{done.stdout}\n{done.stderr}")
        return done

    def csv(self, text, name="users.csv"):
        """Writes an input file."""
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def made_users(self, *flags, name="users.csv"):
        """A file of tools/make_users."""
        path = self.directory / name
        tool = [SOURCE / "tools" / "make_users", *flags, "-o", path]
        subprocess.run([str(part) for part in tool], check=True, timeout=LIMIT_SECONDS)
        return path

    def ask(self, method, path, body=None):
        """A request to the sandbox that no run sends; gives the answer."""
        headers = {"Authorization": f"Bearer {API_KEY}", "Content-Type": "application/json",
                   "X-Request-ID": laws.BY_HAND}  # fmt: skip
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.target.url + path, data=content, headers=headers, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return json.loads(text) if is_json and text else None

    def run_dir(self):
        """The directory of the latest run."""
        runs = [path for path in self.runs_dir.iterdir() if (path / "run.json").exists()]
        self.assertTrue(runs, f"no run in {self.runs_dir}")
        return max(runs, key=lambda path: (path.stat().st_ctime, path.name))

    def summary(self, run_dir=None):
        return json.loads(((run_dir or self.run_dir()) / "summary.json").read_text())

    def row_file(self, name, run_dir=None):
        """The rows of success, failed, skipped, unprocessed or id_map as dicts."""
        return laws.read_csv((run_dir or self.run_dir()) / f"{name}.csv")

    def assert_rows(self, **expected):
        """The counts of the latest summary; outcomes that are not named are 0."""
        counts = {k: v for k, v in self.summary()["rows"].items() if v}
        self.assertEqual(counts, {k: v for k, v in expected.items() if v})

    def check_laws(self, **options):
        """The laws of every run, against the sandbox of this test (see laws.check)."""
        laws.check(self.run_dir(), self.target, **options)
        laws.check_headers(self.target)

    def _lock_directory(self):
        directory = self.directory / "locks"
        directory.mkdir(exist_ok=True)  # several threads may start commands at once
        directory.chmod(0o1777)
        return directory

    def _kill_leftovers(self):
        for running in self._started:
            if running.poll() is None:
                running.signal()
                running.wait(30)


def check_laws(run_dir, sandbox, **options):
    """See laws.check."""
    laws.check(Path(run_dir), sandbox, **options)


def wait_until(condition, seconds=60):
    """Asks until the condition holds and gives its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    raise AssertionError(f"still not so after {seconds} s")

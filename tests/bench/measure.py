"""Runs rehome, wrk and a sandbox, and says what each of them took."""

import contextlib
import dataclasses
import json
import os
import shutil
import statistics
import subprocess
import time
import urllib.request

# Of one program; the slowest is the import of 1 million rows.
TIME_LIMIT = 300
WRK_SECONDS = 3
TICKS = os.sysconf("SC_CLK_TCK")
KEY = "sk_test_default"


def median(values):
    return statistics.median(list(values))


@dataclasses.dataclass
class Figures:
    """What a client and its server took for some requests."""

    requests: int
    seconds: float
    cpu: float  # of the client, seconds
    server_cpu: float
    rows: int = 0
    peak_mb: float = 0
    phase_seconds: float = 0  # of the rows alone, without start and report

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def rows_rate(self):
        return self.rows / self.seconds

    @property
    def steady_rate(self):
        return self.requests / self.phase_seconds

    @property
    def cpu_us(self):
        return 1e6 * self.cpu / self.requests

    @property
    def server_cpu_us(self):
        return 1e6 * self.server_cpu / self.requests


def medians(rounds):
    rates = sorted(each.rate for each in rounds)
    text = (f"{median(rates):,.0f} requests/s ({rates[0]:,.0f} to {rates[-1]:,.0f}), "
            f"CPU a request {median(each.cpu_us for each in rounds):.0f} us "
            f"(sandbox {median(each.server_cpu_us for each in rounds):.0f} us)")
    if rounds[0].peak_mb:
        text += f", peak memory {max(each.peak_mb for each in rounds):.0f} MB"
    return text


def run_measured(command, environment=None):
    """Runs a program to its end: its standard output, seconds, CPU seconds and peak MB."""
    start = time.monotonic()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        # wait4 gives the usage of this very child; the pipes hold little and are read after it.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out, err = process.stdout.read().decode(), process.stderr.read().decode()
    if process.returncode != 0:
        raise subprocess.SubprocessError(
            f"{command[0]} ended with {process.returncode}: {err[-500:] or out[-500:]}")
    return out, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Sandbox:
    """A running `rehome sandbox`; what it answered is known from its own counts."""

    def __init__(self, bench, pid, url):
        self._bench = bench
        self._pid = pid
        self.url = url

    def call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                urllib.request.Request(self.url + path, data=data), timeout=10) as answer:
            return json.load(answer)

    def cpu(self):
        with open(f"/proc/{self._pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def seed_user(self):
        """Makes the one user that wrk reads; gives its path."""
        self.call("/_sandbox/reset", {})
        request = urllib.request.Request(
            self.url + "/user_management/users", data=b'{"email":"ada@bench.example.com"}',
            headers={"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            return "/user_management/users/" + json.load(answer)["id"]

    def wrk(self, script, connections, *arguments):
        headers = []
        for header in (f"Authorization: Bearer {KEY}", "Content-Type: application/json",
                       "Accept: application/json", "User-Agent: rehome/0.1.0",
                       "Cache-Control: no-cache, no-store, must-revalidate, max-age=0",
                       "Pragma: no-cache", "Expires: 0"):
            headers += ["-H", header]
        before = self.cpu()
        out, _, cpu, _ = run_measured(
            ["wrk", "-t1", f"-c{connections}", f"-d{WRK_SECONDS}", *headers, "-s",
             str(self._bench.source / script), self.url, "--", *arguments])
        told = json.loads(out.strip().splitlines()[-1])
        if told["bad"]:
            raise subprocess.SubprocessError(f"wrk: {told['bad']} answers were errors: {out}")
        return Figures(told["requests"], told["seconds"], cpu, self.cpu() - before)

    def run_import(self, path, *flags):
        self.call("/_sandbox/reset", {})
        runs = self._bench.folder / "runs"
        shutil.rmtree(runs, ignore_errors=True)
        environment = dict(os.environ, REHOME_RUNS_DIR=str(runs), WORKOS_SECRET_KEY=KEY,
                           REHOME_LOCK_DIR=str(self._bench.folder / "locks"))
        before = self.cpu()
        _, seconds, cpu, peak = run_measured(
            [str(self._bench.build / "rehome"), "import", str(path), "--endpoint", self.url,
             "--rate", "none", "--yes", "--quiet", "--no-verify", *flags], environment)
        server = self.cpu() - before
        counts = self.call("/_sandbox/counts")
        summary = json.loads(next(runs.glob("*/summary.json")).read_text())
        phase = next(each for each in summary["phases"] if each["phase"] == "users")
        return Figures(counts["requests"], seconds, cpu, server, counts["users"], peak,
                       phase["time_ns"] / 1e9)


class Bench:
    """The programs, a folder for their files, and how often to repeat."""

    def __init__(self, root, build, folder, rounds, rows):
        self.source = root / "tests" / "bench"
        self.build = build
        self.folder = folder
        self.rounds = rounds
        self.rows = rows
        self._make_users = root / "tools" / "make_users"

    def users(self, *flags):
        """A file of made-up users; the same flags are made once."""
        path = self.folder / ("users" + "".join(flags).replace("--", "-") + ".csv")
        if not path.exists():
            subprocess.run([str(self._make_users), *flags, "-o", str(path)], check=True,
                           timeout=TIME_LIMIT)
        return path

    def program(self, name, *arguments):
        done = subprocess.run([str(self.build / name), *map(str, arguments)], check=True, text=True,
                              capture_output=True, timeout=TIME_LIMIT)
        return done.stdout.strip()

    @contextlib.contextmanager
    def sandbox(self, *flags):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        with subprocess.Popen([str(self.build / "rehome"), "sandbox", "--no-memory-record",
                               "--port", "0", "--port-file", str(port_file), *flags],
                              stderr=subprocess.DEVNULL) as process:
            try:
                deadline = time.monotonic() + 10
                while not port_file.exists():
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise subprocess.SubprocessError("the sandbox did not start")
                    time.sleep(0.02)
                yield Sandbox(self, process.pid,
                              f"http://127.0.0.1:{port_file.read_text().strip()}")
            finally:
                process.terminate()

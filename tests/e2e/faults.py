"""What the tests of kills, signals and stops share: a file on which nothing is simple, and a run
that can be hit while it works."""

import os
import time

import harness

ROWS = 2000
ORGANIZATIONS = 40


def entangled_csv(rows=ROWS, organizations=ORGANIZATIONS):
    """Rows of which one in five belongs to a user with other rows, over all organizations, so that
    a user has several memberships; the same row of a user and organization occurs twice too."""
    lines = ["email,first_name,org_external_id,org_name,role_slugs"]
    for row in range(rows):
        user = row if row % 5 else row // 50 * 50
        lines.append(
            f"user{user}@example.com,First{user},org-{row % organizations},"
            f"Organization {row % organizations},member"
        )
    return "\n".join(lines) + "\n"


def expected(text):
    """How many users, organizations and memberships a whole import of such a file makes."""
    rows = [line.split(",") for line in text.splitlines()[1:]]
    return {
        "users": len({row[0] for row in rows}),
        "organizations": len({row[2] for row in rows}),
        "memberships": len({(row[0], row[2]) for row in rows}),
    }


class Case(harness.Case):
    """A test whose runs are hit by something and continued."""

    clock_rate = harness.FAST

    def hold(self, *flags):
        """Starts a sandbox and a run that holds its target for as long as the test wants: no
        answer comes."""
        self.sandbox(latency="3600000", clock_rate=1)
        self.file = self.csv("email\na@example.com\n")
        running = self.start("import", self.file, "--yes", *flags)
        self.wait_for_requests(1)
        return running

    def answer_at_once(self):
        self.target.settings(latency_min_ms=0, latency_max_ms=0)

    def entangled(self, **shape):
        text = entangled_csv(**shape)
        self.wanted = expected(text)
        return self.csv(text)

    def assert_whole(self, **laws):
        """The sandbox holds exactly what the file says, by its own record."""
        self.check_laws(**laws)
        counts = self.target.counts()
        self.assertEqual({kind: counts[kind] for kind in self.wanted}, self.wanted)

    def assert_nothing_failed(self):
        rows = self.summary()["rows"]
        settled = {k: rows[k] for k in ("rejected", "failed", "parked", "unprocessed", "skipped")}
        self.assertEqual(settled, dict.fromkeys(settled, 0))

    def assert_no_write_was_refused(self):
        """Nothing was sent twice, not even in vain: a write that may have left is looked up."""
        refused = [
            entry
            for entry in self.target.record()
            if entry["method"] == "POST" and not entry["status"] == 201
        ]
        self.assertEqual(refused, [])

    def assert_nothing_written(self):
        """Neither here nor there: no run directory, and no request at all."""
        self.assertFalse(self.runs_dir.exists(), "a runs directory was created")
        if self.target:
            self.assertEqual(self.target.counts()["requests"], 0)

    def wait_for_requests(self, least):
        harness.wait_until(lambda: self.target.counts()["requests"] >= least)

    def started_runs(self):
        """The run directories that a resume can continue."""
        if not self.runs_dir.exists():
            return []
        return [path for path in self.runs_dir.iterdir() if (path / "run.json").exists()]


def wait_for_text(running, text, seconds=30):
    """Waits until a started command has said this on stderr."""
    harness.wait_until(lambda: text in running.stderr() or running.poll(), seconds)
    if text not in running.stderr():
        raise AssertionError(f"never said: {text}\n{running.stderr()}")


def environment_number(name, otherwise):
    return int(os.environ.get(name, otherwise))


def sleep_until(moment):
    time.sleep(max(0.0, moment - time.monotonic()))


def is_root():
    return os.geteuid() == 0

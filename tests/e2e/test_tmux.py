# runs alone
"""Progress as a person sees it: in windows of tmux, wide and narrow, while they are resized, beside
`status --watch`, and when they are closed.

Skipped where there is no tmux (tools/setup test), unless REHOME_REQUIRE_TMUX is set.
"""

import json
import os
import re
import shlex
import time
import unittest

import faults
import harness
import tmux

NUMBER = r"\d{1,3}(?:,\d{3})*"
# All that a line may consist of, whatever was left out of it.
LINE = re.compile(
    rf"(?:rows|organizations|verification)(?: {NUMBER}/{NUMBER} \(\d+ %\)| \d+ %)"
    rf"(?: · (?:{NUMBER}(?:\.\d)?/s|\d?\d?:?\d?\d:\d\d left|in [\d:.]+|stopped after [\d:.]+"
    r"|(?:limit: )?(?:--rate 200|--rate|latency|latency of the target|this machine|machine"
    r"|commits to the journal|journal|all requests of --rate 200|total quota|read quota"
    rf"|reads of --rate 200)|{NUMBER} (?:errors?|failed|rejected|parked)))*"
)
BEGIN = re.compile(r"^(?:rows|organizations|verification) \d", re.MULTILINE)


class Case(faults.Case):
    clock_rate = 1

    def setUp(self):
        if not tmux.program():
            if os.environ.get("REHOME_REQUIRE_TMUX"):
                self.fail("there is no tmux: tools/setup test installs it")
            self.skipTest("there is no tmux: tools/setup test installs it")
        super().setUp()
        self.tmux = tmux.Tmux(self.directory)
        self.addCleanup(self.tmux.stop)

    def shell(self, *arguments):
        """A line for a shell that runs rehome and tells how it ended."""
        words = " ".join(shlex.quote(str(word)) for word in (harness.binary(), *arguments))
        return f"trap : INT; {words}; echo exit $?; exec sleep 600"

    def open(self, name, *arguments, **shape):
        preset = self.environment()
        mine = ("REHOME_RUNS_DIR", "REHOME_LOCK_DIR", "REHOME_ENDPOINT", "WORKOS_SECRET_KEY")
        more = {key: str(preset[key]) for key in mine}
        self.tmux.session(name, self.shell(*arguments), more, **shape)

    def imports_in(self, name, *flags, rows=2000, **shape):
        """An import of some seconds in a window of its own."""
        self.sandbox(latency="2-8")
        file = self.entangled(rows=rows)
        self.open(name, "import", file, "--yes", "--rate", 200, *flags, **shape)

    def live(self, name):
        """The line that is rewritten: the last one of progress, or nothing."""
        lines = [line for line in self.tmux.screen(name) if BEGIN.match(line)]
        return lines[-1] if lines else ""

    def wait_live(self, name, words="rows "):
        harness.wait_until(lambda: self.live(name).startswith(words), 30)
        return self.live(name)

    def ended(self, name, seconds=harness.LIMIT_SECONDS):
        def code():
            found = re.findall(r"^exit (\d+)$", self.tmux.said(name), re.MULTILINE)
            return found[-1] if found else None

        harness.wait_until(code, seconds)
        return int(code())

    def assert_whole_line(self, line, columns):
        self.assertTrue(LINE.fullmatch(line), f"{columns}: {line!r}")
        self.assertLess(len(line), columns)


class Widths(Case):
    def test_the_line_fits_at_40_80_and_200_columns(self):
        self.sandbox(latency="2-8")
        seen = {}
        for columns in (40, 80, 200):
            with self.subTest(columns=columns):
                self.runs_dir = self.directory / f"runs{columns}"
                self.target.reset()
                name = f"w{columns}"
                file = self.entangled(rows=600)
                # fmt: off
                self.open(
                    name, "import", file, "--yes", "--rate", 200, "--no-verify", columns=columns)
                # fmt: on
                self.wait_live(name)
                lines = set()
                end = time.monotonic() + 2
                while time.monotonic() < end:
                    lines.add(self.live(name))
                    self.assertEqual(self.progress_lines(name), 1, self.tmux.screen(name))
                    time.sleep(0.05)
                for line in lines:
                    self.assert_whole_line(line, columns)
                self.assertGreater(len(lines), 3, lines)
                seen[columns] = max(lines, key=len)
                self.assertEqual(self.ended(name), 0)
                self.tmux.close(name)
        # The wider, the more it says.
        self.assertRegex(seen[40], r"^rows (?:\d+|[\d,]+/600 \(\d+) %")
        self.assertNotIn("limit", seen[40])
        self.assertRegex(seen[80], r"^rows [\d,]+/600 \(\d+ %\) · [\d.]+/s · \d:\d\d left · ")
        self.assertIn(" · limit: ", seen[200])

    def progress_lines(self, name):
        """Lines of the phase that goes on: a second one would be a rest."""
        return len([line for line in self.tmux.screen(name) if line.startswith("rows ")])

    def test_a_window_that_is_resized_keeps_one_whole_line(self):
        self.imports_in("main", "--no-verify", columns=200)
        self.wait_live("main")
        for columns in (200, 40, 120, 30, 80, 10, 200, 60):
            self.tmux.resize("main", columns)
            time.sleep(0.4)
            with self.subTest(columns=columns):
                lines = [line for line in self.tmux.screen("main") if "rows" in line or " % " in line]
                live = [line for line in lines if re.match(r"rows \d", line)]
                if columns >= 30:
                    self.assertEqual(len(live), 1, self.tmux.screen("main"))
                    self.assert_whole_line(live[0], columns)
        self.assertEqual(self.ended("main"), 0)
        screen = self.tmux.said("main")
        # What stays of the phase is the line of its end.
        self.assertEqual(len(re.findall(r"^rows \d", screen, re.MULTILINE)), 1, screen)
        self.assertRegex(screen, r"rows 2,000/2,000 \(100 %\)")
        self.check_laws()

    def test_each_phase_leaves_one_line(self):
        self.imports_in("main", rows=400, columns=100)
        self.assertEqual(self.ended("main"), 0)
        screen = self.tmux.said("main")
        for phase in (
            r"organizations: 40/40 \(100 %\): 0 found, 40 created, 0 failed",
            r"rows 400/400 \(100 %\) · [\d.]+/s · in \d:\d\d\.\d",
            r"verification [\d,]+/[\d,]+ \(100 %\) · [\d.,]+/s · in \d:\d\d\.\d",
        ):
            self.assertEqual(len(re.findall(rf"^{phase}$", screen, re.MULTILINE)), 1, screen)
        self.assertEqual(len(re.findall(BEGIN, screen)), 2, screen)


class Keys(Case):
    def test_an_interrupt_is_answered_at_once_and_says_how_to_go_on(self):
        self.imports_in("main", columns=80)
        # Of a phase in which no row has ended no line is left.
        harness.wait_until(lambda: re.match(r"rows [1-9]", self.live("main")), 30)
        began = time.monotonic()
        self.tmux.keys("main", "C-c")
        harness.wait_until(lambda: "stopping: " in "\n".join(self.tmux.screen("main")), 10)
        answered = time.monotonic() - began
        self.assertEqual(self.ended("main", 30), 130)
        self.assertLess(answered, 1.5)
        run_id = self.run_dir().name
        screen = self.tmux.said("main")
        self.assertIn(f"Next: rehome resume {run_id}\n", screen)
        self.assertRegex(screen, r"rows [\d,]+/2,000 \(\d+ %\) · [\d.]+/s · stopped after ")
        done = self.rehome("resume", run_id, "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()


class Beside(Case):
    def test_status_watch_shows_the_same_in_another_window(self):
        self.imports_in("main", columns=100)
        self.wait_live("main")
        run_id = self.started_runs()[0].name
        self.open("beside", "status", "--watch", columns=60)
        line = self.wait_live("beside")
        self.assert_whole_line(line, 60)
        self.assertIn(f"run {run_id}: running", self.tmux.screen("beside"))
        shares = set()
        end = time.monotonic() + 3
        while time.monotonic() < end:
            shares.add(re.findall(r"(\d+) %", self.live("beside"))[0])
            time.sleep(0.1)
        self.assertGreater(len(shares), 1, shares)
        self.assertEqual(self.ended("main"), 0)
        self.assertEqual(self.ended("beside", 30), 0)
        screen = self.tmux.said("beside")
        self.assertRegex(screen, r"\nrows 2,000/2,000 \(100 %\) · ")
        self.assertRegex(screen, rf"run {run_id}: finished, 2,000 of 2,000 rows, as of")
        self.check_laws()

    def test_status_watch_sees_that_a_run_was_killed(self):
        self.imports_in("main", columns=80)
        self.wait_live("main")
        run = self.started_runs()[0]
        self.open("beside", "status", "--watch", columns=80)
        self.wait_live("beside")
        os.kill(int(self.status(run)["pid"]), 9)
        self.assertEqual(self.ended("beside", 30), 0)
        screen = self.tmux.said("beside")
        self.assertIn(f"run {run.name}: dead (resume it), ", screen)
        self.assertIn(f"continue with: rehome resume {run.name}", screen)

    def status(self, run):
        return json.loads((run / "status.json").read_text())


class Closed(Case):
    def test_a_run_whose_terminal_is_closed_goes_on_to_its_end(self):
        self.imports_in("main", columns=80)
        self.wait_live("main")
        run = self.started_runs()[0]
        # Another session keeps the server, as with a terminal that has other windows.
        self.open("other", "--version")
        self.tmux.close("main")
        before = self.target.counts()["users"]
        self.assertLess(before, self.wanted["users"])
        harness.wait_until(lambda: self.facts(run)["state"] != "running", 60)
        self.assert_whole()
        self.assert_nothing_failed()
        status = self.rehome("status", run.name)
        self.assertIn(f"run {run.name}: finished, 2,000 of 2,000 rows", status.stdout)

    def facts(self, run):
        return json.loads((run / "run.json").read_text())


if __name__ == "__main__":
    unittest.main()

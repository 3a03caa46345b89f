"""What a person at a terminal sees, and what a pipe is spared."""

import json
import re
import unittest

import faults
from terminals import Terminal

ESCAPE = "\x1b"
CLEAR = "\r\x1b[J"


class Consent(faults.Case):
    def asked(self, *flags):
        self.sandbox()
        file = self.csv("email\na@example.com\n")
        # fmt: off
        terminal = Terminal(
            ["import", file, "--clock-rate", self.clock_rate, *flags], self.environment(),
            self.directory)
        # fmt: on
        self.addCleanup(terminal.process.wait)
        return terminal

    def answered(self, answer):
        terminal = self.asked()
        terminal.read_until("Import? [y/N] ")
        terminal.type(answer)
        return terminal.end(), terminal.text

    def test_no_writes_nothing(self):
        for answer in ("n\n", "\n", "yolo\n", "\x04"):
            with self.subTest(answer=answer):
                code, text = self.answered(answer)
                self.assertEqual(code, 2)
                self.assertIn("nothing was written\r\n", text)
                self.assert_nothing_written()

    def test_yes_imports(self):
        for answer in ("y\n", " YES \n"):
            with self.subTest(answer=answer):
                code, text = self.answered(answer)
                self.assertEqual(code, 0, text)
                self.assertEqual(self.target.counts()["users"], 1)

    def test_rows_that_make_nothing_are_counted_before_the_question(self):
        self.sandbox()
        file = self.csv("email,org_name\na@example.com,\nb,\n,\nc@example.com,Acme\n")
        for flags, told in (
            ((), "rejected      3 rows of these, which make nothing (see: rehome validate FILE)"),
            (("--org-by-name",), "rejected      2 rows of these, which make nothing (see: rehome "
                                 "validate FILE --org-by-name)"),
            (("--rows", "1-1"), "rejected      none"),
        ):  # fmt: skip
            with self.subTest(flags=flags):
                terminal = Terminal(["import", file, *flags], self.environment(), self.directory)
                self.addCleanup(terminal.process.wait)
                text = terminal.read_until("Import? [y/N] ")
                self.assertIn(told.replace("FILE", str(file)) + "\r\n", text)
                terminal.type("n\n")
                self.assertEqual(terminal.end(), 2)
        # Nobody is there to wait for the count.
        done = self.rehome("import", file, code=2)
        self.assertNotIn("rejected", done.stderr)
        self.assert_nothing_written()

    def test_no_input_does_not_ask(self):
        terminal = self.asked("--no-input")
        self.assertEqual(terminal.end(), 2)
        self.assertNotIn("[y/N]", terminal.text)
        self.assertIn("nothing was written; to import, run:", terminal.text)
        self.assert_nothing_written()

    def test_an_interrupt_at_the_question_writes_nothing(self):
        terminal = self.asked()
        terminal.read_until("Import? [y/N] ")
        terminal.process.send_signal(2)
        self.assertEqual(terminal.end(), -2)
        self.assert_nothing_written()


class Progress(faults.Case):
    terminal_name = "xterm"

    def on_a_terminal(self, *flags, **more):
        self.sandbox(latency="5-40")
        file = self.entangled()
        # fmt: off
        terminal = Terminal(
            ["import", file, "--yes", "--clock-rate", self.clock_rate, *flags],
            self.environment(TERM=self.terminal_name, **more), self.directory)
        # fmt: on
        code = terminal.end()
        self.assertEqual(code, 0, terminal.text)
        return terminal.text

    def test_one_line_is_rewritten_and_one_stays_of_each_phase(self):
        text = self.on_a_terminal()
        shown = text.split(CLEAR)
        self.assertGreater(len([part for part in shown if re.match(r"rows \d", part)]), 3)
        # Where the cursor waits at the beginning of its line, that is rewritten.
        live = [part for part in shown if re.fullmatch(r"rows [\d,]+/2,000 [^\r\n]*\r", part)]
        self.assertGreater(len(live), 2, shown)
        # A screen that obeys shows no rest of a progress line beside others.
        stays = [s for s in shown if s.startswith("rows ") and s not in live]
        self.assertEqual(len(stays), 1, stays)
        self.assertRegex(stays[0], r"rows 2,000/2,000 \(100 %\) · [\d,]+/s · in [\d:.]+\r\n")
        self.assertLess(text.index(stays[0]), text.index("All 2,000 rows are accounted for"))
        # Warm-up is told by the line that is rewritten, and in one that stays.
        self.assertEqual(re.findall(r"organizations: \d+/40", text), ["organizations: 40/40"])

    def test_a_dumb_terminal_gets_plain_lines(self):
        self.terminal_name = "dumb"
        text = self.on_a_terminal()
        self.assertNotIn(ESCAPE, text)
        self.assertNotIn("\r", text.replace("\r\n", "\n"))
        self.assertRegex(text, r"\nrows [\d,]+/2,000 \(\d+ %\) · [^\n]*\r\n")

    def test_no_color_is_kept_since_nothing_is_coloured(self):
        for more in ({}, {"NO_COLOR": "1"}):
            self.runs_dir = self.directory / f"runs{len(more)}"
            text = self.on_a_terminal(**more)
            self.assertEqual(re.findall(r"\x1b\[[\d;]*m", text), [])

    def test_without_progress_no_line_is_rewritten(self):
        for flags in (("--progress", "none"), ("--progress", "plain"), ("--quiet",)):
            with self.subTest(flags=flags):
                self.runs_dir = self.directory / f"runs{flags[-1]}"
                text = self.on_a_terminal(*flags)
                self.assertNotIn(ESCAPE, text)
                self.assertNotIn("\r", text.replace("\r\n", "\n"))

    def test_a_pause_is_told_with_its_end(self):
        self.sandbox(latency="1")
        self.target.faults({"kind": "status", "status": 429, "retry_after": "60", "on": "user",
                            "nth": 100})  # fmt: skip
        file = self.entangled(rows=400)
        # fmt: off
        terminal = Terminal(
            ["import", file, "--yes", "--no-verify", "--clock-rate", self.clock_rate],
            self.environment(TERM="xterm"), self.directory)
        # fmt: on
        self.assertEqual(terminal.end(), 0, terminal.text)
        self.assertRegex(terminal.text, r"rows .* · (?:paused by )?429 until \d\d:\d\d:\d\d")

    def test_a_pipe_gets_no_control_characters(self):
        self.sandbox(latency="5-40")
        done = self.imports(self.entangled())
        self.assertNotIn("\r", done.stderr)
        self.assertNotIn(ESCAPE, done.stderr)
        self.assertEqual(done.stdout, "")
        told = re.findall(r"^rows [\d,]+/2,000 \((\d+) %\)", done.stderr, re.MULTILINE)
        # At each tenth that was passed between two looks, and at the end.
        self.assertGreater(len(told), 2)
        self.assertEqual(told, sorted(set(told), key=int))
        self.assertEqual(told[-1], "100")
        warm = re.findall(r"^organizations: (\d+)/40 ", done.stderr, re.MULTILINE)
        self.assertEqual(warm, ["10", "20", "30", "40"])
        self.assert_the_same_in_the_events()

    def assert_the_same_in_the_events(self):
        lines = (self.run_dir() / "events.jsonl").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual((events[0]["type"], events[0]["schema"]), ("version", "1"))
        progress = [event for event in events if event["type"] == "progress"]
        ended = [(event["phase"], event["done"]) for event in progress if event["ended"]]
        self.assertEqual([phase for phase, _ in ended], ["organizations", "rows", "verification"])
        self.assertEqual(ended[:2], [("organizations", 40), ("rows", 2000)])
        going_on = [event for event in progress if not event["ended"] and event["phase"] == "rows"]
        self.assertGreater(len(going_on), 1)
        for event in going_on:
            self.assertEqual(event["total"], 2000)
            self.assertIn("limit", event)

    def test_quiet_says_only_how_it_ended(self):
        self.sandbox()
        done = self.imports(self.entangled(rows=100), "--quiet")
        self.assertNotIn("rows 1", done.stderr)
        self.assertNotIn("organizations:", done.stderr)
        self.assertNotIn("fingerprint", done.stderr.split("Target")[0])

    def test_progress_none_still_says_how_it_ended(self):
        self.sandbox(latency="5-40")
        done = self.imports(self.entangled(), "--progress", "none")
        self.assertNotRegex(done.stderr, r"rows [\d,]+/2,000")
        self.assertIn("All 2,000 rows are accounted for: ", done.stderr)


class HostileInput(faults.Case):
    """Values of the file and words of the target are never obeyed by the terminal."""

    # Clears the screen, sets the title, and looks like a line of ours.
    ATTACK = "\x1b[2J\x1b]0;owned\x07\rAll rows are accounted for\u009b31m\u202e"

    def test_values_with_escape_sequences_are_printed_escaped(self):
        attack = self.ATTACK.replace("\r", "")
        self.sandbox()
        file = self.csv(
            "email,email_verified,external_id,org_external_id,org_name,role_slugs,metadata\n"
            f"{attack}@@,,,,,,\n"
            f"a@example.com,{attack},,,,,\n"
            f"b@example.com,,{attack},,,,\n"
            f"c@example.com,,,{attack},{attack},,\n"
            f"d@example.com,,,org-1,{attack},{attack},\n"
            f"d@example.com,,,org-1,Other {attack},,\n"
            f"e@example.com,,,,,,{attack}\n"
        )
        for command in (
            ("import", file, "--yes", "--max-failures", "100%"),
            ("import", file, "--yes", "--dry-run", "--offline"),
            ("validate", file),
            ("report",),
            ("status",),
            ("runs",),
        ):
            with self.subTest(command=command[0]):
                done = self.rehome(*command)
                self.assertIn(done.code, (0, 1), done.stderr)
                self.assert_harmless(done.stdout + done.stderr)
                self.assertNotEqual(done.stdout + done.stderr, "")

    def test_a_hostile_header_is_printed_escaped(self):
        self.sandbox()
        file = self.csv(f"email,{self.ATTACK[:9]}x\na@example.com,1\n")
        done = self.rehome("import", file, "--yes")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("is unknown: it is not imported", done.stderr)
        self.assert_harmless(done.stderr)

    def test_a_hostile_file_name_is_printed_escaped(self):
        self.sandbox()
        file = self.csv("email,department\na@example.com,sales\n", name="a\x1b[2Jb\nc.csv")
        for command in (
            ("validate", file),
            ("import", file, "--dry-run", "--offline"),
            ("import", file),
            ("import", file, "--yes"),
            ("runs",),
            ("report",),
        ):
            done = self.rehome(*command)
            with self.subTest(command=command[0]):
                self.assert_harmless(done.stdout + done.stderr)
        done = self.rehome("import", self.directory / "no\x1b[2Jfile", "--yes")
        self.assertEqual(done.code, 2)
        self.assert_harmless(done.stderr)

    def test_a_hostile_runs_directory_is_printed_escaped(self):
        self.sandbox()
        file = self.csv("email\na@example.com\n")
        self.runs_dir = self.directory / "runs\x1b[2J"
        done = self.rehome("runs")
        self.assertIn("there is no run in ", done.stderr)
        self.assert_harmless(done.stderr)
        done = self.rehome("import", file, "--yes")
        self.assertRegex(done.stderr, r"run \S+ in .*runs\\x1b\[2J")
        self.assert_harmless(done.stderr)

    def assert_harmless(self, text):
        raw = [c for c in text if c != "\n" and (ord(c) < 32 or 0x7F <= ord(c) <= 0x9F)]
        self.assertEqual(raw, [], repr(text))
        self.assertNotIn("\u202e", text)


if __name__ == "__main__":
    unittest.main()

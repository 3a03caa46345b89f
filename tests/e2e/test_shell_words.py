"""Completions of bash, zsh and fish, and the manual page: made from what the command line is read by,
so that they know every flag of `--help` and no hidden one.

What a shell or mandoc is needed for is skipped where it is not installed (tools/setup test).
"""

import os
import pty
import re
import select
import shutil
import subprocess
import time
import unittest
from pathlib import Path

import harness

COMMANDS = (
    "", "import", "resume", "retry", "verify", "validate", "report", "explain", "runs", "status",
    "ctl", "lock", "lock status", "lock check", "lock release", "sandbox", "rehearse",
    "completion", "man",
)  # fmt: skip
HIDDEN = ("--clock-rate",)
ASK_BASH = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rehome; printf '%s\\n' "${COMPREPLY[@]}"
"""
ZSH_BEGIN = """PS1=; autoload -Uz compinit; compinit -u -D; setopt no_list_beep no_always_last_prompt
source {script}; show() {{ print -r -- "$BUFFER" >> {out}; }}; zle -N show; bindkey '^X' show
bindkey '^I' complete-word; bindkey '^U' kill-whole-line; show
"""


def needs(program):
    missing = shutil.which(program) is None
    return unittest.skipIf(missing, f"{program} is not installed: tools/setup test")


class ShellWords(harness.Case):
    def flags_of(self, command):
        """What --help names, short and long."""
        text = self.rehome(*command.split(), "--help").stdout
        found = re.findall(r"^  (?:(-\w),)?(--[a-z-]+)", text, re.MULTILINE)
        self.assertTrue(found, command)
        return {flag for pair in found for flag in pair if flag}

    def script(self, shell):
        path = self.directory / f"rehome.{shell}"
        done = self.rehome("completion", shell)
        self.assertEqual((done.code, done.stderr), (0, ""))
        path.write_text(done.stdout)
        return path

    def ask(self, *command):
        path = f"{self.program_named_rehome()}:{os.environ['PATH']}"
        environment = self.environment(HOME=self.directory, PATH=path)
        done = subprocess.run(
            [str(it) for it in command], cwd=self.directory, env=environment, text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
        )  # fmt: skip
        self.assertEqual(done.stderr, "", command)
        return [line for line in done.stdout.splitlines() if line]

    def bash(self, *words):
        script = self.script("bash")
        return self.ask("bash", "--norc", "-c", ASK_BASH, "bash", script, "rehome", *words)

    def fish(self, line):
        script = f"source {self.script('fish')}; complete -C '{line}'"
        return [it.split("\t")[0] for it in self.ask("fish", "--no-config", "-c", script)]

    def program_named_rehome(self):
        """A directory for PATH in which the program has its own name."""
        folder = self.directory / "bin"
        if not folder.exists():
            folder.mkdir()
            (folder / "rehome").symlink_to(Path(harness.binary()).resolve())
        return folder

    def run_of(self):
        self.sandbox()
        self.imports(self.csv("email\na@example.com\n"), "--no-verify")
        return self.run_dir().name


class Bash(ShellWords):
    def test_every_flag_of_every_command_is_offered_and_no_hidden_one(self):
        for command in COMMANDS:
            with self.subTest(command):
                offered = self.bash(*command.split(), "-")
                self.assertEqual(set(offered), self.flags_of(command))
                self.assertFalse(set(offered) & set(HIDDEN))

    def test_commands_values_files_and_runs_are_offered(self):
        run = self.run_of()
        (self.directory / "folder").mkdir()
        (self.directory / "a b.csv").touch()
        cases = {
            ("",): [it for it in COMMANDS if it and " " not in it],
            ("imp",): ["import"],
            ("lock", ""): ["status", "check", "release"],
            ("lock", "check", "--coordinator", ""): ["machine", "target"],
            ("import", "--on-existing", "u"): ["update"],
            ("import", "--on-existing", "=", "s"): ["skip"],
            ("import", "--on-existing", "="): ["adopt", "skip", "update", "fail"],
            ("completion", ""): ["bash", "zsh", "fish"],
            ("explain", "user_un"): ["user_unverified"],
            ("explain", "stopped", "user_un"): ["user_unverified"],
            ("import", "us"): ["users.csv"],
            ("import", "--yes", "us"): ["users.csv"],
            ("import", "users.csv", ""): [],
            ("import", "--rows", ""): [],
            ("import", "--ca-file", "a"): ["a b.csv"],
            ("import", "--runs-dir", "f"): ["folder"],
            ("import", "--on-finish", "tru"): ["true", "truncate"],
            ("import", "--target", "x", "--on-fin"): ["--on-finish"],
        }
        for words, wanted in cases.items():
            with self.subTest(words):
                self.assertEqual(sorted(set(self.bash(*words))), sorted(wanted))
        for words in (("report", ""), ("report", "--format", "html", run[:9]), ("resume", run[:4]),
                      ("lock", "release", "")):  # fmt: skip
            with self.subTest(words):
                self.assertEqual(self.bash(*words), [run])
        other = ("report", "--runs-dir", self.directory / "none", "")
        self.assertEqual(self.bash(*other), [])


@needs("fish")
class Fish(ShellWords):
    def test_every_flag_of_every_command_is_offered_and_no_hidden_one(self):
        for command in COMMANDS:
            with self.subTest(command):
                offered = set(self.fish(f"rehome {command} --")) | set(
                    self.fish(f"rehome {command} -")
                )
                wanted = self.flags_of(command)
                self.assertLessEqual(wanted, offered)
                # Short ones are offered joined to others too.
                self.assertEqual({it for it in offered if it.startswith("--")},
                                 {it for it in wanted if it.startswith("--")})  # fmt: skip

    def test_commands_values_files_and_runs_are_offered(self):
        run = self.run_of()
        cases = {
            "rehome ": sorted(it for it in COMMANDS if it and " " not in it),
            "rehome lock ": ["check", "release", "status"],
            "rehome import --on-existing ": ["adopt", "fail", "skip", "update"],
            "rehome import us": ["users.csv"],
            "rehome completion ": ["bash", "fish", "zsh"],
            "rehome explain user_un": ["user_unverified"],
        }
        for line, wanted in cases.items():
            with self.subTest(line):
                self.assertEqual(sorted(self.fish(line)), wanted)
        self.assertEqual(self.fish("rehome report "), [run])
        self.assertEqual(self.fish(f"rehome report --runs-dir {self.directory}/none "), [])


@needs("zsh")
class Zsh(ShellWords):
    def completed(self, *lines):
        """What zsh makes of each line when Tab is pressed."""
        out = self.directory / "lines"
        path = f"{self.program_named_rehome()}:{os.environ['PATH']}"
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.directory)
            os.execvpe("zsh", ["zsh", "-f", "-i"],
                       self.environment(PATH=path, HOME=self.directory, TERM="dumb"))  # fmt: skip
        try:

            def wait_for_lines(number):
                """Reads meanwhile what zsh shows, so that it can go on."""
                end = time.monotonic() + 30
                while not out.exists() or out.read_text().count("\n") < number:
                    self.assertLess(time.monotonic(), end, lines[max(0, number - 3)])
                    if select.select([terminal], [], [], 0.02)[0]:
                        os.read(terminal, 1 << 16)

            def drain():
                """Until nothing has come for a while."""
                while select.select([terminal], [], [], 0.4)[0]:
                    os.read(terminal, 1 << 16)

            begin = ZSH_BEGIN.format(script=self.script("zsh"), out=out)
            os.write(terminal, begin.encode())
            wait_for_lines(1)
            time.sleep(0.3)  # until the line editor has the terminal
            os.write(terminal, b"\x18")
            wait_for_lines(2)
            for number, line in enumerate(lines):
                # A Tab that more keys follow at once is taken for one that was pasted.
                os.write(terminal, line.encode())
                drain()
                os.write(terminal, b"\t")
                drain()
                os.write(terminal, b"\x18")
                wait_for_lines(number + 3)
                os.write(terminal, b"\x15")
        finally:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            os.close(terminal)
        return [it.rstrip(" =") for it in out.read_text().splitlines()[2:]]

    def test_commands_flags_values_files_and_runs_are_completed(self):
        run = self.run_of()
        cases = {
            "rehome impo": "rehome import",
            "rehome lock rel": "rehome lock release",
            "rehome import --on-f": "rehome import --on-finish",
            "rehome import --on-existing=up": "rehome import --on-existing=update",
            "rehome import --on-existing sk": "rehome import --on-existing skip",
            "rehome import --target x us": "rehome import --target x users.csv",
            "rehome validate --format sa": "rehome validate --format sarif",
            "rehome completion z": "rehome completion zsh",
            "rehome explain user_unv": "rehome explain user_unverified",
            "rehome explain stopped user_unv": "rehome explain stopped user_unverified",
            f"rehome report {run[:4]}": f"rehome report {run}",
            "rehome import --clock-r": "rehome import --clock-r",
        }
        self.assertEqual(dict(zip(cases, self.completed(*cases))), cases)

    def test_every_flag_of_every_command_is_in_it_and_no_hidden_one(self):
        text = self.script("zsh").read_text()
        for command in COMMANDS:
            function = "_rehome" + "".join(f"_{word}" for word in command.split()) + "() {"
            body = text.split(f"\n{function}\n", 1)[1].split("\n}\n", 1)[0]
            for flag in self.flags_of(command):
                with self.subTest(command, flag=flag):
                    self.assertRegex(body, rf"[*{{,]{flag}[=\[,}}]")
            for flag in HIDDEN:
                self.assertNotIn(flag, body)


class ManualPage(ShellWords):
    def page(self):
        path = self.directory / "rehome.1"
        path.write_text(self.rehome("man").stdout)
        return path

    @needs("mandoc")
    def test_mandoc_finds_no_fault(self):
        done = subprocess.run(
            ["mandoc", "-Tlint", "-Wstyle", self.page()], capture_output=True, text=True, timeout=60
        )
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    @needs("mandoc")
    def test_it_tells_of_every_exit_code(self):
        done = subprocess.run(["mandoc", "-Tascii", self.page()], capture_output=True, timeout=60)
        text = re.sub(r".\x08", "", done.stdout.decode())
        part = text.split("\nEXIT STATUS\n", 1)[1].split("\nFILES\n", 1)[0]
        told = re.findall(r"^ {5,8}(\d+(?:, \d+)?)\b", part, re.MULTILINE)
        table = (harness.SOURCE / "docs" / "exit-codes.md").read_text()
        codes = re.findall(r"^\| (\d+) \|", table, re.MULTILINE)
        self.assertEqual(", ".join(told).split(", "), codes)

    @needs("mandoc")
    def test_it_tells_of_every_command_and_flag_and_of_no_hidden_one(self):
        done = subprocess.run(
            ["mandoc", "-Tascii", "-Owidth=200", self.page()], capture_output=True, timeout=60
        )
        text = re.sub(r".\x08", "", done.stdout.decode())
        for command in COMMANDS[1:]:
            part = text.split(f"\n   {command}\n", 1)[1].split("\n   ", 1)
            body = re.split(r"\n(?:   )?\w", part[1])[0]
            told = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", body))
            with self.subTest(command):
                self.assertLessEqual(self.flags_of(command), told)
        for flag in HIDDEN:
            self.assertNotIn(flag, text)


if __name__ == "__main__":
    unittest.main()

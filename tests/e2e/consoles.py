"""Sessions in documents: what their console blocks show is what the commands print.

A block of ```console``` holds commands, each behind `$ `, with its output below. `export` and
`rehome sandbox … &` are done here, since each document plays on ports of its own; all else goes to
bash in a directory of its own, where `rehome` is the binary under test. A command ends with 0 unless
`echo $?` follows, which shows another code. A line `…` stands for any lines that are left out.
"""

import os
import re
import shlex
import subprocess

import harness

# What differs from run to run, and what stands for it.
VOLATILE = [
    (r"\b\d{8}-\d{6}-[0-9a-f]{4}\b", "RUN"),
    (r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "WHEN"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\S+/users\.csv", "FILE"),
    (r"\b\d+:\d\d(\.\d)?\b", "TIME"),
    (r"TIME +\d+\.\d$", "TIME RATE"),
    (r"Lock: (no wait|waited TIME)", "Lock: WAIT"),
    (r"TIME, (\d+ % (more|less)|as foretold)", "TIME, DIFFERENCE"),
    (r"a round trip took \d+ ms", "a round trip took N ms"),
    # What cannot be seen yet is asked for again.
    (r"\d+ requests", "N requests"),
    (r"[\d.,]+ [kMGT]?B\b", "SIZE"),
    (r"\S+@\S+, pid \d+", "HOLDER"),
    # How far a run was when its time was over.
    (r"\d+ created, \d+ unprocessed", "N created, N unprocessed"),
]
LEFT_OUT = "…"


def steps_of(document):
    """The commands of its console blocks, each with the output shown below it."""
    text = (harness.SOURCE / document).read_text()
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    steps = [step for block in blocks for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [step.partition("\n")[::2] for step in steps]


def normalized(text):
    for pattern, stand_in in VOLATILE:
        text = re.sub(pattern, stand_in, text, flags=re.MULTILINE)
    # Where a line wraps depends on the length of this machine's paths.
    return " ".join(text.split())


def agree(said, shown):
    """Whether `said` is what is shown, with something or nothing where lines are left out."""
    parts = re.split(rf"^{LEFT_OUT}$", shown, flags=re.MULTILINE)
    pattern = ".*".join(re.escape(normalized(part)) for part in parts)
    return re.fullmatch(pattern, normalized(said).replace("\n", " ")) is not None


def path_with_rehome(case):
    """A PATH on which `rehome` is the binary under test."""
    programs = case.directory / "programs"
    programs.mkdir()
    (programs / "rehome").symlink_to(os.path.abspath(harness.binary()))
    return f"{programs}:{os.environ['PATH']}"


class Session:
    """A document's commands, done one after another for `case`. `targets` are the sandboxes that it
    started, in their order."""

    def __init__(self, case):
        self._case = case
        self._exported = {}
        self._ports = {}
        self._code = 0
        self.targets = []
        self._path = path_with_rehome(case)
        for folder in ("data", "tools"):
            (case.directory / folder).symlink_to(harness.SOURCE / folder)
        case.runs_dir = case.directory / ".rehome" / "runs"

    def play(self, document, least):
        """Each step must print what is shown; a document of fewer than `least` is not what it was."""
        steps = steps_of(document)
        self._case.assertGreaterEqual(len(steps), least)
        codes_shown = [command == "echo $?" for command, _ in steps[1:]] + [False]
        for (command, shown), code_shown in zip(steps, codes_shown):
            with self._case.subTest(command):
                said = self._said_by(command)
                if not code_shown and command != "echo $?":
                    self._case.assertEqual(self._code, 0, said)
                if not agree(said, shown):
                    self._case.fail(f"it printed\n{said}\nwhere the document shows\n{shown}")

    def _said_by(self, command):
        if command == "echo $?":
            return f"{self._code}\n"
        self._code = 0
        if command.startswith("rehome sandbox"):
            return self._start_sandbox(shlex.split(command.removesuffix("&")))
        if command.startswith("export "):
            for pair in shlex.split(command)[1:]:
                name, _, value = pair.partition("=")
                self._exported[name] = self._with_ports(value)
            return ""
        return self._typed(command)

    def _start_sandbox(self, words):
        flags = dict(zip(words[2::2], words[3::2]))
        port = flags.pop("--port")
        # The harness gives these two itself.
        own = {name: flags.pop(f"--{name}") for name in ("latency", "lag") if f"--{name}" in flags}
        others = [word for flag in flags.items() for word in flag]
        target = self._case.sandbox(**own, extra=others)
        self.targets.append(target)
        self._ports[port] = target.port
        return harness.wait_until(target._running.stderr)

    def _with_ports(self, value):
        for shown, real in self._ports.items():
            value = value.replace(f"127.0.0.1:{shown}", f"127.0.0.1:{real}")
        return value

    def _typed(self, command):
        preset = dict(REHOME_RUNS_DIR=None, REHOME_ENDPOINT=None, WORKOS_SECRET_KEY=None)
        preset.update(PATH=self._path, **self._exported)
        # fmt: off
        done = subprocess.run(
            ["bash", "-c", command], cwd=self._case.directory, stdin=subprocess.DEVNULL,
            env=self._case.environment(**preset), timeout=harness.LIMIT_SECONDS,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # fmt: on
        self._code = done.returncode
        return done.stdout

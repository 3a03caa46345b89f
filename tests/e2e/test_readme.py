"""The session in README.md, line by line: what it shows is what the binary prints."""

import re
import shlex
import shutil
import unittest

import harness


def session():
    """The commands of the README's console block, each with the output shown below it."""
    text = (harness.SOURCE / "README.md").read_text()
    block = re.search(r"```console\n(.*?)```", text, re.DOTALL).group(1)
    steps = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [step.partition("\n")[::2] for step in steps]


# What differs from run to run, and what stands for it.
VOLATILE = [
    (r"\b\d{8}-\d{6}-[0-9a-f]{4}\b", "RUN"),
    (r"\b\d{4}-\d\d-\d\dT[\d:.]+Z", "WHEN"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    (r"\S+/data/users\.csv", "FILE"),
    (r"\b\d+:\d\d(\.\d)?\b", "TIME"),
    (r"TIME +\d+\.\d$", "TIME RATE"),
    (r"Lock: (no wait|waited TIME)", "Lock: WAIT"),
    # What cannot be seen yet is asked for again.
    (r"\d+ requests", "N requests"),
]


def normalized(text):
    for pattern, stand_in in VOLATILE:
        text = re.sub(pattern, stand_in, text, flags=re.MULTILINE)
    # Where a line wraps depends on the length of this machine's paths.
    return " ".join(text.split())


class Readme(harness.Case):
    def test_the_session_goes_as_it_is_shown(self):
        shutil.copytree(harness.DATA, self.directory / "data")
        exported = {"REHOME_ENDPOINT": None, "WORKOS_SECRET_KEY": None}
        steps = session()
        self.assertGreaterEqual(len(steps), 6)
        for command, shown in steps:
            with self.subTest(command):
                self.step(command, shown, exported)
        self.check_laws()

    def step(self, command, shown, exported):
        if command.startswith("rehome sandbox"):
            self.sandbox()
            said = harness.wait_until(self.target._running.stderr)
        elif command.startswith("export "):
            exported.update(pair.split("=", 1) for pair in shlex.split(command)[1:])
            exported["WORKOS_API_URL"] = self.target.url
            said = ""
        else:
            program, *arguments = shlex.split(command)
            self.assertEqual(program, "rehome")
            done = self.rehome(*arguments, **exported)
            self.assertEqual(done.code, 0, done.stderr)
            said = done.stdout + done.stderr
        # Commands that name their run say so first; the README leaves that line out.
        said = re.sub(r"^the latest run is .*\n", "", said)
        self.assertEqual(normalized(said), normalized(shown))

    def test_the_sample_with_problems_shows_every_one(self):
        done = self.rehome("validate", harness.DATA / "users-with-problems.csv")
        self.assertEqual(done.code, 1, done.stderr)
        self.assertEqual(
            "19 rows, 15 users, 2 organizations: 13 problems, 5 remarks\n", done.stderr
        )  # fmt: skip


if __name__ == "__main__":
    unittest.main()

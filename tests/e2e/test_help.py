"""docs/help holds what the binary says, and what it says can be read."""

import subprocess
import unittest

import harness

MOST_LINES = 62
MOST_COLUMNS = 100
HELP = harness.SOURCE / "docs" / "help"


class Help(harness.Case):
    def test_the_files_are_what_the_binary_says(self):
        tool = [harness.SOURCE / "tools" / "update_help", "--check", harness.binary()]
        done = subprocess.run(tool, capture_output=True, text=True, timeout=harness.LIMIT_SECONDS)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_command_has_a_file(self):
        names = {path.stem for path in HELP.glob("*.txt")}
        commands = "import resume retry verify validate report explain runs status ctl"
        commands += " lock lock-status lock-check lock-release rehearse sandbox completion man"
        self.assertEqual(names, {"rehome", *commands.split()})

    def test_each_fits_a_screen(self):
        for path in sorted(HELP.glob("*.txt")):
            with self.subTest(path.name):
                lines = path.read_text().splitlines()
                self.assertLessEqual(len(lines), MOST_LINES)
                self.assertLessEqual(max(map(len, lines)), MOST_COLUMNS)

    def test_each_has_usage_and_example(self):
        for path in sorted(HELP.glob("*.txt")):
            with self.subTest(path.name):
                text = path.read_text()
                command = path.stem.replace("-", " ")
                usage = "Usage: rehome" if command == "rehome" else f"Usage: rehome {command}"
                self.assertIn(usage, text)
                self.assertRegex(text, r"Example: rehome|Start with: rehome")

    def test_a_flag_of_another_tool_says_what_to_use(self):
        done = self.rehome("import", "users.csv", "--job-id", "7")
        self.assertEqual(done.code, 2)
        self.assertIn(
            "rehome: --job-id is not a flag of `rehome import`: runs get an id of their own; "
            "`rehome runs` lists them\n",
            done.stderr,
        )


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""tools/count_tests.py counts what a GoogleTest program says it ran, and never misses a failure."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "count_tests.py"

# name, status of the ctest test, its output, expected line
CASES = [
    ("a GoogleTest program counts its tests", "run",
     "[==========] 12 tests from 3 test suites ran.\n[  PASSED  ] 12 tests.\n", "12 0"),
    ("any other program counts as one", "run", "fine\n", "1 0"),
    ("failed tests are counted beside those that passed", "fail",
     "[  PASSED  ] 10 tests.\n[  FAILED  ] 2 tests, listed below:\n\n 2 FAILED TESTS\n", "10 2"),
    ("one failed test is counted", "fail", "[  PASSED  ] 1 test.\n 1 FAILED TEST\n", "1 1"),
    ("a crash is one failure", "fail", "Segmentation fault\n", "0 1"),
    ("a skipped test is no test", "notrun", "", "0 0"),
]  # fmt: skip


class CountTests(unittest.TestCase):
    def test_counts(self):
        for name, status, output, expected in CASES:
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = Path(folder, "a.xml")
                path.write_text(
                    f'<testsuite><testcase name="x" status="{status}">'
                    f"<system-out>{output}</system-out></testcase></testsuite>"
                )
                run = subprocess.run(
                    [sys.executable, TOOL, path], capture_output=True, text=True, timeout=20
                )
                self.assertEqual(run.stdout.strip(), expected, run.stderr)

    def test_sums_files_and_skips_missing_ones(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a", "b"):
                Path(folder, name).write_text('<testsuite><testcase status="run"/></testsuite>')
            files = [Path(folder, name) for name in ("a", "b", "missing")]
            run = subprocess.run([sys.executable, TOOL, *files], capture_output=True, text=True)
            self.assertEqual(run.stdout, "2 0\n")


if __name__ == "__main__":
    unittest.main()

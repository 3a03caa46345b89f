#!/usr/bin/env python3
"""tools/list_failures.py names what failed, and what passed only at its second try."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools" / "list_failures.py"

LOG = """\
 1/3 Test  #1: e2e_lock .........................***Failed    2.13 sec
      Start  1: e2e_lock
    Test  #1: e2e_lock .........................   Passed    2.00 sec
 2/3 Test  #2: e2e_kill .........................***Timeout 900.00 sec
 3/3 Test  #3: e2e_help .........................   Passed    0.37 sec
"""
JUNIT = """\
<testsuite>
  <testcase name="e2e_lock" status="run"/>
  <testcase name="e2e_kill" status="fail"><system-out>one
two: AssertionError</system-out></testcase>
</testsuite>
"""


# As ctest shows it with outputOnFailure: the output of a try stands below its line.
UNLAWFUL = """\
    Start 1: e2e_kill
 1/3 Test  #1: e2e_kill .........................***Failed    2.13 sec
seed 7
AssertionError: broken laws:
created 2 times: ('user', 'a@example.com')

      Start  1: e2e_kill
 2/3 Test  #3: e2e_lock .........................***Failed    0.37 sec
AssertionError: 0.2 not less than 0.1

      Start  3: e2e_lock
    Test  #1: e2e_kill .........................   Passed    2.00 sec
    Test  #3: e2e_lock .........................   Passed    2.00 sec
"""
ALL_PASSED = """\
<testsuite>
  <testcase name="e2e_lock" status="run"/>
  <testcase name="e2e_kill" status="run"/>
</testsuite>
"""


def told(code=0, **files):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, text in files.items():
            paths.append(Path(folder, name.replace("_", ".")))
            paths[-1].write_text(text)
        run = subprocess.run(
            [sys.executable, TOOL, *paths], capture_output=True, text=True, timeout=20
        )
        if run.returncode != code:
            raise AssertionError(f"exit {run.returncode}: {run.stdout}{run.stderr}")
        return run.stdout


class ListFailures(unittest.TestCase):
    def test_names_what_failed_and_what_needed_a_second_try(self):
        text = told(a_xml=JUNIT, a_log=LOG)
        self.assertIn("== needed a second try: e2e_lock\n", text)
        self.assertNotIn("second try: e2e_kill", text)
        self.assertIn("== failed: e2e_kill; the end of its output:\none\ntwo: Assert", text)
        self.assertNotIn("e2e_help", text)

    def test_a_broken_law_at_the_first_try_is_a_failure(self):
        text = told(code=1, a_xml=ALL_PASSED, a_log=UNLAWFUL)
        self.assertIn(
            "== needed a second try: e2e_kill\n== failed: it found a broken law at its first try; "
            "the end of its output:\nseed 7\nAssertionError: broken laws:\ncreated 2 times: ('user', "
            "'a@example.com')\n", text)  # fmt: skip
        self.assertTrue(text.endswith("== needed a second try: e2e_lock\n"), text)

    def test_the_law_is_that_of_the_try_that_broke_it(self):
        """The output of one test is not another's, and what failed twice is told once."""
        twice = ALL_PASSED.replace('e2e_kill" status="run"', 'e2e_kill" status="fail"')
        text = told(a_xml=twice, a_log=UNLAWFUL)
        self.assertNotIn("second try: e2e_kill", text)
        self.assertIn("== failed: e2e_kill; the end of its output:", text)

    def test_knows_how_the_laws_begin(self):
        """What this tool looks for is what the tests say."""
        laws = TOOL.parents[1] / "tests" / "e2e" / "laws.py"
        self.assertIn('assert not self.laws, f"broken laws', laws.read_text())
        self.assertIn('assert holds, f"broken laws', laws.read_text())
        self.assertIn('wanted, f"broken laws', laws.with_name("trials.py").read_text())

    def test_shows_what_clang_tidy_found(self):
        text = told(a_xml=ALL_PASSED, a_log="", tidy_txt="a.cc:3:1: error: no\n")
        self.assertIn("== tidy; the end of what it found:\na.cc:3:1: error: no\n", text)
        self.assertEqual(told(a_xml=ALL_PASSED, a_log="", tidy_txt=""), "")

    def test_is_silent_when_all_is_well(self):
        junit = '<testsuite><testcase name="x" status="run"/></testsuite>'
        self.assertEqual(told(a_xml=junit, a_log=LOG.splitlines()[-1]), "")


if __name__ == "__main__":
    unittest.main()

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


def told(**files):
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, text in files.items():
            paths.append(Path(folder, name.replace("_", ".")))
            paths[-1].write_text(text)
        run = subprocess.run(
            [sys.executable, TOOL, *paths], capture_output=True, text=True, timeout=20
        )
        return run.stdout


class ListFailures(unittest.TestCase):
    def test_names_what_failed_and_what_needed_a_second_try(self):
        text = told(a_xml=JUNIT, a_log=LOG)
        self.assertIn("== needed a second try: e2e_lock\n", text)
        self.assertNotIn("second try: e2e_kill", text)
        self.assertIn("== failed: e2e_kill; the end of its output:\none\ntwo: Assert", text)
        self.assertNotIn("e2e_help", text)

    def test_is_silent_when_all_is_well(self):
        junit = '<testsuite><testcase name="x" status="run"/></testsuite>'
        self.assertEqual(told(a_xml=junit, a_log=LOG.splitlines()[-1]), "")


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""Sums the tests of ctest's JUnit files: prints `PASSED FAILED`.

A GoogleTest program counts as the tests that it says it ran, any other ctest test as one. A program
that failed without saying how many tests failed (it crashed, it timed out) counts as one failed.
"""

import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

PASSED = re.compile(r"\[  PASSED  \] (\d+) tests?\.")
FAILED = re.compile(r"^ *(\d+) FAILED TESTS?$", re.MULTILINE)


def count(case):
    """(passed, failed) of one ctest test."""
    output = case.findtext("system-out") or ""
    passed = [int(number) for number in PASSED.findall(output)]
    failed = [int(number) for number in FAILED.findall(output)]
    if case.get("status") == "run":
        return (sum(passed) if passed else 1), 0
    if case.get("status") == "fail":
        return sum(passed), max(sum(failed), 1)
    return 0, 0  # disabled or skipped


def main():
    totals = [0, 0]
    for path in map(Path, sys.argv[1:]):
        if not path.exists():
            continue
        for case in xml.parse(path).getroot().iter("testcase"):
            for index, number in enumerate(count(case)):
                totals[index] += number
    print(*totals)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Says at the end of a long output what went wrong in it: for each failed ctest test its name and
the end of its output (from JUnit files), and each test that passed only at its second try (from
ctest's own output, `*.log`), and what clang-tidy found (`*.txt`). Prints nothing when all is well.

A second try is for what was late, never for what is wrong: a test whose first try found a broken law
(an object made twice, say) has failed, and the exit code is 1. Of other failures ctest has told.

Usage: tools/list_failures.py FILE...
"""

import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

LINES_SHOWN = 60
# ` 3/51 Test  #20: e2e_lock ....***Failed    2.13 sec`, then its output if ctest was told to show it
FAILED = re.compile(r"Test +#\d+: (\S+) \.*\*\*\*")
# What ctest says itself, and so ends the output of a test.
TELLS = re.compile(r"\s*(\d+/\d+ )?(Test +#\d+: |Start +\d+: )|\d+% tests passed")
# How tests/e2e/laws.py begins what it tells.
BROKEN_LAW = "broken laws"


def failures(path):
    """(name, output) of each failed test of a JUnit file."""
    for case in xml.parse(path).getroot().iter("testcase"):
        if case.get("status") == "fail":
            yield case.get("name"), case.findtext("system-out") or ""


def failed_tries(path):
    """(name, output) of each try that failed, in the order of ctest's output."""
    tries = []
    in_output = False
    for line in path.read_text(errors="replace").splitlines():
        failed = FAILED.search(line)
        if failed:
            tries.append((failed.group(1), []))
            in_output = True
        elif TELLS.match(line):
            in_output = False
        elif in_output:
            tries[-1][1].append(line)
    return tries


def main():
    paths = [path for path in map(Path, sys.argv[1:]) if path.exists()]
    failed = [it for path in paths if path.suffix == ".xml" for it in failures(path)]
    names = {name for name, _ in failed}
    tries = [it for path in paths if path.suffix == ".log" for it in failed_tries(path)]
    second = {name: [] for name, _ in tries if name not in names}
    for name, output in tries:
        if name in second and any(BROKEN_LAW in line for line in output):
            second[name] = output
    for name, unlawful in second.items():
        print(f"== needed a second try: {name}")
        if unlawful:
            print("== failed: it found a broken law at its first try; the end of its output:")
            print("\n".join(unlawful[-LINES_SHOWN:]))
    for name, output in failed:
        print(f"\n== failed: {name}; the end of its output:")
        print("\n".join(output.splitlines()[-LINES_SHOWN:]))
    for path in paths:
        if path.suffix == ".txt" and (findings := path.read_text(errors="replace").splitlines()):
            print(f"\n== {path.stem}; the end of what it found:")
            print("\n".join(findings[-LINES_SHOWN:]))
    return 1 if any(second.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

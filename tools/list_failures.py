#!/usr/bin/env python3
"""Says at the end of a long output what went wrong in it: for each failed ctest test its name and
the end of its output (from JUnit files), and each test that passed only at its second try (from
ctest's own output, `*.log`). Prints nothing when all is well.

Usage: tools/list_failures.py FILE...
"""

import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

LINES_SHOWN = 60
# ` 3/51 Test  #20: e2e_lock ....***Failed    2.13 sec`
FAILED = re.compile(r"Test +#\d+: (\S+) \.*\*\*\*")


def failures(path):
    """(name, output) of each failed test of a JUnit file."""
    for case in xml.parse(path).getroot().iter("testcase"):
        if case.get("status") == "fail":
            yield case.get("name"), case.findtext("system-out") or ""


def tried_twice(path):
    """Names of the tests that failed at least once, in the order of the file."""
    return list(dict.fromkeys(FAILED.findall(path.read_text(errors="replace"))))


def main():
    paths = [path for path in map(Path, sys.argv[1:]) if path.exists()]
    failed = [it for path in paths if path.suffix == ".xml" for it in failures(path)]
    names = {name for name, _ in failed}
    for path in paths:
        if path.suffix != ".log":
            continue
        for name in tried_twice(path):
            if name not in names:
                print(f"== needed a second try: {name}")
    for name, output in failed:
        print(f"\n== failed: {name}; the end of its output:")
        print("\n".join(output.splitlines()[-LINES_SHOWN:]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

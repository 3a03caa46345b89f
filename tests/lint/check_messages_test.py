#!/usr/bin/env python3
"""Runs check_messages on a small page and sources, and expects exactly the faults put in."""

import unittest

from check_messages import faults_of

PAGE = """| Exit | Means |
|---|---|
| 0 | well |
| 130, 143 | stopped |

| Message | Do |
|---|---|
| `paused … by the target` | wait |
| `stopped; continue with: …` | resume |
"""
SOURCES = {
    "cli/exit_code.h": "  kDone = 0,\n  kInterrupted = 130,\n  kTerminated = 143,\n",
    "cli/view.cc": 'text += "paused " +\n    Time() + " by "\n    "the target";\n',
    "cli/watch.cc": 'view_.Say("stopped; continue with: " + id);\n',
    "report/text.cc": 'Say("what no run says");\n',
}

# name, page, what is put in place of a source, expected faults
CASES = [
    ("a true page has no fault", PAGE, {}, []),
    (
        "a message that nobody says is a fault",
        PAGE.replace("by the target", "by the vendor"),
        {},
        ["what-to-watch.md:8: no source file says `paused … by the vendor`"],
    ),
    (
        "a message whose parts stand in two files is a fault",
        PAGE,
        {"cli/view.cc": '"paused ";\n', "cli/other.cc": '" by the target";\n'},
        ["what-to-watch.md:8: no source file says `paused … by the target`"],
    ),
    (
        "what a comment says is not said",
        PAGE,
        {"cli/view.cc": '// "paused " by the target\n'},
        ["what-to-watch.md:8: no source file says `paused … by the target`"],
    ),
    (
        "a line that is said and not on the page is a fault",
        PAGE,
        {"cli/new.cc": 'view_.Say("the disk is nearly full: " + name);\n'},
        ["cli/new.cc: says what what-to-watch.md does not explain: 'the disk is nearly full: '"],
    ),
    (
        "so is a warning, and a stop",
        PAGE,
        {
            "cli/new.cc": 'PrintWarning("the disk is old");\n',
            "pace/a.cc": 'Error{base::ErrorCode::kLimit, "too slow for me"};\n',
            "dispatch/b.cc": 'return {base::ErrorCode::kLimit,\n  "too slow for me"};\n',
        },
        [
            "cli/new.cc: says what what-to-watch.md does not explain: 'the disk is old'",
            "dispatch/b.cc: says what what-to-watch.md does not explain: 'too slow for me'",
        ],
    ),
    (
        "an exit code that one of the two does not have is a fault",
        PAGE.replace("| 0 | well", "| 7 | well"),
        {},
        [
            "what-to-watch.md: exit code 0 is only here or only in cli/exit_code.h",
            "what-to-watch.md: exit code 7 is only here or only in cli/exit_code.h",
        ],
    ),
]


class CheckMessages(unittest.TestCase):
    def test_faults_are_told_and_nothing_else(self):
        for name, page, changed, expected in CASES:
            with self.subTest(name):
                self.assertEqual(list(faults_of(page, {**SOURCES, **changed})), expected)


if __name__ == "__main__":
    unittest.main()

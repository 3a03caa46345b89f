# label: soak
"""Faults and the incident's cache as they are in real time: waits of a minute, not of a second."""

import unittest

import test_cached_answers
import test_faults

# One of each kind; those that differ only in a status behave alike.
KINDS = ("reset", "hang", "close", "html", "empty", "half-body", "too-short", "huge", "gzip",
         "other-body", "retry-after", "status 500", "status 401")  # fmt: skip


class FaultsInRealTime(test_faults.Faults):
    clock_rate = 1
    at_once = 40
    table = [fault for fault in test_faults.FAULTS if fault[0].startswith(KINDS)]


class CachedAnswersInRealTime(test_cached_answers.CachedAnswers):
    clock_rate = 1


if __name__ == "__main__":
    unittest.main()

# label: soak
# runs alone
"""The windows of test_quota at a tenth and at ten times the documented limit, in real time."""

import unittest

import test_quota


class ATenth(test_quota.Windows):
    limit = 50

    def test_ninety_nine_percent_of_every_kind_of_window(self):
        self.hold_all()


class TenTimes(test_quota.Windows):
    limit = 5000
    # Five at once are more than two cores can do.
    kinds_at_once = 1

    def test_ninety_nine_percent_of_every_kind_of_window(self):
        self.hold_all()


if __name__ == "__main__":
    unittest.main()

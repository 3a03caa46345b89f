# label: soak
"""Faults of all kinds by chance: a thousand seeds."""

import unittest

import test_mixed_faults


class MixedFaultsOftener(test_mixed_faults.MixedFaults):
    seeds = 1000


if __name__ == "__main__":
    unittest.main()

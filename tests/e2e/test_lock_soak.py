# label: soak
"""Four simultaneous starts, 50 times."""

import test_lock


class RaceOftener(test_lock.Race):
    rounds = 50

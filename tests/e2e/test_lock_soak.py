# label: soak
"""Four simultaneous starts, 5,000 times."""

import faults
import test_lock


class FourStartsOftener(test_lock.Race, faults.Case):
    rounds = faults.environment_number("REHOME_ROUNDS", 5000)

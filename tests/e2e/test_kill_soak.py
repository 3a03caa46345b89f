# label: soak
"""kill -9 at 100 random moments."""

import test_kill


class KillOftener(test_kill.Kill):
    kills = 100

# label: soak
"""5,000 kills at random calls, 500 times two of a resumption, 5,000 power cuts; fewer as the
environment says, see the modules."""

import test_kill_moments
import test_power_cut


class KillOftener(test_kill_moments.KillMoments):
    kills = 5000
    twice = 500


class CutOftener(test_power_cut.PowerCut):
    cuts = 5000

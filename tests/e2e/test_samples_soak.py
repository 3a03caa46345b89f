# label: soak
"""The race of workers for one user, 200 times at 1, 2 and 8 threads."""

import test_samples


class SeveralMembershipsOftener(test_samples.SeveralMemberships):
    times = 200

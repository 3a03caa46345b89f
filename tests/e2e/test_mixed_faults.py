# runs alone
"""Faults of all kinds by chance, at once: a hundred seeds, half of them against a target that would
accept duplicates. In the end the sandbox holds exactly what the file says.

REHOME_SEED says where the seeds begin, REHOME_SEEDS how many are tried.
"""

import shutil
import tempfile
import unittest
from pathlib import Path

import faults
import trials

# Which requests are hit by which faults follows from the seed, so that each push sees the same.
FIRST_SEED = faults.environment_number("REHOME_SEED", 1)
SHARE = 0.1
ORGANIZATIONS = 4


def mixed_csv(rows=30):
    """Users of whom one in three has several rows, each in another organization."""
    lines = ["email,external_id,first_name,org_external_id,org_name,role_slugs"]
    for row in range(rows):
        user = row if row % 3 else row // 9 * 9
        external_id = f"x-{user}" if user % 2 else ""
        organization = row % ORGANIZATIONS
        role = "admin" if user % 5 == 0 else ""
        lines.append(
            f"user{user}@example.com,{external_id},First{user},org-{organization},"
            f"Organization {organization},{role}"
        )
    return "\n".join(lines) + "\n"


class MixedFaults(unittest.TestCase):
    seeds = 100

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="rehome-mixed-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def one_seed(self, seed):
        unique = seed % 2 == 0
        lag = (0, 0, 5)[seed % 3]
        trial = trials.Trial(self.directory, unique=unique, lag=lag, latency="0-20")
        try:
            trial.sandbox.faults(seed=seed, rate=SHARE)
            text = mixed_csv()
            codes = trial.import_until_done(text, resumes=12)
            assert codes[-1] == 0, trial.told()
            trials.assert_exactly(trial, text)
            trials.assert_lawful(trial)
            return len(codes)
        finally:
            trial.stop()

    def test_a_hundred_seeds_end_with_exactly_what_the_file_says(self):
        wanted = faults.environment_number("REHOME_SEEDS", self.seeds)
        print(f"seeds {FIRST_SEED} to {FIRST_SEED + wanted - 1}")
        table = [
            (f"seed {seed}", lambda seed=seed: self.one_seed(seed))
            for seed in range(FIRST_SEED, FIRST_SEED + wanted)
        ]
        trials.run_all(self, table)


if __name__ == "__main__":
    unittest.main()

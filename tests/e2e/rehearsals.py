"""What tests of `rehome rehearse` share, and the rehearsals that a forecast is held against."""

import json
import re
from dataclasses import dataclass

import harness
import laws


# How far the time of an import may be from what was foretold.
MOST_OFF = 0.05


@dataclass
class Trial:
    """A file of tools/make_users and how it is rehearsed."""

    rows: int
    organizations: int
    flags: tuple = ()
    memberships: float = 1
    seed: int = 1


# What sets the pace is another in each: quota with and without a reserve, another rate, organizations,
# answers, the delay between two requests.
FEW = (
    Trial(2000, 40),
    Trial(1500, 40, ("--reserve", 0), memberships=2),
    Trial(600, 250),
    Trial(800, 10, ("--rate", 12, "--latency", "100-200")),
    Trial(400, 5, ("--concurrency", 1)),
    Trial(500, 4, ("--min-delay", 250)),
)
MANY = FEW + (
    Trial(5000, 100, seed=2),
    Trial(5000, 700, ("--reserve", 0), seed=3),
    Trial(4000, 20, ("--reserve", 30), memberships=3, seed=4),
    Trial(3000, 1, ("--rate", 25), seed=5),
    Trial(3000, 300, ("--warm-concurrency", 8), seed=6),
    Trial(2500, 500, ("--latency", "200-300", "--warm-concurrency", 4), seed=7),
    Trial(2000, 60, ("--latency", "5-15"), seed=8),
    Trial(2000, 30, ("--rate", 100), memberships=1.5, seed=9),
    Trial(1500, 20, ("--concurrency", 2, "--latency", "40"), seed=10),
    Trial(1000, 8, ("--rate", "none", "--concurrency", 4, "--latency", "100"), seed=11),
    Trial(1000, 100, ("--min-delay", 100), seed=12),
    Trial(1000, 10, ("--rate", 2), seed=13),
    Trial(2500, 12, ("--workers", 1, "--reserve", 50), memberships=2, seed=14),
    Trial(3500, 35, ("--rows", "500-3000"), seed=15),
)


def import_ns(counters):
    """How long an import took, survey and organizations included."""
    time = {name: phase["time_ns"] for name, phase in counters["phases"].items()}
    return time["survey"] + time["organizations"] + time["users"]


class Case(harness.Case):
    def setUp(self):
        super().setUp()
        self.rehearsals = self.directory / "rehearsals"

    def rehearse(self, file, *flags, code=0):
        """`rehome rehearse FILE` without a key and a target."""
        done = self.rehome("rehearse", file, *flags, WORKOS_SECRET_KEY=None, REHOME_ENDPOINT=None)
        self.assertEqual(done.code, code, f"{done.stdout}\n{done.stderr}")
        self.check_rows()
        return done

    def check_rows(self):
        """The laws of a run that need no sandbox to ask: that of a rehearsal is gone."""
        broken = laws.Broken()
        rows = laws.check_summary(broken, self.run_dir(), finished=True)
        laws.check_nothing_open(broken, self.run_dir())
        laws.check_row_files(broken, self.run_dir(), rows)
        laws.check_verification(broken, self.run_dir())
        broken.end()

    def run_dir(self):
        """The directory of the latest rehearsal."""
        found = [path for path in self.rehearsals.iterdir() if (path / "run.json").exists()]
        return max(found, key=lambda path: path.stat().st_mtime_ns)

    def forecast_error(self, trial):
        """How far the time of this rehearsal was from what was foretold, as shares of that: as it is
        predicted, and as it was; and what was foretold, in seconds."""
        file = self.made_users(
            "--rows", trial.rows, "--organizations", trial.organizations, "--shape", "lean",
            "--memberships", trial.memberships, "--seed", trial.seed)  # fmt: skip
        self.rehearse(file, "--no-verify", *trial.flags)
        counters = self.summary()["counters"]
        likely = counters["forecast_likely_ns"]
        raw = import_ns(counters)
        told = raw - counters["machine_ns"]
        return (told - likely) / likely, (raw - likely) / likely, likely / 1e9

    def hold_forecasts(self, trials):
        """Against what a rehearsal predicts. That leaves out what this machine was late, by the same
        latency and time of a commit as the forecast, so where answers set the pace the two agree
        in part by how they are made; `raw` is without that. TrueTime has the rest."""
        off = []
        for trial in trials:
            error, raw, likely = self.forecast_error(trial)
            print(f"{error:+7.1%} (raw {raw:+7.1%}) of {likely:7.1f} s: {trial}", flush=True)
            if abs(error) > MOST_OFF:
                off.append(f"{error:+.1%}: {trial}")
        self.assertEqual(off, [])

    def run_json(self):
        return json.loads((self.run_dir() / "run.json").read_text())

    def phase(self, name):
        return next(it for it in self.summary()["phases"] if it["phase"] == name)

    def unwrapped(self, text):
        """Without the breaks that a narrow terminal would want."""
        return re.sub(r"\s+", " ", text)

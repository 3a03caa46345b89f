# runs alone
"""The power is cut at any moment: nothing that was sent is forgotten, whatever part of what was not
synced the disk has kept.

REHOME_CUTS says how many cuts are tried, REHOME_SEED where the series begins.
"""

import functools
import random
import time
import unittest

import crashes
import faults
import laws
import power_cut
import trials

SEED = faults.environment_number("REHOME_SEED", time.time_ns() % 1_000_000)


# The log of the larger one is merged into the journal, and begun anew, while the import goes on.
SMALL, LARGE = crashes.sixty_rows(), crashes.sixty_rows(rows=200)


# A resumption that has nothing left to send changes the disk some forty times: its epoch, its report.
LEAST_LEFT = 30
MERGED_CUTS = 10


class PowerCut(crashes.Case):
    cuts = 200

    def setUp(self):
        super().setUp()
        self.merged = {}  # by text: when the log was merged first, in changes of the disk
        self.changes = {
            (text, flags): self.changes_of(text, flags)
            for text in (SMALL, LARGE)
            for flags in (crashes.ONE_BY_ONE, ())
        }

    def changes_of(self, text, flags):
        """How often an unbroken import changes the disk or sends something."""
        with self.site(text, flags=flags) as site:
            site.run("import", site.file, "--yes", *flags, logged=True)
            site.assert_unbroken()
            entries = power_cut.read_log(site.log_path)
            if flags == crashes.ONE_BY_ONE:
                merges = power_cut.syncs(entries, "journal.db")
                self.assertEqual(len(merges), 1 if text is SMALL else 2)
                self.merged[text] = merges[0]
            return len(entries)

    def cut(self, site, moment, series, lies=lambda entry, role: False):
        """Runs until the power is cut after so many changes of the disk and bytes sent, and puts in
        place what the disk holds then. A run that came to its end before is cut right after it.
        Gives whether it was not."""
        site.log_path.unlink(missing_ok=True)
        above = site.directory / "disk"
        disk = power_cut.Disk(above, lies)
        hit = self.ended_by_hit(site, site.run(*site.command(), cut=moment))
        disk.play(power_cut.read_log(site.log_path))
        built = site.directory / "rebuilt"
        disk.write_to(built, series)
        power_cut.replace_tree(above, built)
        return hit

    def on_disk(self, site):
        """The runs are the only thing in a directory of its own."""
        above = site.directory / "disk"
        above.mkdir()
        site.runs_dir = above / "runs"

    def any_moment(self, seed, lies=lambda entry, role: False):
        """A cut, or two, of an import of either file."""
        series = random.Random(seed)
        flags = crashes.ONE_BY_ONE if series.random() < 0.5 else ()
        lag = series.choice((0, 0, 2))
        text = LARGE if series.random() < 0.1 else SMALL
        with self.site(text, flags, unique=series.random() < 0.5, lag=lag) as site:
            self.on_disk(site)
            left = self.changes[text, flags]
            for _ in range(series.choice((1, 1, 2))):
                # All phases alike: most changes are those of the rows.
                moment = series.randint(1, series.choice((min(80, left), left)))
                hit = self.cut(site, moment, series, lies)
                self.assert_nothing_is_forgotten(site)
                left = max(left - moment, LEAST_LEFT)
                if not hit:
                    break
            site.go_on()
            site.assert_unbroken()

    def assert_nothing_is_forgotten(self, site):
        site.assert_files_are_whole()
        sent = [it for it in site.sandbox.record() if it["method"] == "POST"]
        if not site.started_runs():
            trials.same(len(sent), 0, "writes of a run that is gone", site.told())
            return
        site.assert_remembered()

    def test_nothing_that_was_sent_is_forgotten(self):
        wanted = faults.environment_number("REHOME_CUTS", self.cuts)
        print(f"seed {SEED}, {wanted} cuts, of {list(self.changes.values())} changes in a run")
        seeds = [f"{SEED}-{number}" for number in range(wanted)]
        self.run_all([(seed, functools.partial(self.any_moment, seed)) for seed in seeds])
        self.assert_most_were_hit()

    def test_a_disk_that_lies_about_the_log_is_found_out(self):
        self.assert_found_out(lambda entry, role: role == "journal.db-wal")

    def test_a_disk_that_lies_about_names_is_found_out(self):
        self.assert_found_out(lambda entry, role: role in ("runs", "disk"))

    def test_a_disk_that_lies_about_the_journal_is_found_out(self):
        """Once the log was merged into the journal and begun anew, nothing else has what was in it."""
        self.assert_found_out(lambda entry, role: role == "journal.db", self.after_the_merge)

    def test_a_disk_that_lies_about_files_that_replace_others_is_found_out(self):
        names = tuple(f"{name}.tmp" for name in crashes.WHOLE_FILES)
        self.assert_found_out(lambda entry, role: role in names)

    def after_the_merge(self, seed, lies):
        """A cut while the larger file is imported, after its log was merged."""
        series = random.Random(seed)
        with self.site(LARGE, crashes.ONE_BY_ONE, unique=series.random() < 0.5) as site:
            self.on_disk(site)
            last = self.changes[LARGE, crashes.ONE_BY_ONE]
            self.cut(site, series.randint(self.merged[LARGE] + 1, last), series, lies)
            self.assert_nothing_is_forgotten(site)
            site.go_on()
            site.assert_unbroken()

    def test_cuts_after_a_merge_forget_nothing(self):
        seeds = [f"{SEED}-merged-{number}" for number in range(MERGED_CUTS)]
        honest = functools.partial(self.after_the_merge, lies=lambda entry, role: False)
        self.run_all([(seed, functools.partial(honest, seed)) for seed in seeds])
        self.assert_most_were_hit()

    def assert_found_out(self, lies, trial=None):
        """The tests above fail on such a disk, so they can."""
        failed = []
        for number in range(40):
            try:
                (trial or self.any_moment)(f"{SEED}-lie-{number}", lies)
            except AssertionError as error:
                failed.append(str(error))
            if len(failed) == 3:
                return
        laws.require(False, f"a lying disk is found out, but only at {len(failed)} of 40 cuts")


if __name__ == "__main__":
    unittest.main()

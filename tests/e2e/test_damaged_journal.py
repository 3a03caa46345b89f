"""A journal or its log that is damaged: told, kept as it is, and never guessed over."""

import functools
import random
import time
import unittest

import crashes
import faults
import trials

SEED = faults.environment_number("REHOME_SEED", time.time_ns() % 1_000_000)
SECTOR = 512


class DamagedJournal(crashes.Case):
    damages = 24

    def each(self, damage_one, *arguments):
        print(f"seed {SEED}")
        seeds = [f"{SEED}-{number}" for number in range(self.damages)]
        self.run_all([(seed, functools.partial(damage_one, seed, *arguments)) for seed in seeds])

    def assert_refused(self, site, path, good):
        """Exit 4, not a byte changed, nothing asked of the target; with the good bytes it goes on."""
        damaged = path.read_bytes()
        requests = site.sandbox.counts()["requests"]
        done = site.plain("resume")
        trials.same(path.read_bytes() == damaged, True, "bytes untouched", site.told())
        asked = site.sandbox.counts()["requests"] - requests
        trials.same(asked, 0, "requests on a damaged journal", site.told())
        self.assertEqual(done.code, 4, site.told())
        self.assertIn("journal.db: the journal is damaged (", done.stderr)
        self.assertIn("was left untouched; `rehome resume ", done.stderr)
        path.write_bytes(good)
        site.go_on()
        site.assert_unbroken()

    def test_a_log_whose_durable_commits_are_damaged(self):
        self.each(self.damaged_log)

    def damaged_log(self, seed):
        series = random.Random(seed)
        with self.site() as site:
            at = "fdatasync:journal.db-wal:120:after:kill"
            site.run("import", site.file, "--yes", *crashes.ONE_BY_ONE, at=at)
            path = site.run_dir() / "journal.db-wal"
            good = path.read_bytes()
            # Of the last commits SQLite itself cannot tell whether they ever were: not of them.
            at = series.randrange(len(good) * 9 // 10)
            size = series.choice((1, 64, SECTOR, 4096))
            bad = bytes(byte ^ series.randint(1, 255) for byte in good[at : at + size])
            path.write_bytes(good[:at] + bad + good[at + size :])
            self.assert_refused(site, path, good)

    def test_a_journal_whose_pages_are_damaged(self):
        self.each(self.damaged_journal)

    def damaged_journal(self, seed):
        series = random.Random(seed)
        with self.site() as site:
            # Killed after its log was merged.
            at = "open:verification.tmp:1:before:kill"
            site.run("import", site.file, "--yes", *crashes.ONE_BY_ONE, at=at)
            path = site.run_dir() / "journal.db"
            good = path.read_bytes()
            page = series.randrange(len(good) // 4096) * 4096
            damage = series.choice(("head", "zero", "noise", "short"))
            if damage == "head":
                bad = good[:page] + series.randbytes(16) + good[page + 16 :]
            elif damage == "short":
                bad = good[: max(page, 4096) - series.choice((0, 100))]
            else:
                filler = bytes(4096) if damage == "zero" else series.randbytes(4096)
                bad = good[:page] + filler + good[page + 4096 :]
            path.write_bytes(bad)
            self.assert_refused(site, path, good)


if __name__ == "__main__":
    unittest.main()

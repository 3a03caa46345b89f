# runs alone
"""kill -9 before and after each sync that makes a record of the journal durable, then `resume`."""

import functools
import unittest

import crashes

SYNC = ("fdatasync", "journal.db-wal", "")
# An organization is an intent and an answer. A user and its membership are an intent, the answer with
# the next intent, and that answer with the outcome of the row. Six rows want a membership more for a
LEAST_COMMITS = 2 * crashes.ORGANIZATIONS + 3 * 50 + 2 * 6 + 4


class JournalKill(crashes.Case):
    def commits(self, flags):
        """How often an unbroken import syncs its journal, the merge at the end included."""
        with self.site(flags=flags) as site:
            done = site.run("import", site.file, "--yes", *flags, listed=True)
            self.assertEqual(done.code, 0, done.stderr)
            site.assert_unbroken()
            return site.calls().count(SYNC)

    def kill_at(self, flags, nth, when):
        # Every other target would accept a second one of everything.
        with self.site(flags=flags, unique=nth % 2 == 0) as site:
            at = f"fdatasync:journal.db-wal:{nth}:{when}:kill"
            done = site.run("import", site.file, "--yes", *flags, at=at)
            # The last commits share a sync here and not there when rows are in flight together.
            if flags == crashes.ONE_BY_ONE:
                self.assertEqual(done.code, -9, site.told())
            site.assert_remembered()
            site.go_on()
            site.assert_unbroken()

    def kill_at_each(self, flags):
        commits = self.commits(flags)
        print(f"{commits} syncs of the journal, killed before and after each")
        points = [(nth, when) for nth in range(1, commits + 1) for when in ("before", "after")]
        self.run_all(
            [(point, functools.partial(self.kill_at, flags, *point)) for point in points]
        )
        return commits

    def test_each_record_by_itself(self):
        self.assertGreaterEqual(self.kill_at_each(crashes.ONE_BY_ONE), LEAST_COMMITS)

    def test_records_that_share_commits(self):
        self.kill_at_each(())


if __name__ == "__main__":
    unittest.main()

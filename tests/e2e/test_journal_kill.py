# runs alone
"""kill -9 before and after the commit that holds each record of the journal, then `resume`.

After: right after the sync that makes the commit durable, before anything leaves that waits for it.
Before: right before SQLite writes the first byte of it. Later is too late: what was written outlives
the process in the page cache, synced or not, and a look-up would have nothing to find.
"""

import functools
import unittest

import crashes
import trials

SYNC, BEGIN = ("fdatasync", "journal.db-wal", ""), ("begin", "journal.db-wal", "")
# An organization is an intent and an answer. A user and its membership are an intent, the answer with
# the next intent, and that answer with the outcome of the row. Six rows want a membership more for a
# user that is there: an intent and an answer. Chunks and the end of the run make up the rest.
LEAST_COMMITS = 2 * crashes.ORGANIZATIONS + 3 * 50 + 2 * 6 + 4
# Each of 6 organizations, 50 users and 60 memberships less 4 that are there has an answer, which is
# lost when the process dies before the commit of it.
LEAST_LOST = 100


class JournalKill(crashes.Case):
    def commits(self, flags):
        """How many commits an unbroken import writes, and how often it syncs its journal; the merge at
        the end syncs once more."""
        with self.site(flags=flags) as site:
            done = site.run("import", site.file, "--yes", *flags, listed=True)
            self.assertEqual(done.code, 0, done.stderr)
            site.assert_unbroken()
            calls = site.calls()
            return {BEGIN: calls.count(BEGIN), SYNC: calls.count(SYNC)}

    def kill_at(self, flags, place, nth, lost):
        """Counts in `lost` what was created and not remembered; each of it has to be looked up."""
        # Every other target would accept a second one of everything.
        with self.site(flags=flags, unique=nth % 2 == 0) as site:
            when = "after" if place == SYNC else "before"
            at = f"{place[0]}:{place[1]}:{nth}:{when}:kill"
            done = site.run("import", site.file, "--yes", *flags, at=at)
            # The last commits share a sync here and not there when rows are in flight together.
            if flags == crashes.ONE_BY_ONE:
                self.assertEqual(done.code, -9, site.told())
            if not site.started_runs():
                trials.same(site.sandbox.counts()["writes_applied"], 0, "writes", site.told())
            killed = site.seen()
            killed.assert_remembered()
            unanswered = killed.unanswered()
            before = len(killed.sandbox.record())
            site.go_on()
            found = crashes.looked_up(site.sandbox.record()[before:])
            trials.same(unanswered - found, set(), "created and not looked up", site.told())
            lost += unanswered
            site.assert_unbroken()

    def kill_at_each(self, flags):
        commits = self.commits(flags)
        print(f"{commits[BEGIN]} commits and {commits[SYNC]} syncs of the journal, killed at each")
        lost = []
        # fmt: off
        self.run_all([
            ((*place, nth), functools.partial(self.kill_at, flags, place, nth, lost))
            for place, most in commits.items() for nth in range(1, most + 1)],
            2 * crashes.AT_ONCE)
        # fmt: on
        print(f"{len(lost)} times the answer to a create was lost, and the object found again")
        return commits[BEGIN], len(lost)

    def test_each_record_by_itself(self):
        commits, lost = self.kill_at_each(crashes.ONE_BY_ONE)
        self.assertGreaterEqual(commits, LEAST_COMMITS)
        self.assertGreaterEqual(lost, LEAST_LOST)

    def test_records_that_share_commits(self):
        _, lost = self.kill_at_each(())
        self.assertGreaterEqual(lost, LEAST_LOST)


if __name__ == "__main__":
    unittest.main()

"""The incumbents' sample files import unchanged."""

import harness
import laws

SAMPLES = harness.DATA / "incumbents"
# data/incumbents/validation-test-errors.csv is made of rows that nothing can repair.
BROKEN = "validation-test-errors.csv"


class Samples(harness.Case):
    clock_rate = harness.FAST

    def test_every_well_formed_sample_is_imported_whole(self):
        files = [path for path in sorted(SAMPLES.glob("*.csv")) if path.name != BROKEN]
        self.assertEqual(len(files), 6)
        self.sandbox()
        for file in files:
            with self.subTest(file=file.name):
                self.target.reset()
                rows = len(laws.read_csv(file))
                self.imports(file)
                counts = self.summary()["rows"]
                self.assertEqual(counts["read"], rows)
                self.assertEqual(counts["created"] + counts["unchanged"], rows)
                self.check_laws()

    def test_the_broken_sample_is_rejected_row_by_row_and_makes_no_user(self):
        self.sandbox()
        done = self.imports(SAMPLES / BROKEN, code=1)
        self.assert_rows(read=5, rejected=5)
        self.assertEqual(self.target.counts()["users"], 0)
        self.assertEqual(self.target.counts()["memberships"], 0)
        lines = sorted(int(row["_line"]) for row in self.row_file("failed"))
        self.assertEqual(lines, [2, 3, 4, 5, 6])
        self.assertIn("5 rejected", done.stderr)
        self.check_laws()


class SeveralMemberships(harness.Case):
    """The race of workers for one user: rows of a user arrive at random times."""

    times = 10

    def repeat(self, workers):
        sandbox = self.sandbox(latency="0-30")
        file = SAMPLES / "multi-org-multi-membership.csv"
        for attempt in range(self.times):
            with self.subTest(workers=workers, attempt=attempt):
                sandbox.reset()
                self.runs_dir = self.directory / f"runs-{attempt}"
                self.imports(file, "--workers", workers, "--no-verify")
                self.assert_rows(read=9, created=9)
                counts = sandbox.counts()
                # 22 requests: a look-up and a create per organization, and one write per object.
                found = [counts[kind] for kind in ("users", "organizations", "memberships")]
                self.assertEqual(found, [5, 4, 9])
                self.assertEqual(counts["requests"], 22)
                self.check_laws()

    def test_nine_of_nine_memberships_with_one_worker(self):
        self.repeat(1)

    def test_nine_of_nine_memberships_with_two_workers(self):
        self.repeat(2)

    def test_nine_of_nine_memberships_with_eight_workers(self):
        self.repeat(8)

"""A deadline stops a run as a limit does; resume finishes it."""

import unittest

import harness


class Deadline(harness.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.sandbox()
        # fmt: off
        self.file = self.made_users("--rows", 60, "--organizations", 7, "--shape", "lean",
                                    "--memberships", 3, "--repeat-far")
        # fmt: on

    def test_the_run_stops_then_and_resume_finishes_it(self):
        done = self.rehome(
            "import", self.file, "--yes", "--rate", "1", "--concurrency", "2", "--deadline", "50s"
        )
        self.assertEqual(done.code, 3, done.stderr)
        self.assertIn("rehome: the time of --deadline has come\n", done.stderr)
        self.assertLess(self.target.counts()["memberships"], 60)
        self.check_laws(finished=False)
        done = self.rehome("resume", "--rate", "none")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.target.counts()["memberships"], 60)
        self.check_laws()

    def test_a_deadline_that_is_no_time_is_refused(self):
        done = self.rehome("import", self.file, "--yes", "--deadline", "25:00")
        self.assertEqual(done.code, 2)
        self.assertIn(
            'rehome: --deadline wants a time such as 2h or 06:00, not "25:00"\n', done.stderr
        )
        self.assertEqual(self.target.counts()["requests"], 0)


if __name__ == "__main__":
    unittest.main()

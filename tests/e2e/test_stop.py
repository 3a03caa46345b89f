"""--max-failures: a run that mostly fails stops before it has done harm, and can be resumed."""

import unittest

import faults


class MaxFailures(faults.Case):
    def failing(self, bad, good=0, rows=500):
        """Every row of a period fails for its unknown role, but for the last `good` ones."""
        lines = ["email,org_external_id,org_name,role_slugs"]
        for row in range(rows):
            role = "org-no-such-role" if row % (bad + good) < bad else "member"
            lines.append(f"user{row}@example.com,org-1,One,{role}")
        return self.csv("\n".join(lines) + "\n")

    def stopped(self, file, *flags):
        self.sandbox()
        done = self.imports(file, *flags, code=3)
        run_id = self.run_dir().name
        self.assertIn(f"go on: rehome retry {run_id}\n", done.stderr)
        self.assertIn(f"to go on with the others only: rehome resume {run_id}\n", done.stderr)
        self.assertEqual(self.summary()["run"]["state"], "stopped")
        self.check_laws(finished=False)
        return done

    def test_by_default_more_than_a_tenth_stops_after_fifty_rows(self):
        done = self.stopped(self.failing(bad=1))
        self.assertRegex(
            done.stderr,
            r"\nrehome: (\d+) of the (\d+) rows sent failed, more than 10 % \(--max-failures\)\n",
        )
        rows = self.summary()["rows"]
        self.assertGreaterEqual(rows["failed"], 50)
        # What was in flight when the limit was reached still ends.
        self.assertLess(rows["failed"], 50 + 2 * 64)
        self.assertGreater(rows["unprocessed"], 300)

    def test_a_tenth_is_not_more_than_a_tenth(self):
        self.sandbox()
        self.imports(self.failing(bad=1, good=19), "--max-failures", "10%", code=1)
        self.assert_rows(read=500, created=475, failed=25)
        self.check_laws()

    def test_fewer_than_fifty_rows_never_stop_a_run(self):
        self.sandbox()
        self.imports(self.failing(bad=1, rows=49), code=1)
        self.assert_rows(read=49, failed=49)

    def test_rejected_rows_do_not_count(self):
        self.sandbox()
        rejected = "".join("not-an-address\n" for _ in range(400))
        good = "".join(f"user{row}@example.com\n" for row in range(100))
        self.imports(self.csv("email\n" + rejected + good), code=1)
        self.assert_rows(read=500, rejected=400, created=100)

    def test_a_number_of_rows_is_a_limit_of_its_own(self):
        done = self.stopped(self.failing(bad=1), "--max-failures", "5", "--concurrency", "1")
        self.assertIn(
            "\nrehome: 6 rows failed, more than the limit of 5 (--max-failures)\n", done.stderr
        )
        self.assertEqual(self.summary()["rows"]["failed"], 6)

    def test_resume_goes_on_behind_the_failed_rows(self):
        self.stopped(self.failing(bad=1), "--max-failures", "0", "--concurrency", "1")
        done = self.rehome("resume", "--max-failures", "100%")
        self.assertEqual(done.code, 1, done.stderr)
        self.assert_rows(read=500, failed=500)
        self.assertEqual(self.target.counts()["users"], 500)
        self.check_laws()

    def test_a_limit_that_is_none_is_refused(self):
        self.sandbox()
        done = self.rehome("import", self.failing(bad=1), "--yes", "--max-failures", "many")
        self.assertEqual(done.code, 2)
        self.assertEqual(
            done.stderr,
            "rehome: --max-failures wants a number of rows (25) or a share (10%), not "
            '"many"\n',
        )
        self.assert_nothing_written()


if __name__ == "__main__":
    unittest.main()

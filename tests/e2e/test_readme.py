"""The session in README.md, line by line: what it shows is what the binary prints."""

import unittest

import consoles
import harness


class Readme(harness.Case):
    def test_the_session_goes_as_it_is_shown(self):
        consoles.Session(self).play("README.md", least=6)
        self.check_laws()

    def test_the_sample_with_problems_shows_every_one(self):
        done = self.rehome("validate", harness.DATA / "users-with-problems.csv")
        self.assertEqual(done.code, 1, done.stderr)
        self.assertEqual(
            "19 rows, 15 users, 2 organizations: 13 problems, 5 remarks\n"
            "rehome explain CODE says more of each code\n", done.stderr
        )  # fmt: skip


if __name__ == "__main__":
    unittest.main()

"""A file or options that are not as they were when the run began are named, old and new."""

import signal

import harness


class Changed(harness.Case):
    """What is not as it was when the run began is named, and nothing is sent."""

    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.sandbox()
        self.file = self.made_users("--rows", 60, "--organizations", 4, "--shape", "lean")
        stopped = self.rehome(
            "import", self.file, "--yes", "--rate", 0.4, "--deadline", "50s", "--on-existing", "skip"
        )
        self.assertEqual(stopped.code, 3, stopped.stderr)
        self.run_id = self.run_dir().name
        self.sent = self.target.counts()["requests"]

    def assert_nothing_sent(self):
        self.assertEqual(self.target.counts()["requests"], self.sent)

    def test_a_changed_file_is_told_with_what_it_was(self):
        before = self.file.stat().st_size
        self.file.write_text(self.file.read_text() + "late@example.com,,,,\n")
        done = self.rehome("resume")
        self.assertEqual(done.code, 2, done.stderr)
        after = self.file.stat().st_size
        self.assertRegex(
            done.stderr,
            f"its content changed since run {self.run_id} began: it had {before:,} bytes and the "
            f"hash [0-9a-f]{{32}}, now it has {after:,} bytes and the hash [0-9a-f]{{32}}; bring "
            "the original back",
        )
        self.assert_nothing_sent()

    def test_changed_options_are_named_with_old_and_new_value(self):
        done = self.rehome("import", self.file, "--yes", "--org-by-name", "--adopt-unverified")
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn(
            f"rehome: run {self.run_id} of this file has not come to its end and was given other "
            "options:\n"
            "  --adopt-unverified no, now yes\n"
            "  --on-existing skip, now adopt\n"
            "  --org-by-name no, now yes\n"
            f"nothing was written; to go on with it as it was type `rehome resume {self.run_id}`; "
            "to leave it as it is and begin another run add --new-run\n",
            done.stderr,
        )
        self.assert_nothing_sent()
        self.imports(self.file, "--new-run")
        self.assertNotEqual(self.run_dir().name, self.run_id)
        self.assertEqual(self.target.counts()["users"], 60)

    def test_the_pace_may_change(self):
        done = self.imports(self.file, "--on-existing", "skip", "--rate", "none")
        self.assertIn(f"continuing run {self.run_id} of the same file", done.stderr)
        self.assertEqual(self.target.counts()["users"], 60)


class ChangedEarly(harness.Case):
    def test_a_run_that_was_killed_at_once_is_open_too(self):
        """Before its first second was over, so that its snapshot knows of nothing."""
        self.sandbox(latency="100")
        file = self.made_users("--rows", 60, "--organizations", 0, "--shape", "lean")
        running = self.start("import", file, "--yes", "--concurrency", 1)
        harness.wait_until(lambda: self.target.counts()["users"] > 0)
        running.signal(signal.SIGKILL)
        running.wait()
        run_id = self.run_dir().name
        done = self.rehome("import", file, "--yes", "--on-existing", "skip")
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn(f"run {run_id} of this file has not come to its end", done.stderr)


if __name__ == "__main__":
    import unittest

    unittest.main()

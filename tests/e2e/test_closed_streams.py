"""Started with its standard streams closed, a run prints into none of its own files."""

import subprocess

import harness


class ClosedStreams(harness.Case):
    def test_nothing_is_printed_into_the_files_of_the_run(self):
        for closed in ("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"):
            with self.subTest(closed):
                self.sandbox()
                file = self.csv("email\na@example.com\nb@example.com\n")
                command = f'exec "$0" import "$1" --yes --json {closed}'
                # fmt: off
                subprocess.run(["sh", "-c", command, harness.binary(), str(file)],
                               env=self.environment(), check=True, capture_output=True,
                               timeout=60)
                # fmt: on
                self.assertEqual(self.target.counts()["users"], 2)
                self.check_laws()
                for lock in (self.directory / "locks").iterdir():
                    self.assertEqual(lock.read_text().count("\n"), 1, lock.read_text())

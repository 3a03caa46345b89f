"""A disk that fills up: told in one sentence, exit 4, and the run goes on when there is room again.

Needs root for a small file system of its own; skipped otherwise.
"""

import contextlib
import os
import subprocess
import unittest

import faults
import harness


class FullDisk(faults.Case):
    clock_rate = 1

    def small_disk(self, size):
        """A file system of its own for the runs directory."""
        if not faults.is_root():
            self.skipTest("only root can mount a file system")
        disk = self.directory / "disk"
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "rehome-test", str(disk)]
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"cannot mount a file system here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)], check=False)
        self.runs_dir = disk / "runs"
        return disk

    def fill(self, disk, leave=0):
        """Leaves so many bytes on the disk."""
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        left = max(0, free - leave)
        # Unbuffered, so that the file system itself says when it is full: a little earlier than
        # its count of free blocks promised.
        with open(disk / "filler", "wb", buffering=0) as filler, contextlib.suppress(OSError):
            while left > 0:
                left -= filler.write(b"x" * min(left, 1 << 16))
        return disk / "filler"

    def test_a_run_directory_that_cannot_be_made(self):
        disk = self.small_disk("1m")
        self.runs_dir.mkdir()
        filler = self.fill(disk)
        self.sandbox()
        file = self.entangled()
        done = self.rehome("import", file, "--yes")
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn("No space left on device", done.stderr)
        self.assertIn(str(self.runs_dir), done.stderr)
        self.assert_only_roles_were_asked_for()
        filler.unlink()
        disk_done = self.rehome("import", self.csv("email\na@example.com\n"), "--yes")
        self.assertEqual(disk_done.code, 0, disk_done.stderr)

    def test_a_repaired_copy_that_has_no_room_leaves_nothing_behind(self):
        disk = self.small_disk("1m")
        rows = "".join(f"user{number}@example.com,yes\n" for number in range(100_000))
        file = self.csv("email,email_verified\n" + rows)
        done = self.rehome("validate", file, "--fix", disk / "out.csv", "--quiet")
        self.assertEqual(done.code, 4, done.stderr)
        self.assertEqual(
            done.stderr,
            f"rehome: cannot write {disk}/out.csv: No space left on device; no part of "
            f"{disk}/out.csv was left\n",
        )
        self.assertEqual(os.listdir(disk), [])

    def test_a_run_that_has_no_room_to_begin_leaves_nothing_behind(self):
        disk = self.small_disk("1m")
        self.runs_dir.mkdir()
        self.sandbox()
        file = self.entangled()
        for leave in (8_192, 16_384, 32_768):
            with self.subTest(leave=leave):
                filler = self.fill(disk, leave)
                done = self.rehome("import", file, "--yes")
                filler.unlink()
                self.assertEqual(done.code, 4, done.stderr)
                self.assertIn("; free some space, then run the import again\n", done.stderr)
                self.assertIn(str(self.runs_dir), done.stderr)
                self.assertEqual(list(self.runs_dir.glob("2*")), [])
        self.assert_only_roles_were_asked_for()

    def assert_only_roles_were_asked_for(self):
        """Which happens before the run has a directory; nothing else, and nothing was written."""
        asked = {f"{it['method']} {it['path']}" for it in self.target.record()}
        self.assertLessEqual(asked, {"GET /authorization/roles"})

    def test_a_resume_without_room_names_the_file_and_what_to_do(self):
        disk = self.small_disk("16m")
        self.sandbox()
        self.imports(self.entangled(), "--limit", 10, "--rate", "none")
        run = self.run_dir()
        filler = self.fill(disk)
        done = self.rehome("resume")
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn(
            f"rehome: cannot write {run}/run.json: No space left on device; free some space, then "
            f"rehome resume {run.name}\n",
            done.stderr,
        )
        filler.unlink()
        self.assertEqual(self.rehome("resume").code, 0)
        self.assert_whole()

    def test_a_journal_that_fills_the_disk_stops_the_run_which_can_be_resumed(self):
        for leave in (150_000, 400_000, 800_000):
            with self.subTest(leave=leave):
                self.fills_up(leave)

    def fills_up(self, leave):
        disk = self.directory / "disk"
        if not disk.exists():
            self.small_disk("16m")
        self.runs_dir = disk / f"runs-{leave}"
        # Fast: a create that was on its way may have to be looked for as long as a lag can last.
        self.sandbox(latency="5-20", clock_rate=harness.FAST)
        file = self.entangled()
        filler = self.fill(disk, leave)
        done = self.rehome("import", file, "--yes")
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn("disk", done.stderr)
        if self.started_runs():
            self.assertRegex(done.stderr, r"rehome resume \d{8}-\d{6}-[0-9a-f]{4}\n")
        self.assertLess(self.target.counts()["memberships"], self.wanted["memberships"])
        filler.unlink()
        again = ("resume",) if self.started_runs() else ("import", file, "--yes")
        done = self.rehome(*again)
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_nothing_failed()
        self.assert_whole()
        self.assert_no_write_was_refused()

    def test_answers_that_find_no_room_are_looked_up_by_resume(self):
        disk = self.small_disk("16m")
        self.sandbox(latency="500")
        rows = 64  # they leave as 1, 21 and 42, each time that those before have succeeded
        text = "email\n" + "".join(f"user{row}@example.com\n" for row in range(rows))
        self.wanted = {"users": rows, "organizations": 0, "memberships": 0}
        pace = ("--rate", "none", "--concurrency", rows)
        running = self.start("import", self.csv(text), "--yes", *pace)
        # The last take 3 s: time to take the room away while all of them are out.
        harness.wait_until(lambda: self.target.counts()["users"] >= 22)
        self.target.settings(latency_min_ms=3000, latency_max_ms=3000)
        harness.wait_until(lambda: self.target.counts()["users"] >= rows)
        filler = self.fill(disk)
        done = running.wait()
        self.assertEqual(done.code, 4, done.stderr)
        filler.unlink()
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_nothing_failed()
        self.assert_whole()
        self.assert_no_write_was_refused()


if __name__ == "__main__":
    unittest.main()

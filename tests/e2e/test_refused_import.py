"""An import that finds its target locked is kept as a run, for `resume` or the same import."""

import json
import os
import re
import signal

import faults
import harness


class Kept(faults.Case):
    def setUp(self):
        super().setUp()
        self.holder = self.hold()
        self.other = self.csv(
            "email,org_external_id,org_name\nb@example.com,o,O\nc@example.com,o,O\nd@example.com,,\n",
            "other.csv",
        )

    def refuse(self, *flags):
        """A refused import of the other file; gives the id of the run that was kept."""
        refused = self.rehome("import", self.other, "--yes", *flags)
        self.assertEqual(refused.code, 75, refused.stderr)
        told = re.search(
            r"\nkept as run (\S+): when the target is free, `rehome resume (\S+)` starts it, and so "
            r"does the same import\n$",
            refused.stderr,
        )
        self.assertTrue(told, refused.stderr)
        self.assertEqual(told[1], told[2])
        return told[1]

    def free(self):
        self.holder.signal(signal.SIGKILL)
        self.holder.wait()
        self.answer_at_once()

    def runs(self):
        listed = self.rehome("runs", "--json")
        self.assertEqual(listed.code, 0, listed.stderr)
        return {run["run"]: run for run in map(json.loads, listed.stdout.splitlines())}

    def emails(self):
        return sorted(user["email"] for user in self.target.objects("users"))

    def assert_nothing_sent_for_it(self):
        self.assertEqual(self.target.counts()["requests"], 1, "more than the holder's request")

    def test_it_is_started_by_resume_once_the_target_is_free(self):
        run_id = self.refuse()
        self.assert_nothing_sent_for_it()
        shown = self.runs()[run_id]
        self.assertEqual((shown["state"], shown["rows"]), ("refused", None))
        self.assertEqual(os.listdir(self.runs_dir / run_id), ["run.json"])
        again = self.rehome("resume", run_id)
        self.assertEqual(again.code, 75, again.stderr)
        self.free()
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.run_dir().name, run_id)
        self.assertEqual(self.runs()[run_id]["state"], "finished")
        self.assertEqual([e for e in self.emails() if e != "a@example.com"],
                         ["b@example.com", "c@example.com", "d@example.com"])
        self.assertEqual(self.target.counts()["memberships"], 2)

    def test_the_same_import_goes_on_with_it(self):
        run_id = self.refuse()
        self.assertEqual(self.refuse(), run_id, "kept twice")
        self.free()
        self.imports(self.other)
        self.assertEqual(self.run_dir().name, run_id)
        self.assertEqual(sorted(run["state"] for run in self.runs().values()), ["dead", "finished"])

    def test_with_another_pace_it_is_kept_as_another_run_and_one_of_them_is_started(self):
        first = self.refuse()
        second = self.refuse("--rate", 5)
        self.assertNotEqual(second, first)
        self.assertEqual(self.refuse("--rate", 5), second, "kept twice")
        self.free()
        options = json.loads((self.runs_dir / second / "run.json").read_text())["options"]
        self.assertEqual(options["pace.rate"], "5")
        done = self.rehome("resume", second)
        self.assertEqual(done.code, 0, done.stderr)
        done = self.rehome("resume", first)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("nothing is left to do and nothing was written", done.stderr)
        self.assertEqual(sorted(run["state"] for run in self.runs().values()), ["dead", "finished"])

    def test_only_the_rows_that_were_asked_for_are_imported(self):
        run_id = self.refuse("--limit", 1)
        self.free()
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("b@example.com", self.emails())
        self.assertNotIn("c@example.com", self.emails())
        self.assertEqual(self.runs()[run_id]["state"], "partial")
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("d@example.com", self.emails())

    def test_its_options_are_those_of_the_import(self):
        run_id = self.refuse("--on-existing", "skip", "--org-external-id", "all", "--org-name", "All")
        self.free()
        done = self.rehome("resume", run_id)
        # The file names organizations itself, which the option goes before.
        self.assertEqual(done.code, 0, done.stderr)
        names = {organization["name"] for organization in self.target.objects("organizations")}
        self.assertEqual(names, {"All"})

    def test_a_file_that_was_written_to_since_is_not_imported(self):
        run_id = self.refuse()
        self.free()
        self.other.write_text("email\nsomebody@example.com\n")
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn(f"has changed since run {run_id} was refused (it had 83 bytes, now 27), and",
                      done.stderr)
        self.assertNotIn("somebody@example.com", self.emails())

    def test_of_a_copy_of_the_same_size_nobody_says_that_it_was_written_to(self):
        run_id = self.refuse()
        self.free()
        copy = self.csv(self.other.read_text(), "copy.csv")
        os.utime(copy, ns=(0, 0))
        done = self.rehome("resume", run_id, "--file", copy)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn(
            f"has the size that it had when run {run_id} was refused but another time of its last "
            "write (20", done.stderr)
        self.assertIn(", now 1970-01-01T00:00:00.000Z): it may be a copy (`cp -p` keeps the time)",
                      done.stderr)
        self.assertEqual(self.runs()[run_id]["state"], "refused")

    def test_a_file_that_moved_is_found_with_file(self):
        run_id = self.refuse()
        self.free()
        moved = self.other.rename(self.directory / "moved.csv")
        self.assertEqual(self.rehome("resume", run_id).code, 2)
        done = self.rehome("resume", run_id, "--file", moved)
        self.assertEqual(done.code, 0, done.stderr)

    def test_without_consent_nothing_is_kept(self):
        refused = self.rehome("import", self.other)
        self.assertEqual(refused.code, 75, refused.stderr)
        self.assertNotIn("kept", refused.stderr)
        self.assertEqual(len(self.runs()), 1)

    def test_a_file_that_could_not_be_imported_anyway_is_not_kept(self):
        self.other.write_text("e-mail\nb@example.com\n")
        refused = self.rehome("import", self.other, "--yes")
        self.assertEqual(refused.code, 75, refused.stderr)
        self.assertIn("\nno run was kept for later: ", refused.stderr)
        self.assertEqual(len(self.runs()), 1)

    def test_it_does_not_hide_the_run_that_is_going_on(self):
        self.refuse()
        holding = self.run_dir_of_holder()
        for command in ("status", "report"):
            done = self.rehome(command)
            self.assertEqual(done.code, 0, done.stderr)
            self.assertIn(holding, done.stdout + done.stderr)

    def test_what_has_not_begun_is_called_that(self):
        run_id = self.refuse()
        status = self.rehome("status", run_id)
        self.assertEqual(status.code, 0, status.stderr)
        self.assertEqual(
            status.stdout,
            f"run {run_id}: refused, since its target was locked; nothing was sent\n"
            f"start it with: rehome resume {run_id}\n",
        )
        for command in ("report", "verify"):
            done = self.rehome(command, run_id)
            self.assertEqual(done.code, 2, done.stderr)
            self.assertIn(f"run {run_id} has not begun: it was refused since", done.stderr)

    def test_one_that_was_imported_otherwise_meanwhile_writes_nothing_and_goes(self):
        run_id = self.refuse()
        self.free()
        copy = self.csv(self.other.read_text(), "copy.csv")
        self.imports(copy)
        writes = self.target.counts()["writes_applied"]
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("nothing is left to do and nothing was written", done.stderr)
        self.assertEqual(self.target.counts()["writes_applied"], writes)
        self.assertNotIn(run_id, self.runs())

    def test_one_that_cannot_go_on_with_an_open_run_of_its_file_is_there_still(self):
        run_id = self.refuse("--limit", 1)
        self.free()
        self.target.settings(latency_min_ms=3_600_000, latency_max_ms=3_600_000)
        copy = self.csv(self.other.read_text(), "copy.csv")
        before = self.target.counts()["requests"]
        whole = self.start("import", copy, "--yes")
        self.wait_for_requests(before + 1)
        whole.signal(signal.SIGKILL)
        whole.wait()
        self.answer_at_once()
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("it cannot go on with rows 1 to 1 only", done.stderr)
        self.assertEqual(self.runs()[run_id]["state"], "refused")
        self.imports(copy)
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertNotIn(run_id, self.runs())

    def test_one_that_was_to_be_a_new_run_begins_beside_an_open_run_of_its_file(self):
        without = self.refuse("--on-existing", "skip")
        run_id = self.refuse("--on-existing", "skip", "--new-run")
        self.assertNotEqual(run_id, without)
        self.assertEqual(self.refuse("--on-existing", "skip", "--new-run"), run_id, "kept twice")
        self.free()
        opened = self.open_run_of_a_copy()
        done = self.rehome("resume", without)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn(f"run {opened} of this file has not come to its end and was given other",
                      done.stderr)
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.runs()[run_id]["state"], "finished")
        options = json.loads((self.runs_dir / run_id / "run.json").read_text())["options"]
        self.assertEqual(options["on-existing"], "skip")
        self.assertNotIn("pace.new-run", options)

    def open_run_of_a_copy(self):
        """Kills a run of the other file's content after its first user; gives its id."""
        self.target.settings(latency_min_ms=200, latency_max_ms=200)
        before = self.target.counts()["users"]
        copy = self.csv(self.other.read_text(), "copy.csv")
        running = self.start("import", copy, "--yes", "--concurrency", 1)
        harness.wait_until(lambda: self.target.counts()["users"] > before)
        opened = self.run_dir_of_holder()
        running.signal(signal.SIGKILL)
        running.wait()
        self.answer_at_once()
        return opened

    def test_there_is_no_journal_of_it_to_rebuild(self):
        run_id = self.refuse()
        self.free()
        before = self.target.counts()["requests"]
        done = self.rehome("resume", run_id, "--rebuild")
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn(
            f"run {run_id} has not begun, since its target was locked: there is no journal to "
            f"rebuild; `rehome resume {run_id}` starts it", done.stderr)
        self.assertEqual(self.target.counts()["requests"], before)
        self.assertEqual(self.rehome("resume", run_id).code, 0)

    def test_a_start_of_it_that_was_killed_before_it_sent_anything_blocks_nothing(self):
        run_id = self.refuse()
        self.free()
        (self.runs_dir / run_id / "journal.db").write_bytes(b"half")
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 0, done.stderr)

    def test_an_import_whose_wait_ends_is_kept_too(self):
        self.refuse("--wait", "300ms")

    def test_the_rows_of_the_file_are_not_read_for_it_however_many_there_are(self):
        with self.other.open("r+") as file:
            file.truncate(4 << 30)  # zero bytes: who reads them refuses the file
        run_id = self.refuse()
        self.free()
        done = self.rehome("resume", run_id)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("NUL", done.stderr)

    def run_dir_of_holder(self):
        return next(run for run, shown in self.runs().items() if shown["state"] == "running")


if __name__ == "__main__":
    import unittest

    unittest.main()

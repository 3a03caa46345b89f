"""The examples of docs/parallel-runs.md, each run as it stands there."""

import os
import re
import subprocess
import unittest

import faults
import harness

PAGE = harness.SOURCE / "docs" / "parallel-runs.md"


def example(beginning):
    """The lines of the one example whose remark begins so."""
    blocks = re.findall(r"```sh\n# (.*?)```", PAGE.read_text(), re.DOTALL)
    found = [block for block in blocks if block.startswith(beginning)]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} examples begin with: {beginning}")
    lines = found[0].splitlines()[1:]
    return [line for line in lines if line and not line.startswith("#")]


class Examples(faults.Case):
    def setUp(self):
        super().setUp()
        bin_directory = self.directory / "bin"
        bin_directory.mkdir()
        (bin_directory / "rehome").symlink_to(os.path.abspath(harness.binary()))
        self.path = f"{bin_directory}:{os.environ['PATH']}"
        for name in ("users", "more-users", "all-users", "first-half", "second-half"):
            self.csv(f"email\n{name}@example.com\n", f"{name}.csv")
        (self.directory / "other.key").write_text("sk_test_other\n")
        (self.directory / "other.key").chmod(0o600)

    def shell(self, line, **more):
        """Starts a line in the background."""
        # fmt: off
        process = subprocess.Popen(["sh", "-c", line], env=self.environment(PATH=self.path, **more),
                                   cwd=self.directory, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   start_new_session=True)
        # fmt: on
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        try:
            os.killpg(process.pid, 9)
        except ProcessLookupError:
            pass
        process.communicate()

    def code_of(self, line):
        process = self.shell(line)
        output = process.communicate(timeout=harness.LIMIT_SECONDS)[0]
        return process.returncode, output

    def busy_sandbox(self):
        self.sandbox(latency="3600000", clock_rate=1)

    def hold_staging(self):
        """A run of users.csv that has the target `staging` for a while, then ends."""
        self.sandbox(clock_rate=1)
        rows = "".join(f"user{number}@example.com\n" for number in range(16))
        self.csv("email\n" + rows)
        holder = self.shell("rehome import users.csv --yes --target staging --rate 2 --no-verify")
        self.wait_for_requests(1)
        return holder

    def assert_held(self, *flags):
        harness.wait_until(lambda: self.rehome("lock", "check", "-q", *flags).code == 75)

    def test_one_name_for_one_environment(self):
        self.busy_sandbox()
        first, second = example("Right: one name for one environment")
        self.shell(first)
        self.assert_held("--target", "staging")
        code, output = self.code_of(second)
        self.assertEqual(code, 75, output)
        self.assertIn("docs/parallel-runs.md", output)

    def test_two_keys_without_a_name_do_not_exclude_each_other(self):
        self.busy_sandbox()
        first, second = example("Wrong: nothing says that these two keys")
        self.shell(first)
        self.assert_held()
        self.shell(second)
        self.assert_held("--api-key-file", "other.key")

    def test_the_second_waits_for_the_first(self):
        self.hold_staging()
        (line,) = example("One file after the other")
        code, output = self.code_of(line)
        self.assertEqual(code, 0, output)
        self.assertIn("waiting: target", output)

    def test_refused_kept_and_started(self):
        holder = self.hold_staging()
        refused, resumed = example("Refused, kept as a run")
        code, output = self.code_of(refused)
        self.assertEqual(code, 0, output)
        self.assertIn("\nkept as run ", output)
        holder.communicate(timeout=60)
        code, output = self.code_of(resumed)
        self.assertEqual(code, 0, output)
        emails = [user["email"] for user in self.target.objects("users")]
        self.assertIn("more-users@example.com", emails)
        self.assertEqual(len(emails), 17)

    def test_one_file_of_all_rows(self):
        self.sandbox()
        (line,) = example("One file of all rows")
        code, output = self.code_of(line)
        self.assertEqual(code, 0, output)

    def test_looking_beside_a_running_import(self):
        self.hold_staging()
        harness.wait_until((self.run_dir() / "status.json").exists)
        # The first looks on until the run ends, so it comes last.
        watch, *others = example("Look beside a running import")
        for line in [*others, watch]:
            code, output = self.code_of(line)
            self.assertEqual(code, 0, f"{line}\n{output}")

    def test_a_file_cut_in_two_under_two_names_is_not_refused(self):
        self.busy_sandbox()
        self.shell("\n".join(example("The file cut in two for speed")) + "\nwait")
        self.assert_held("--target", "staging-1")
        self.assert_held("--target", "staging-2")

    def test_a_lock_that_is_left_out_protects_nobody(self):
        self.busy_sandbox()
        self.shell("rehome import more-users.csv --yes --target staging")
        self.wait_for_requests(1)
        (line,) = example("The lock left out")
        self.shell(line)
        self.wait_for_requests(2)

    def test_a_removed_lock_file_stops_the_run_that_had_it(self):
        holder = self.hold_staging()
        (line,) = example("The lock file removed")
        self.assertIn("/run/lock/rehome-locks/", line)
        line = line.replace("/run/lock/rehome-locks", str(self.directory / "locks"))
        self.assertEqual(self.code_of(line)[0], 0)
        output = holder.communicate(timeout=60)[0]
        self.assertEqual(holder.returncode, 3, output)


if __name__ == "__main__":
    unittest.main()

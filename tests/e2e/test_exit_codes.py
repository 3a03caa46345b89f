"""Every exit code occurs, and every reason is told in some test."""

import re
import signal
import unittest
from pathlib import Path

import faults
import harness

SOURCE = harness.SOURCE / "src" / "model"


class ExitCodes(faults.Case):
    ONE = "email\na@example.com\n"

    def test_0_all_done(self):
        self.sandbox()
        self.imports(self.csv(self.ONE), code=0)

    def test_1_some_rows_rejected(self):
        self.sandbox()
        self.imports(self.csv("email\na@example.com\nnobody\n"), code=1)
        self.assertEqual(self.rehome("validate", self.directory / "users.csv").code, 1)
        done = self.rehome("import", self.directory / "users.csv", "--dry-run", "--offline")
        self.assertEqual(done.code, 1)

    def test_2_refused(self):
        self.sandbox()
        self.imports(self.csv("name\nAnn\n"), code=2)
        self.assert_nothing_written()

    def test_2_a_runs_directory_that_cannot_be(self):
        self.sandbox()
        self.runs_dir = Path("/proc/no-such-place/runs")
        done = self.imports(self.csv(self.ONE), code=2)
        self.assertIn("rehome: cannot create the directory /proc/no-such-place: ", done.stderr)
        self.assert_nothing_written()

    def test_3_stopped_by_a_limit(self):
        self.sandbox()
        file = self.csv("email,org_external_id,org_name,role_slugs\na@example.com,o,O,org-none\n")
        self.imports(file, "--max-failures", "0", code=3)

    def test_4_fatal(self):
        self.sandbox()
        self.imports(self.csv(self.ONE), code=4, WORKOS_SECRET_KEY="sk_test_wrong")

    def test_4_a_port_or_a_file_is_not_to_be_had(self):
        port = str(self.sandbox().port)
        done = self.rehome("sandbox", "--port", port)
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn(f"127.0.0.1:{port}: cannot bind: ", done.stderr)

    def test_75_locked_then_130_and_143_interrupted(self):
        # Its pace keeps a run busy for half a minute.
        self.sandbox(clock_rate=1)
        for number, told in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(signal=number.name):
                file = self.csv("email\n" + "".join(f"{told}-{n}@example.com\n" for n in range(30)))
                before = self.target.counts()["requests"]
                running = self.start("import", file, "--yes", "--rate", 1)
                self.wait_for_requests(before + 1)
                self.assertEqual(self.rehome("import", file, "--yes").code, 75)
                running.signal(number)
                self.assertEqual(running.wait(30).code, -number)
                self.assertEqual(128 + number, told)
                self.assertEqual(self.summary()["run"]["exit_code"], told)


class Reasons(unittest.TestCase):
    def reasons(self):
        found = re.findall(r'\{Reason::(k\w+),\s*"(\w+)"', (SOURCE / "reason.cc").read_text())
        self.assertGreater(len(found), 60)
        return found

    def words(self, folder, but, pattern=r"(\w+)"):
        files = [path for path in folder.rglob("*") if path.suffix in (".cc", ".h", ".py")]
        text = "\n".join(path.read_text(errors="replace") for path in files if path.name not in but)
        return set(re.findall(pattern, text))

    def test_every_reason_occurs_in_a_test(self):
        words = self.words(harness.SOURCE / "tests", but=("test_exit_codes.py",))
        missing = [code for name, code in self.reasons() if not {name, code} & words]
        self.assertEqual(missing, [])

    def test_every_reason_is_given_somewhere(self):
        words = self.words(SOURCE.parent, but=("reason.cc",), pattern=r"\bReason::(k\w+)")
        unused = [code for name, code in self.reasons() if name not in words]
        self.assertEqual(unused, [])


if __name__ == "__main__":
    unittest.main()

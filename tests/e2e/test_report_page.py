"""report.html: always there, made anew at any time, and shared without anybody's data."""

import json
import os
import re
import signal
import stat
import subprocess

import harness

HEADER = "email,first_name,external_id,metadata,org_external_id,org_name\n"
PERSONAL = ["ann.zed@corp.example", "Annzed", "zed-77", "zed-plan", "zed-org", "Zed Works"]


def block_of(page):
    """The figures of a page."""
    return json.loads(page.split('id="data">', 1)[1].split("</script>", 1)[0])


class ReportPages(harness.Case):
    def page(self):
        return (self.run_dir() / "report.html").read_text()

    def headline(self, page=None):
        return re.search("<h1>(.*?)</h1>", page or self.page()).group(1)

    def test_the_report_of_a_run_is_that_of_its_directory(self):
        self.sandbox()
        rows = "a@example.com,A,u-1,,acme,Acme\nb at example.com,B,u-2,,acme,Acme\n"
        self.imports(self.csv(HEADER + rows), code=1)
        path = self.run_dir() / "report.html"
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(self.headline(), "1 of 2 rows is on the target; 1 needs somebody.")
        done = self.rehome("report", "--format", "html")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertTrue(done.stdout == self.page())
        output = self.directory / "page.html"
        self.assertEqual(self.rehome("report", "--format", "html", "-o", output).code, 0)
        self.assertTrue(output.read_text() == self.page())
        self.assertEqual(stat.S_IMODE(output.stat().st_mode), 0o600)

    def test_the_rows_are_those_of_failed_csv(self):
        self.sandbox()
        rows = "".join(
            f"u{it}@example.com,A,u-{it},{'{' if it % 3 == 0 else ''},org-{it % 4},Org\n"
            for it in range(40)
        )
        self.imports(self.csv(HEADER + rows), code=1)
        figures = block_of(self.page())
        reasons, outcomes = figures["reasons"], figures["outcomes"]
        told = [
            (str(row[0]), str(row[1]), outcomes[row[2]], reasons[row[3]]["code"], row[11], row[12])
            for row in figures["rows"]
        ]
        failed = [
            tuple(row[it] for it in ("_row", "_line", "_outcome", "_code", "email", "external_id"))
            for row in self.row_file("failed")
        ]
        self.assertEqual(told, failed)
        self.assertEqual(len(told), 14)
        done = {it["external_id"]: 0 for it in self.target.objects("organizations")}
        for membership in self.target.effects("membership"):
            ids = {it["id"]: it["external_id"] for it in self.target.objects("organizations")}
            done[ids[membership["organization_id"]]] += 1
        on_page = {row[0].removeprefix("external_id:"): row[5] for row in figures["organizations"]}
        self.assertEqual(on_page, done)

    def test_a_run_that_failed_at_once_has_one(self):
        self.sandbox()
        file = self.csv("email\na@example.com\n")
        self.imports(file, code=4, WORKOS_SECRET_KEY="sk_test_wrong")
        told = "The import stopped early: 0 of 1 row is on the target."
        self.assertEqual(self.headline(), told)

    def test_a_run_that_was_killed_has_one_and_gets_a_true_one(self):
        self.sandbox(latency="200-200")
        file = self.csv("email\n" + "".join(f"u{it}@example.com\n" for it in range(500)))
        running = self.start("import", file, "--yes", "--rate", "20", "--no-verify")
        harness.wait_until(lambda: self.target.counts()["users"] >= 5)
        self.assertIn("The import is going on", self.headline())
        live = self.rehome("report", "--format", "html").stdout
        self.assertIn("The import is going on", self.headline(live))
        running.signal()
        running.wait()
        done = self.rehome("report", "--format", "html")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("The import was killed: ", self.headline(done.stdout))
        resume = f"<code>rehome resume {self.run_dir().name}</code>"
        self.assertTrue(resume in done.stdout)

    def test_a_run_that_goes_on_again_shows_no_end_of_before(self):
        self.sandbox(latency="200-200")
        file = self.csv("email\n" + "".join(f"u{it}@example.com\n" for it in range(300)))
        running = self.start("import", file, "--yes", "--rate", "20", "--no-verify")
        harness.wait_until(lambda: self.target.counts()["users"] >= 5)
        running.signal(signal.SIGINT)
        running.wait()
        self.assertIn("The import stopped early", self.headline())
        again = self.start("resume", "--rate", "20", "--no-verify")
        harness.wait_until(lambda: self.target.counts()["users"] >= 60)
        self.assertIn("The import is going on", self.headline())
        again.signal()
        again.wait()

    def test_a_page_that_cannot_be_written_keeps_no_run_from_its_verdict(self):
        self.sandbox()
        file = self.csv("email\na@example.com\nb at example.com\n")
        self.imports(file, "--no-verify", code=1)
        page = self.run_dir() / "report.html"
        page.unlink()
        (page / "in the way").mkdir(parents=True)
        done = self.rehome("verify")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("report.html could not be written: ", done.stderr)
        self.assertIn(f"rehome report {self.run_dir().name} --format html -o FILE", done.stderr)
        self.assertEqual(self.summary()["verification"], "clean")
        facts = json.loads((self.run_dir() / "run.json").read_text())
        self.assertEqual((facts["state"], facts["exit_code"]), ("finished", 1))

    def test_whoever_reads_the_page_slowly_keeps_nobody_from_the_journal(self):
        self.sandbox()
        rows = "".join(f"u{it} at example.com\n" for it in range(3000))
        self.imports(self.csv("email\n" + rows), code=1)
        reading, writing = os.pipe()
        report = subprocess.Popen(
            [harness.binary(), "report", "--format", "html"], env=self.environment(),
            stdout=writing, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        self.addCleanup(report.kill)
        # It has begun to write, and the pipe holds 64 KiB of some 500.
        self.assertEqual(os.read(reading, 1), b"<")
        # A report may wait for the journal for half a second; whoever has it longer keeps it.
        for _ in range(3):
            done = self.rehome("report", "--format", "html", "-o", self.directory / "page.html")
            self.assertEqual(done.code, 0, done.stderr)
            self.assertNotIn("in use", done.stderr)
        self.assertIsNone(report.poll())
        with os.fdopen(reading, "rb") as rest:
            self.assertTrue(rest.read().endswith(b"</html>\n"))
        self.assertEqual(report.wait(30), 0)

    def test_shared_it_names_nobody(self):
        self.sandbox()
        file = self.csv(
            HEADER
            + 'ann.zed@corp.example,Annzed,zed-77,"{""zed-plan"":""zed-gold""}",zed-org,Zed Works\n'
            + 'ann.zed@corp.example,Annzed,zed-77,"{""zed-plan"":",zed-org,Zed Works\n'
            + "zed broken@corp.example,Annzed,zed-78,,zed-org,Zed Works\n",
            name="zed-users.csv",
        )
        self.target.faults(
            {"kind": "status", "status": 422, "on": "user", "body_part": "ann.zed@corp"}
        )
        self.imports(file, code=1)
        for form in ("html", "json"):
            with self.subTest(form):
                shared = self.rehome("report", "--format", form, "--share").stdout
                for word in (*PERSONAL, "zed", str(self.directory)):
                    self.assertFalse(word in shared, word)
                again = self.rehome("report", "--format", form, "--share").stdout
                self.assertFalse(shared == again)
        shared = self.rehome("report", "--format", "html", "--share").stdout
        plain = block_of(self.rehome("report", "--format", "html").stdout)["rows"]
        masked = block_of(shared)["rows"]
        self.assertEqual([row[9] for row in plain], [row[9] for row in masked])
        for row in masked:
            self.assertRegex(row[11], "^#[0-9a-f]{12}$")
        self.assertEqual(len({row[13] for row in masked}), 1)

    def test_share_needs_a_file_format(self):
        self.sandbox()
        self.imports(self.csv("email\na@example.com\n"))
        done = self.rehome("report", "--share")
        self.assertEqual(done.code, 2)
        self.assertIn("add --format html or --format json", done.stderr)

    def test_it_needs_no_more_memory_for_more_rows(self):
        # What grows is bounded: the rows whose group the summary remembers, buffers of the journal.
        # The page of 60,000 rows has some 20 MB, so one that was held would show.
        self.sandbox()
        long = "x" * 240
        peaks = []
        for rows in (2000, 60000):
            text = "email\n" + "".join(f"u{it} at {long}.com\n" for it in range(rows))
            done = self.imports(self.csv(text), "--runs-dir", self.directory / f"r{rows}", code=1)
            report = self.rehome(
                "report", "--format", "html", "-o", self.directory / "page.html",
                "--runs-dir", self.directory / f"r{rows}",
            )  # fmt: skip
            self.assertEqual(report.code, 0, report.stderr)
            peaks.append((done.peak_kib, report.peak_kib))
        self.assertGreater((self.directory / "page.html").stat().st_size, 18_000_000)
        self.assertLess(peaks[1][0], peaks[0][0] + 14 * 1024, peaks)
        self.assertLess(peaks[1][1], peaks[0][1] + 14 * 1024, peaks)


if __name__ == "__main__":
    harness.unittest.main()

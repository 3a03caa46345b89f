"""Organizations are resolved once each before the first row is sent, whatever the target's lag."""

import csv
import io
import time
from collections import Counter

import harness

LOOK_UP = "/organizations/external_id/"


class WarmUpCase(harness.Case):
    clock_rate = harness.FAST

    def looked_up(self, record=None):
        """How often each organization was looked up."""
        record = self.target.record() if record is None else record
        paths = [e["path"] for e in record if e["method"] == "GET"]
        return Counter(path.removeprefix(LOOK_UP) for path in paths if LOOK_UP in path)

    def created(self):
        return Counter(effect["external_id"] for effect in self.target.effects("organization"))

    def assert_one_create_each(self, organizations):
        created = self.created()
        self.assertEqual(len(created), organizations)
        self.assertEqual(set(created.values()), {1})
        posts = self.target.counts()["by_operation"]["POST /organizations"]
        self.assertEqual(posts, organizations, "a create was sent twice")

    def assert_all_rows_hit_the_cache(self, rows, organizations):
        counters = self.summary()["counters"]
        found = [counters[name] for name in ("cache_entries", "cache_hits", "cache_misses")]
        self.assertEqual(found, [organizations, rows, 0])

    def phase(self, name):
        return next(it for it in self.summary()["phases"] if it["phase"] == name)


class Lag(WarmUpCase):
    def import_with_lag(self, lag, *flags, rows=2000):
        # In real time: a fast clock makes time-outs so short that a busy machine asks again.
        self.sandbox(lag=lag, clock_rate=1)
        file = self.made_users("--rows", rows, "--organizations", 40, "--shape", "lean")
        done = self.imports(file, "--rate", "none", "--concurrency", 64, *flags)
        self.assert_rows(read=rows, created=rows)
        self.assert_one_create_each(40)
        # A created organization is used by the id in its answer and never read back.
        self.assertEqual(set(self.looked_up().values()), {1})
        self.assert_all_rows_hit_the_cache(rows, 40)
        self.assertEqual(self.phase("organizations")["created"], 40)
        self.assertEqual(self.phase("organizations")["failed"], 0)
        self.assertEqual(self.summary()["errors"], [])
        self.check_laws()
        return done

    def test_2000_rows_of_40_organizations_without_lag(self):
        done = self.import_with_lag(0)
        for tried in (10, 20, 30, 40):
            line = f"organizations: {tried}/40 ({tried * 100 // 40} %): 0 found, {tried} created, "
            self.assertIn(line + "0 failed\n", done.stderr)
        self.assertIn("organization cache ready: 40 cached\n", done.stderr)

    def test_2000_rows_of_40_organizations_with_a_lag_of_2_seconds(self):
        self.import_with_lag(2)

    def test_2000_rows_of_40_organizations_with_a_lag_of_20_seconds(self):
        self.import_with_lag(20)

    def test_ten_organizations_at_once_are_created_once_each(self):
        self.import_with_lag(2, "--warm-concurrency", 10, rows=200)


class TenThousand(WarmUpCase):
    def test_10000_organizations_stay_in_the_cache(self):
        self.sandbox(clock_rate=1)
        flags = ("--rows", 10500, "--organizations", 10000, "--shape", "lean")
        # Eight at once: one by one it takes minutes on a busy machine.
        pace = ("--rate", "none", "--concurrency", 64, "--warm-concurrency", 8)
        done = self.imports(self.made_users(*flags), *pace)
        print(f"peak memory with 10,000 organizations: {done.peak_kib / 1024:.1f} MiB")
        self.assert_rows(read=10500, created=10500)
        self.assert_one_create_each(10000)
        self.assertEqual(set(self.looked_up().values()), {1})
        self.assert_all_rows_hit_the_cache(10500, 10000)
        self.assertLess(done.peak_kib, 64 * 1024)
        self.check_laws()


class Killed(WarmUpCase):
    """SIGKILL in the middle of warm-up."""

    def kill_at(self, killed_at):
        # 10 ms for each answer: slow enough to be killed between two organizations, and so many
        # organizations that warm-up is not over before a late kill.
        self.sandbox(latency="500", lag=2)
        file = self.made_users("--rows", 400, "--organizations", 200, "--shape", "lean")
        running = self.start("import", file, "--yes")
        harness.wait_until(lambda: self.target.counts()["organizations"] >= killed_at)
        running.signal()
        self.assertEqual(running.wait().code, -9)
        before = self.record_at_rest()
        asked = list(self.looked_up(before))
        self.assertLess(len(asked), 200, "killed too late")
        settled = asked[:-1]  # warm-up goes one by one: only the last can be open

        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        done = self.rehome("resume", "--warm-concurrency", 8)
        self.assertEqual(done.code, 0, done.stderr)
        after = self.looked_up(self.target.record()[len(before) :])
        self.assertEqual([it for it in settled if it in after], [], "asked again")
        self.assert_one_create_each(200)
        self.assert_rows(read=400, created=400)
        self.assertEqual(self.phase("organizations")["read"], 200)
        self.check_laws()

    def record_at_rest(self):
        """The record when the sandbox has answered what the killed process had sent."""
        records = [self.target.record()]

        def at_rest():
            records.append(self.target.record())
            return len(records[-1]) == len(records[-2])

        for _ in range(5):
            time.sleep(0.02)
            harness.wait_until(at_rest)
        return records[-1]

    def test_at_several_organizations(self):
        for killed_at in (1, 2, 9, 10, 11, 25, 37):
            with self.subTest(killed_at=killed_at):
                self.runs_dir = self.directory / f"runs-{killed_at}"
                self.kill_at(killed_at)


class Failing(WarmUpCase):
    """An organization without a name has to exist: one that does not fails in warm-up."""

    def file(self, organizations, missing):
        lines = ["email,email_verified,org_external_id,org_name"]
        for number in range(organizations):
            name = "" if number in missing else f"Name {number}"
            lines.append(f"a{number}@example.com,true,org-{number:03},{name}")
        return self.csv("\n".join(lines) + "\n")

    def test_more_than_10_percent_stop_the_run_with_the_first_reasons(self):
        self.sandbox()
        done = self.imports(self.file(40, missing=range(20)), code=3)
        self.assertRegex(done.stderr, r"\d+ of \d+ organizations failed, more than 10 %; the first")
        self.assertIn("org-000", done.stderr)
        said = " ".join(done.stderr.split())
        self.assertIn("Next: correct the organizations in a copy of unprocessed.csv", said)
        self.assertEqual(self.target.counts()["users"], 0)
        self.assert_rows(read=40, unprocessed=40)

    def test_the_organizations_are_corrected_in_unprocessed_csv(self):
        self.sandbox()
        self.imports(self.file(40, missing=range(20)), code=3)
        path = self.run_dir() / "unprocessed.csv"
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), 40)
        for row in rows:
            row["org_name"] = "Name " + str(int(row["org_external_id"].split("-")[1]))
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        done = self.rehome("retry", "--yes", "--clock-rate", self.clock_rate, "--edited",
                           self.csv(out.getvalue(), name="copy.csv"))  # fmt: skip
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_rows(read=40, created=40)
        names = {it["external_id"]: it["name"] for it in self.target.objects("organizations")}
        self.assertEqual(names, {f"org-{n:03}": f"Name {n}" for n in range(40)})
        self.assertEqual(self.target.counts()["users"], 40)

    def test_few_organizations_are_judged_at_the_end(self):
        self.sandbox()
        done = self.imports(self.file(4, missing=[2]), code=3)
        self.assertIn("1 of 4 organizations failed, more than 10 %; the first", done.stderr)
        self.assertEqual(self.target.counts()["users"], 0)

    def test_fewer_go_on_and_their_rows_fail_before_their_user_is_created(self):
        self.sandbox()
        missing = (9, 19, 29, 39)
        done = self.imports(self.file(40, missing=missing), code=1)
        self.assert_rows(read=40, created=36, failed=4)
        emails = {effect["email"] for effect in self.target.effects("user")}
        named = [number for number in range(40) if number not in missing]
        self.assertEqual(emails, {f"a{number}@example.com" for number in named})
        self.assertEqual(self.phase("organizations")["failed"], 4)
        # The failures of rows are counted under their cause, the organization.
        groups = [(group["phase"], group["count"]) for group in self.summary()["errors"]]
        self.assertEqual(groups, [("organizations", 4)])
        self.assertEqual({row["_code"] for row in self.row_file("failed")}, {"organization_failed"})
        self.assertIn("4 failed", done.stderr)
        self.check_laws()

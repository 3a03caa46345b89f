"""What tests of `retry` share: files with rows to spoil, edited row files, what the target must hold."""

import csv
import io

import harness

ORGANIZATIONS = 12
SECRET = "sk_test_planted_hash"
BCRYPT = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
COLUMNS = ["email", "external_id", "first_name", "email_verified", "password_hash",
           "password_hash_type", "org_external_id", "org_name"]  # fmt: skip


def text_of(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def good_rows(count=24):
    # fmt: off
    return [{"email": f"u{n}@example.com", "external_id": f"x-{n}", "first_name": f"First {n}",
             "email_verified": "true", "org_external_id": f"o-{n % ORGANIZATIONS}",
             "org_name": f"O {n % ORGANIZATIONS}"} for n in range(1, count + 1)]
    # fmt: on


class Retry(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox(clock_rate=harness.FAST)
        self.rate = ("--clock-rate", harness.FAST)

    def import_rows(self, rows, *flags, code):
        self.file = self.csv(text_of(rows))
        return self.imports(self.file, "--max-failures", "100%", *flags, code=code)

    def retry(self, *flags, code=0):
        done = self.rehome("retry", *self.rate, "--yes", "--max-failures", "100%", *flags)
        self.assertEqual(done.code, code, f"{done.stdout}\n{done.stderr}")
        return done

    def edit(self, changes, name="edited.csv", source="failed"):
        """failed.csv with other cells, by row."""
        path = self.run_dir() / f"{source}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = [row | changes.get(int(row["_row"]), {}) for row in reader]
        out = io.StringIO()
        writer = csv.DictWriter(out, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return self.csv(out.getvalue(), name=name)

    def writes_since(self, seen):
        return [it for it in self.target.record()[seen:] if it["method"] != "GET"]

    def kill_a_retry(self, rows, *flags):
        """Imports with every user refused, and kills in its middle the retry that would make them."""
        # fmt: off
        self.target.faults({"kind": "status", "on": "user", "status": 422, "times": 0,
                            "path": "/user_management/users"})
        # fmt: on
        self.import_rows(rows, *flags, code=1)
        self.target.faults()
        self.target.settings(latency_min_ms=2000, latency_max_ms=2000)
        before = len(self.target.record())
        # fmt: off
        running = self.start("retry", *self.rate, "--max-failures", "100%", "--concurrency", 4)
        # fmt: on
        harness.wait_until(lambda: len(self.writes_since(before)) > 6)
        running.signal()
        running.wait()
        self.target.settings(latency_min_ms=0, latency_max_ms=0)

    def assert_target_holds(self, rows):
        """Exactly these users, with these values, and their memberships."""
        users = {user["email"]: user for user in self.target.objects("users")}
        self.assertEqual(sorted(users), sorted(row["email"] for row in rows))
        for row in rows:
            user = users[row["email"]]
            self.assertEqual(user["first_name"], row["first_name"])
            self.assertEqual(user["external_id"], row["external_id"])
        ids = {it["id"]: it["external_id"] for it in self.target.objects("organizations")}
        emails = {user["id"]: email for email, user in users.items()}
        made = [(emails[it["user_id"]], ids[it["organization_id"]])
                for it in self.target.objects("memberships")]  # fmt: skip
        self.assertEqual(sorted(made), sorted((row["email"], row["org_external_id"]) for row in rows))

    def assert_secret_only_in_the_file(self):
        for path in self.runs_dir.rglob("*"):
            if path.is_file():
                self.assertNotIn(SECRET.encode(), path.read_bytes(), path)

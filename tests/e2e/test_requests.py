"""No request is sent that is not needed: as many writes as there are things to make."""

import random

import harness
import laws

ROWS = 2000
ORGANIZATIONS = 40
REPEATED = 200


class Requests(harness.Case):
    clock_rate = harness.FAST

    def file(self):
        """2,000 rows, 40 organizations, of which a tenth of the rows names a user once more."""
        rng = random.Random(20261127)
        lines = ["email,first_name,org_external_id,org_name"]
        for it in range(ROWS):
            again = it >= ROWS - REPEATED
            user = rng.randrange(ROWS - REPEATED) if again else it
            organization = rng.randrange(ORGANIZATIONS)
            lines.append(f"u{user}@example.com,N{user},o{organization},Organization {organization}")
        return self.csv("\n".join(lines) + "\n")

    def sent(self, *methods):
        return [it for it in self.target.record() if it["method"] in methods]

    def test_writes_are_users_memberships_and_new_organizations_exactly(self):
        self.sandbox(latency="20-60", lag=2)
        file = self.file()
        done = self.imports(file, "--no-verify")
        rows = laws.read_csv(file)
        users = {row["email"] for row in rows}
        members = {(row["email"], row["org_external_id"]) for row in rows}
        organizations = {row["org_external_id"] for row in rows}
        writes = self.sent("POST", "PUT", "DELETE")
        self.assertEqual(len(writes), len(users) + len(members) + len(organizations))
        self.assertTrue(all(it["status"] == 201 for it in writes))
        # Each organization is looked up once and never read back; users are not asked for.
        self.assertEqual(len(self.sent("GET")), len(organizations))
        total = len(self.target.record())
        self.assertIn(f"Requests: {total:,}, {total / ROWS:.2f} per row (", done.stderr)
        self.check_laws()

        before = len(self.target.record())
        self.imports(file, "--no-verify")
        self.assertEqual(len(self.target.record()), before)

    def test_a_file_that_somebody_else_imported_costs_at_most_twenty_refused_creates(self):
        self.sandbox(latency="20-60")
        file = self.file()
        self.imports(file, "--no-verify")
        self.target.settings(lag_ms=0)
        before = len(self.target.record())
        # fmt: off
        self.imports(file, "--no-verify", "--runs-dir", self.directory / "other",
                     "--adopt-unverified")
        # fmt: on
        later = self.target.record()[before:]
        refused = [it for it in later if it["method"] == "POST" and it["status"] >= 400]
        users = [it for it in refused if it["path"].startswith("/user_management/users")]
        self.assertLessEqual(len(users), 20)
        self.assertEqual([it for it in later if "effect" in it], [])

"""Importing a file twice is importing it once."""

import shutil

import harness

# Creates that may be refused as "exists" before the import looks first (requirements of `import`).
REFUSED_AT_MOST = 20


class Again(harness.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.sandbox()
        lines = ["email,email_verified,external_id,org_external_id,org_name"]
        for number in range(300):
            organization = number % 10
            lines.append(f"u{number}@example.com,true,x-{number},o-{organization},O {organization}")
        self.file = self.csv("\n".join(lines) + "\n")

    def forget_runs(self):
        shutil.rmtree(self.runs_dir)

    def statuses(self, record, operation):
        method, path = operation.split()
        return [e["status"] for e in record if (e["method"], e["path"]) == (method, path)]

    def test_the_same_file_in_the_same_runs_directory_sends_nothing_and_says_so(self):
        self.imports(self.file)
        first = self.run_dir()
        before = self.target.counts()
        done = self.imports(self.file)
        self.assertEqual(self.target.counts(), before)
        # fmt: off
        self.assertIn(f"this file was imported into this target by run {first.name}; nothing is "
                      "left to do and nothing was written\n", done.stderr)
        # fmt: on
        self.assertEqual(self.run_dir(), first)
        self.assert_rows(read=300, created=300)
        self.check_laws()

    def import_into_fresh_runs_directory(self, *flags):
        """Imports once, forgets the runs and gives the record of the second import."""
        self.imports(self.file)
        before = len(self.target.record())
        self.forget_runs()
        self.imports(self.file, *flags)
        return self.target.record()[before:]

    def assert_adopted(self, record):
        self.assertEqual([entry for entry in record if "effect" in entry], [])
        posts = self.statuses(record, "POST /user_management/users")
        self.assertLessEqual(len(posts), REFUSED_AT_MOST)
        self.assertEqual(set(posts), {400})
        self.assertEqual(self.statuses(record, "POST /organizations"), [])
        self.assertEqual(self.summary()["errors"], [])
        rows = self.summary()["rows"]
        self.assertEqual(rows["adopted"] + rows["unchanged"], 300)
        self.check_laws()

    def test_a_fresh_runs_directory_adopts_all(self):
        self.assert_adopted(self.import_into_fresh_runs_directory())

    def test_64_in_flight_are_refused_no_oftener(self):
        self.assert_adopted(self.import_into_fresh_runs_directory("--concurrency", 64))

    def test_with_some_users_missing_only_those_are_created(self):
        missing = {7, 8, 150, 298, 299}
        there = [number for number in range(300) if number not in missing]
        # fmt: off
        self.target.seed(
            organizations=[{"name": f"O {n}", "external_id": f"o-{n}"} for n in range(10)],
            users=[{"email": f"u{n}@example.com", "email_verified": True, "external_id": f"x-{n}"}
                   for n in there],
            memberships=[{"user_external_id": f"x-{n}", "organization_external_id": f"o-{n % 10}"}
                         for n in there])
        # fmt: on
        self.imports(self.file)
        created = {effect["email"] for effect in self.target.effects("user")}
        self.assertEqual(created, {f"u{number}@example.com" for number in missing})
        self.assertEqual(self.target.effects("organization"), [])
        self.assertEqual(len(self.target.effects("membership")), len(missing))
        counts = self.target.counts()
        self.assertEqual([counts["users"], counts["memberships"]], [300, 300])
        self.assert_rows(read=300, created=5, adopted=295)
        self.check_laws()


class Adoption(harness.Case):
    """Which existing accounts are taken over."""

    clock_rate = harness.FAST

    def import_over(self, existing, line, code, *flags):
        self.sandbox().seed(users=[existing])
        file = self.csv(f"email,email_verified,external_id,org_external_id,org_name\n{line},o,O\n")
        self.imports(file, *flags, code=code)
        self.assertEqual(self.target.counts()["users"], 1)
        self.check_laws()

    def test_a_verified_account_with_the_same_email_is_adopted(self):
        self.import_over({"email": "A@example.com", "email_verified": True}, "a@example.com,,", 0)
        self.assert_rows(read=1, adopted=1)

    def test_an_unverified_account_that_matches_only_by_email_is_parked(self):
        self.import_over({"email": "a@example.com"}, "a@example.com,true,", 1)
        self.assert_rows(read=1, parked=1)
        self.assertEqual(self.target.counts()["memberships"], 0)

    def test_an_unverified_account_is_adopted_when_asked_for(self):
        flag = "--adopt-unverified"
        self.import_over({"email": "a@example.com"}, "a@example.com,true,", 0, flag)
        self.assert_rows(read=1, adopted=1)

    def test_an_unverified_account_with_the_same_external_id_is_adopted(self):
        existing = {"email": "a@example.com", "external_id": "x-1"}
        self.import_over(existing, "a@example.com,true,x-1", 0)
        self.assert_rows(read=1, adopted=1)

    def test_an_account_of_another_external_id_is_parked(self):
        existing = {"email": "a@example.com", "email_verified": True, "external_id": "x-2"}
        self.import_over(existing, "a@example.com,true,x-1", 1)
        self.assert_rows(read=1, parked=1)

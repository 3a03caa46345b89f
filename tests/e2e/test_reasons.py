"""Each reason that a target can provoke, told with its code in the right row file, with the target
left as it was. The reasons of column rules are in tests/unit/plan and test_samples.py."""

import unittest

import faults


class Case(faults.Case):
    def rows_of(self, text, *flags, code=1, **sandbox):
        """Imports a file and gives {row: (outcome, code)} of all that did not go well."""
        if self.target is None:
            self.sandbox(**sandbox)
        self.imports(self.csv(text), *flags, code=code)
        told = {}
        for name in ("failed", "skipped"):
            for row in self.row_file(name):
                told[int(row["_row"])] = (row["_outcome"], row["_code"])
        return told

    def warnings(self, text, *flags, code=0):
        """The remarks of `validate`, which needs no target."""
        done = self.rehome("validate", self.csv(text), *flags, "--json")
        self.assertEqual(done.code, code, done.stderr)
        return done.stdout

    def assert_unchanged(self, kind, before):
        self.assertEqual(self.target.objects(kind), before)


class Users(Case):
    def test_two_accounts_with_one_email_are_parked(self):
        self.sandbox(unique=False)
        self.target.seed(users=[{"email": "a@example.com"}, {"email": "a@example.com"}])
        self.target.settings(unique=True)
        told = self.rows_of("email\na@example.com\n")
        self.assertEqual(told, {1: ("parked", "user_duplicate_on_target")})
        self.assertEqual(self.target.counts()["users"], 2)

    def test_the_email_of_an_account_with_another_external_id_is_parked(self):
        self.sandbox()
        self.target.seed(users=[{"email": "a@example.com", "external_id": "theirs"}])
        before = self.target.objects("users")
        told = self.rows_of("email,external_id\na@example.com,ours\n")
        self.assertEqual(told, {1: ("parked", "user_email_taken")})
        self.assert_unchanged("users", before)

    def test_the_external_id_of_an_account_with_another_email_is_parked(self):
        self.sandbox()
        self.target.seed(users=[{"email": "old@example.com", "external_id": "u-1"}])
        before = self.target.objects("users")
        told = self.rows_of("email,external_id\nnew@example.com,u-1\n")
        self.assertEqual(told, {1: ("parked", "user_external_id_taken")})
        self.assert_unchanged("users", before)

    def test_an_email_and_an_external_id_of_two_accounts_are_parked(self):
        self.sandbox()
        # fmt: off
        self.target.seed(users=[
            {"email": "a@example.com"}, {"email": "b@example.com", "external_id": "u-1"}])
        # fmt: on
        before = self.target.objects("users")
        told = self.rows_of("email,external_id\na@example.com,u-1\n")
        self.assertEqual(told, {1: ("parked", "user_split")})
        self.assert_unchanged("users", before)

    def test_an_unverified_account_is_parked_unless_it_may_be_adopted(self):
        self.sandbox()
        self.target.seed(users=[{"email": "a@example.com"}])
        told = self.rows_of("email\na@example.com\n")
        self.assertEqual(told, {1: ("parked", "user_unverified")})
        self.rows_of("email\na@example.com\n", "--adopt-unverified", code=0)
        self.assert_rows(read=1, adopted=1)

    def test_an_existing_user_is_skipped_or_failed_as_asked(self):
        self.sandbox()
        self.target.seed(users=[{"email": "a@example.com", "email_verified": True}])
        for flag, code, outcome in (("skip", 0, "skipped"), ("fail", 1, "failed")):
            with self.subTest(on_existing=flag):
                told = self.rows_of("email\na@example.com\n", "--on-existing", flag, code=code)
                self.assertEqual(told, {1: (outcome, "user_exists")})

    def test_a_user_that_the_target_denies_and_does_not_show_is_parked(self):
        # Ten hours of lag: longer than any schedule of look-ups.
        self.sandbox(lag=36000)
        # fmt: off
        first = self.start(
            "import", self.csv("email\na@example.com\n", name="first.csv"), "--yes", "--target",
            "first", "--no-verify")
        # fmt: on
        self.assertEqual(first.wait().code, 0)
        told = self.rows_of("email\na@example.com\n", "--target", "second")
        self.assertEqual(told, {1: ("parked", "user_not_visible")})

    def test_a_short_password_is_the_fault_of_its_row_alone(self):
        told = self.rows_of("email,password\na@example.com,short\nb@example.com,long-enough-1\n")
        self.assertEqual(told, {1: ("failed", "password_refused")})
        self.assert_rows(read=2, failed=1, created=1)
        self.check_laws()

    def test_a_row_whose_user_failed_in_another_row_fails_with_it(self):
        told = self.rows_of(
            "email,password,org_external_id,org_name\n"
            "a@example.com,short,o-1,One\n"
            "a@example.com,short,o-2,Two\n"
        )
        self.assertEqual(told, {1: ("failed", "password_refused"), 2: ("failed", "user_failed")})
        self.assertEqual(self.target.counts()["memberships"], 0)


class Organizations(Case):
    """One bad organization among good ones: fewer than a tenth, which would stop the run."""

    def rows_with_good_ones(self, line):
        lines = ["email,org_external_id,org_name", line]
        lines += [f"good{n}@example.com,good-{n},Good {n}" for n in range(10)]
        return "\n".join(lines) + "\n"

    def test_an_organization_without_a_name_must_exist(self):
        text = self.rows_with_good_ones("a@example.com,o-1,")
        told = self.rows_of(text)
        self.assertEqual(told, {1: ("failed", "organization_failed")})
        failed = self.summary()["errors"]
        self.assertIn("organization_not_found", str(failed))
        # The user is not made without the membership that the file wants.
        self.assertNotIn("a@example.com", {it["email"] for it in self.target.objects("users")})
        self.check_laws()

    def test_two_organizations_of_one_name_are_ambiguous(self):
        self.sandbox()
        self.target.seed(organizations=[{"name": "Acme"}, {"name": "Acme"}])
        lines = ["email,org_name", "a@example.com,Acme"]
        lines += [f"good{n}@example.com,Good {n}" for n in range(10)]
        told = self.rows_of("\n".join(lines) + "\n", "--org-by-name")
        self.assertEqual(told, {1: ("failed", "organization_failed")})
        self.assertIn("organization_ambiguous", str(self.summary()["errors"]))
        self.assertEqual(self.target.counts()["organizations"], 12)

    def test_an_organization_that_the_target_does_not_show_fails_after_a_minute(self):
        self.sandbox(lag=36000)
        line = "a@example.com,o-1,One"
        first = self.csv(f"email,org_external_id,org_name\n{line}\n", name="first.csv")
        done = self.rehome("import", first, "--yes", "--target", "first", "--no-verify")
        self.assertEqual(done.code, 0, done.stderr)
        # Verification would miss the good ones, which do not show either.
        told = self.rows_of(
            self.rows_with_good_ones(line), "--target", "second", "--no-verify"
        )
        self.assertEqual(told, {1: ("failed", "organization_failed")})
        self.assertIn("organization_not_visible", str(self.summary()["errors"]))


class Memberships(Case):
    def seeded(self, status, role="member"):
        self.sandbox()
        # fmt: off
        self.target.seed(
            users=[{"email": "a@example.com", "email_verified": True}],
            organizations=[{"name": "One", "external_id": "o-1"}],
            memberships=[{"user_email": "a@example.com", "organization_external_id": "o-1",
                          "status": status, "role_slug": role}])
        # fmt: on
        return self.target.objects("memberships")

    TEXT = "email,org_external_id,role_slugs\na@example.com,o-1,member\n"

    def test_a_pending_membership_is_left_alone(self):
        before = self.seeded("pending")
        told = self.rows_of(self.TEXT)
        self.assertEqual(told, {1: ("failed", "membership_pending")})
        self.assert_unchanged("memberships", before)

    def test_an_inactive_membership_is_left_alone(self):
        before = self.seeded("inactive")
        self.rows_of(self.TEXT, code=0)
        self.assertIn("membership_inactive", self.everything_told())
        self.assert_unchanged("memberships", before)

    def test_a_membership_with_another_role_is_left_alone_with_a_remark(self):
        before = self.seeded("active", role="admin")
        self.rows_of(self.TEXT, code=0)
        self.assertIn("role_differs", self.everything_told())
        self.assert_unchanged("memberships", before)

    def test_an_unknown_role_is_the_fault_of_its_row_alone(self):
        # One that no list of the environment could have told of.
        told = self.rows_of(
            "email,org_external_id,org_name,role_slugs\n"
            "a@example.com,o-1,One,org-no-such-role\n"
            "b@example.com,o-1,One,admin\n"
        )
        self.assertEqual(told, {1: ("failed", "role_unknown")})
        # The user stays, so that a retry makes only the membership.
        self.assertEqual(self.target.counts()["users"], 2)
        self.check_laws()

    def test_several_roles_where_only_one_is_enabled(self):
        text = "email,org_external_id,org_name,role_slugs\na@example.com,o-1,One,\"admin,member\"\n"
        told = self.rows_of(text, single_role=True)
        self.assertEqual(told, {1: ("failed", "multiple_roles_disabled")})
        self.rows_of(text, "--first-role-only", "--target", "again", "--adopt-unverified", code=0)
        self.assertEqual(self.target.objects("memberships")[0]["role"]["slug"], "admin")

    def test_a_membership_that_the_target_does_not_show_is_parked(self):
        self.sandbox()
        # fmt: off
        self.target.seed(users=[{"email": "a@example.com", "email_verified": True}],
                         organizations=[{"name": "One", "external_id": "o-1"}])
        # fmt: on
        self.target.settings(lag_ms=36_000_000)
        # fmt: off
        first = self.start("import", self.csv(self.TEXT, name="1.csv"), "--yes", "--target", "1",
                           "--no-verify")
        # fmt: on
        self.assertEqual(first.wait().code, 0, first.stderr())
        told = self.rows_of(self.TEXT, "--target", "second")
        self.assertEqual(told, {1: ("parked", "membership_not_visible")})

    def everything_told(self):
        files = ("summary.json", "success.csv", "skipped.csv", "failed.csv", "events.jsonl")
        return "".join((self.run_dir() / name).read_text() for name in files)


class Target(Case):
    def test_a_target_that_goes_away_and_comes_back_loses_nothing(self):
        """Nobody listens for a while: the rows wait for the breaker, none fails."""
        self.sandbox(latency="5-40")
        file = self.entangled()
        # 600 writes a second in real time: some five seconds are left.
        running = self.start("import", file, "--yes", "--rate", 12)
        self.wait_for_requests(500)
        self.target.stop()
        done = running.wait()
        # Ten minutes of its clock later the breaker gives up.
        self.assertEqual(done.code, 3, done.stderr)
        self.assertIn("rehome: the target has been failing for 30 minutes (", done.stderr)
        rows = self.summary()["rows"]
        self.assertEqual((rows["failed"], rows["parked"]), (0, 0))
        self.assertGreater(rows["unprocessed"], 0)

    def test_remarks_of_column_rules(self):
        out = self.warnings(
            "email,external_id,metadata,role_slugs,first_name\n"
            f'a@example.com,{"x" * 65},"{{""a"":1}}",,A\n'
            'b@example.com,,"{""a"":null}",member,\n'
            f'c@example.com,,"{self.many_keys()}",,\n'
            'd@example.com,,"{""a"":""\u00e9""}",,\n'
            "e@example.com,,,,One\n"
            "e@example.com,,,,Another\n"
            'f@example.com,,,,"Flo\ng@example.com,,,,Gil"\n'
        )
        for code in ("external_id_long", "metadata_converted", "metadata_null_dropped",
                     "metadata_many_keys", "metadata_not_ascii", "role_without_organization",
                     "user_data_differs",
                     "name_over_lines"):  # fmt: skip
            with self.subTest(code=code):
                self.assertIn(f'"code":"{code}"', out)

    def many_keys(self):
        return "{" + ",".join(f'""k{n}"":""v""' for n in range(11)) + "}"


if __name__ == "__main__":
    unittest.main()

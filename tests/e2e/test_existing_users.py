"""Users that the target has before the import: what becomes of them and of their rows, held against
the sandbox's own record: nothing of theirs changes unless --on-existing update says so, and then
exactly the fields that differ."""

import unittest

import harness

EACH = 40
HEADER = "email,first_name,last_name,email_verified,external_id,metadata,org_external_id,org_name"


def account(kind, n, **more):
    return {"email": f"{kind}{n}@example.com", **more}


class ExistingUsers(harness.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.sandbox()
        verified = {"email_verified": True}
        # fmt: off
        self.target.seed(users=[
            # Same external_id, other data.
            *(account("data", n, first_name="Old", last_name="Kept", external_id=f"data-{n}",
                      metadata={"plan": "free", "theirs": "x"}, **verified)
              for n in range(EACH)),
            # By e-mail only: of two, one never proved its address.
            *(account("mail", n, first_name="Mail", **(verified if n % 2 else {}))
              for n in range(EACH)),
            # The e-mail of the file under another external_id.
            *(account("other", n, external_id=f"theirs-{n}", **verified) for n in range(EACH)),
        ], organizations=[{"name": "Acme Corp", "external_id": "acme"}])
        # fmt: on
        self.before = {user["email"]: user for user in self.target.objects("users")}
        self.assertEqual(len(self.before), 3 * EACH)
        rows = [HEADER]
        for n in range(EACH):
            rows += [
                f'data{n}@example.com,New,,true,data-{n},"{{""plan"":""pro""}}",acme,Acme',
                f"mail{n}@example.com,Mail,,,mail-{n},,acme,Acme",
                f"other{n}@example.com,New,,,ours-{n},,acme,Acme",
                f"new{n}@example.com,New,,,new-{n},,acme,Acme",
            ]
        self.file = self.csv("\n".join(rows) + "\n")

    def changed(self):
        """The accounts of before that are not as they were."""
        now = {user["email"]: user for user in self.target.objects("users")}
        return {email for email, user in self.before.items() if now[email] != user}

    def of_kind(self, kind):
        """{number: (outcome, code)} of the accounts that are called so."""
        found = {}
        for name in ("success", "failed", "skipped"):
            for row in self.row_file(name):
                local = row["email"].partition("@")[0]
                if local.startswith(kind):
                    found[int(local[len(kind):])] = (row["_outcome"], row["_code"])
        self.assertEqual(sorted(found), list(range(EACH)))
        return found

    def assert_all(self, kind, expected):
        self.assertEqual(self.of_kind(kind), {n: expected for n in range(EACH)})

    def assert_same(self, user, wanted):
        """The same account but for when it was changed."""
        self.assertEqual({**user, "updated_at": ""}, {**wanted, "updated_at": ""})

    def members(self):
        """E-mails of the users that have a membership."""
        emails = {user["id"]: user["email"] for user in self.target.objects("users")}
        return {emails[it["user_id"]] for it in self.target.objects("memberships")}

    def puts(self):
        return [entry for entry in self.target.record() if entry["method"] == "PUT"]

    def warnings(self, code):
        return [group for group in self.summary()["warnings"] if group["code"] == code]

    def test_adopted_accounts_stay_as_they_are_and_the_report_tells_what_differs(self):
        self.imports(self.file, code=1)
        self.assertEqual(self.changed(), set())
        self.assertEqual(self.puts(), [])
        self.assertEqual(self.target.effects("user", "updated"), [])
        self.assert_all("data", ("adopted", ""))
        self.assert_all("other", ("parked", "user_email_taken"))
        self.assert_all("new", ("created", ""))
        mail = self.of_kind("mail")
        self.assertEqual({mail[n] for n in range(1, EACH, 2)}, {("adopted", "")})
        self.assertEqual({mail[n] for n in range(0, EACH, 2)}, {("parked", "user_unverified")})
        half = EACH // 2
        self.assert_rows(read=4 * EACH, created=EACH, adopted=EACH + half, parked=EACH + half)
        # Adopted and created alike are members; nobody else is.
        adopted = {f"data{n}@example.com" for n in range(EACH)}
        adopted |= {f"mail{n}@example.com" for n in range(1, EACH, 2)}
        created = {f"new{n}@example.com" for n in range(EACH)}
        self.assertEqual(self.members(), adopted | created)
        # Those of data in three fields, those of mail in their external_id.
        groups = self.warnings("fields_differ")
        self.assertEqual([group["count"] for group in groups], [EACH + half])
        counted = {"first_name": EACH, "metadata.plan": EACH, "external_id": half}
        self.assertEqual(groups[0]["columns"], counted)
        told = self.rehome("report").stdout
        self.assertIn(f"columns: first_name {EACH}, metadata.plan {EACH}, external_id {half}", told)
        # The organization keeps its name too.
        self.assertEqual([group["count"] for group in self.warnings("organization_differs")], [1])
        self.assertEqual(self.target.objects("organizations")[0]["name"], "Acme Corp")
        self.check_laws()

    def test_passwords_of_the_file_are_not_given_to_accounts_that_exist(self):
        with_password = 7
        rows = ["email,first_name,external_id,password"]
        for n in range(EACH):
            password = "correct horse" if n < with_password else ""
            rows.append(f"data{n}@example.com,Old,data-{n},{password}")
        rows.append("new@example.com,New,new-1,battery staple")
        file = self.csv("\n".join(rows) + "\n", "passwords.csv")
        done = self.imports(file)
        self.assert_rows(read=EACH + 1, adopted=EACH, created=1)
        self.assertEqual(self.summary()["adopted_with_password"], with_password)
        told = f"Adopted {with_password}: their CSV passwords were not applied."
        self.assertIn(told, done.stderr)
        self.assertIn(told, self.rehome("report").stdout)
        # The sandbox shows what password each account has: only the new one got its own.
        self.assertEqual(self.changed(), set())
        with_one = [it["email"] for it in self.target.objects("users") if "password" in it]
        self.assertEqual(with_one, ["new@example.com"])
        self.assertEqual(self.puts(), [])
        changed = [it["email"] for it in self.target.effects("user", "updated")]
        self.assertEqual(changed, [])
        self.check_laws()

    def test_an_update_sends_exactly_what_differs(self):
        self.imports(self.file, "--on-existing", "update", "--adopt-unverified", code=1)
        self.assert_all("data", ("updated", ""))
        self.assert_all("mail", ("updated", ""))
        self.assert_all("other", ("parked", "user_email_taken"))
        now = {user["email"]: user for user in self.target.objects("users")}
        for n in range(EACH):
            email = f"data{n}@example.com"
            wanted = {**self.before[email], "first_name": "New",
                      "metadata": {"plan": "pro", "theirs": "x"}}  # fmt: skip
            self.assert_same(now[email], wanted)
            email = f"mail{n}@example.com"
            wanted = {**self.before[email], "external_id": f"mail-{n}"}
            self.assert_same(now[email], wanted)
            email = f"other{n}@example.com"
            self.assertEqual(now[email], self.before[email])
        changed = [effect["email"] for effect in self.target.effects("user", "updated")]
        self.assertEqual(sorted(changed), sorted(set(changed)), "an account was changed twice")
        self.assertEqual(len(changed), 2 * EACH)
        self.assertEqual(self.warnings("fields_differ"), [])
        self.check_laws()

    def test_skip_and_fail_touch_nobody(self):
        for flag, outcome, most in (("skip", "skipped", "10%"), ("fail", "failed", "100%")):
            with self.subTest(on_existing=flag):
                self.runs_dir = self.directory / flag
                # fmt: off
                self.imports(self.file, "--on-existing", flag, "--target", flag,
                             "--max-failures", most, code=1)
                # fmt: on
                self.assertEqual(self.changed(), set())
                self.assertEqual(self.puts(), [])
                self.assert_all("data", (outcome, "user_exists"))
                self.assert_all("mail", (outcome, "user_exists"))
                self.assert_all("other", ("parked", "user_email_taken"))
                self.assertFalse(any(it.startswith(("data", "mail")) for it in self.members()))

    def test_a_second_import_of_the_same_file_finds_the_same(self):
        self.imports(self.file, code=1)
        before = self.target.objects("users"), self.target.objects("memberships")
        self.runs_dir = self.directory / "again"
        self.imports(self.file, "--adopt-unverified", code=1)
        self.assertEqual(self.target.objects("users"), before[0])
        self.assert_all("new", ("adopted", ""))
        self.assertEqual(len(self.members()), 3 * EACH)


if __name__ == "__main__":
    unittest.main()

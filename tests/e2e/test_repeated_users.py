"""Several rows of one e-mail are one user with one membership per organization."""

import harness

HEADER = "email,first_name,email_verified,external_id,password,org_external_id,org_name\n"


class RepeatedUsers(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox(latency="0-2")

    def imports(self, file, *flags, **more):
        """In real time and without a pace: on a busy machine nothing is asked twice either."""
        return super().imports(file, "--rate", "none", *flags, **more)

    def rows(self, *lines):
        return self.csv(HEADER + "\n".join(lines) + "\n")

    def users(self):
        return {user["email"]: user for user in self.target.objects("users")}

    def warnings(self):
        return {warning["code"]: warning for warning in self.summary()["warnings"]}

    def failed(self):
        return {int(row["_row"]): row for row in self.row_file("failed")}

    def test_one_user_in_any_case_with_the_data_of_the_first_row(self):
        # fmt: off
        file = self.rows("Ann@Example.com,Ann,true,x-1,,acme,Acme",
                         "bob@example.com,Bob,true,x-2,,acme,Acme",
                         "ann@example.com,Ann,true,x-1,,beta,Beta",
                         "ANN@EXAMPLE.COM,Ann,true,x-1,,gamma,Gamma")
        # fmt: on
        self.imports(file, "--workers", 8)
        self.assert_rows(read=4, created=4)
        self.assertEqual(set(self.users()), {"Ann@Example.com", "bob@example.com"})
        self.assertEqual(self.target.counts()["memberships"], 4)
        posts = self.target.counts()["by_operation"]["POST /user_management/users"]
        self.assertEqual(posts, 2)
        self.check_laws()

    def test_rows_far_apart_meet_the_same_user(self):
        flags = ("--rows", 900, "--organizations", 30, "--shape", "lean", "--memberships", 3)
        self.imports(self.made_users(*flags, "--repeat-far"), "--concurrency", 64)
        counts = self.target.counts()
        self.assertEqual([counts["users"], counts["memberships"]], [300, 900])
        self.assertEqual(counts["by_operation"]["POST /user_management/users"], 300)
        self.check_laws()

    def test_the_first_row_of_a_membership_gives_its_roles_whoever_is_faster(self):
        lines = []
        for user in range(300):
            email = f"user{user}@example.com"
            lines += [f"{email},acme,Acme,", f"{email},beta,Beta,admin"]
            lines += [f"{email},beta,Beta,member"]
        text = "email,org_external_id,org_name,role_slugs\n" + "\n".join(lines) + "\n"
        self.imports(self.csv(text), "--workers", 8)
        organizations = {it["id"]: it["external_id"] for it in self.target.objects("organizations")}
        roles = {"acme": set(), "beta": set()}
        for membership in self.target.objects("memberships"):
            roles[organizations[membership["organization_id"]]].add(membership["role"]["slug"])
        self.assertEqual(roles, {"acme": {"member"}, "beta": {"admin"}})
        self.assertEqual(self.target.counts()["memberships"], 600)
        self.check_laws()

    def test_the_same_user_and_organization_twice_is_one_membership(self):
        line = "ann@example.com,Ann,true,x-1,,acme,Acme"
        self.imports(self.rows(line, line, line.upper().replace("ACME,ACME", "acme,Acme")))
        self.assertEqual(self.target.counts()["memberships"], 1)
        operations = self.target.counts()["by_operation"]
        self.assertEqual(operations["POST /user_management/organization_memberships"], 1)
        outcomes = {int(row["_row"]): row["_outcome"] for row in self.row_file("success")}
        self.assertEqual(outcomes, {1: "created", 2: "unchanged", 3: "unchanged"})
        self.check_laws()

    def test_conflicting_data_warns_and_the_first_row_counts(self):
        # fmt: off
        file = self.rows("ann@example.com,Ann,true,x-1,,acme,Acme",
                         "ann@example.com,Anna,true,x-1,,beta,Beta")
        # fmt: on
        done = self.imports(file)
        self.assert_rows(read=2, created=2)
        self.assertEqual(self.users()["ann@example.com"]["first_name"], "Ann")
        self.assertIn("user_data_differs", self.warnings())
        self.assertEqual(self.warnings()["user_data_differs"]["rows"], [2])
        self.assertIn("user_data_differs", done.stderr)
        self.check_laws()

    def test_the_rows_of_a_rejected_first_row_fail_with_its_cause(self):
        # fmt: off
        file = self.rows("ann@example.com,Ann,perhaps,x-1,,acme,Acme",
                         "ann@example.com,Ann,true,x-1,,beta,Beta",
                         "ann@example.com,Ann,true,x-1,,gamma,Gamma",
                         "bob@example.com,Bob,true,x-2,,acme,Acme")
        # fmt: on
        self.imports(file, code=1)
        self.assert_rows(read=4, created=1, rejected=1, failed=2)
        self.assertEqual(set(self.users()), {"bob@example.com"})
        self.assertEqual(self.failed()[1]["_outcome"], "rejected")
        cause = self.failed()[1]["_code"]
        for row in (2, 3):
            self.assertEqual(self.failed()[row]["_code"], "lead_row_rejected")
            self.assertIn("row 1", self.failed()[row]["_message"])
            self.assertIn(cause, self.failed()[row]["_message"])
            self.assertEqual(self.failed()[row]["_phase"], "users")
        # The table counts them on the line of that phase.
        lines = {line["phase"]: line for line in self.summary()["phases"]}
        self.assertEqual(lines["users"]["failed"], 2)
        self.assertEqual(lines["memberships"]["failed"], 0)
        self.check_laws()

    def test_the_rows_of_a_user_that_the_target_refuses_fail_with_its_cause(self):
        # fmt: off
        file = self.rows("ann@example.com,Ann,true,x-1,short,acme,Acme",
                         "ann@example.com,Ann,true,x-1,,beta,Beta",
                         "bob@example.com,Bob,true,x-2,,acme,Acme")
        # fmt: on
        self.imports(file, code=1)
        self.assert_rows(read=3, created=1, failed=2)
        self.assertEqual(set(self.users()), {"bob@example.com"})
        cause = self.failed()[1]["_code"]
        self.assertIn(cause, self.failed()[2]["_message"])
        # One error with its cause; the row that follows from it is counted there.
        self.assertEqual([group["count"] for group in self.summary()["errors"]], [1])
        self.assertEqual([group["derived"] for group in self.summary()["errors"]], [1])
        self.check_laws()

    def test_a_part_without_the_first_row_still_uses_its_data(self):
        # fmt: off
        file = self.rows("ann@example.com,Ann,true,x-1,,acme,Acme",
                         "ann@example.com,Other,false,x-1,,beta,Beta")
        # fmt: on
        self.imports(file, "--rows", "2-2")
        self.assertEqual(self.users()["ann@example.com"]["first_name"], "Ann")
        self.assertTrue(self.users()["ann@example.com"]["email_verified"])
        self.assertEqual(self.target.counts()["memberships"], 1)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_rows(read=2, created=2)
        self.assertEqual(self.target.counts()["memberships"], 2)
        self.check_laws()

"""Roles are compared with those of the environment before anything is written."""

import json
import unittest

import faults
from faulty_target import FaultyTarget

HEADER = "email,org_external_id,org_name,role_slugs\n"


class Case(faults.Case):
    # Real time: nothing here waits, and no time-out is short.
    clock_rate = 1

    def rows(self, *roles):
        """A file of one organization with a row for each of these cells."""
        lines = [f'u{n}@example.com,acme,Acme,"{cell}"' for n, cell in enumerate(roles)]
        return self.csv(HEADER + "\n".join(lines) + "\n")

    def asked(self):
        """Paths of the requests so far, without their query."""
        return [entry["path"].split("?")[0] for entry in self.target.record()]

    def assert_nothing_written(self):
        counts = self.target.counts()
        self.assertEqual(counts["writes_applied"], 0)
        self.assertEqual(counts["organizations"], 0)
        self.assertFalse(self.runs_dir.exists() and any(self.runs_dir.iterdir()))


class Unknown(Case):
    def test_a_role_that_is_not_there_refuses_the_import_before_anything_is_written(self):
        self.sandbox()
        file = self.rows("admin", "", "admn,member", "boss", "admn")
        done = self.imports(file, code=2)
        self.assertEqual(self.asked(), ["/authorization/roles"])
        self.assert_nothing_written()
        self.assertEqual(
            done.stderr,
            f"rehome: {file}: 2 roles of the file are not in the environment, and nothing was "
            "written\n"
            '  "admn": 2 rows, first on line 4; did you mean "admin"?\n'
            '  "boss": 1 row, on line 5\n'
            "the environment has member, admin; create what is missing there, or correct "
            "role_slugs\n",
        )
        self.assertEqual(done.stdout, "")

    def test_nobody_is_asked_for_consent_to_what_cannot_work(self):
        self.sandbox()
        done = self.rehome("import", self.rows("boss"))
        self.assertEqual(done.code, 2)
        self.assertNotIn("to import, run:", done.stderr)

    def test_once_the_role_is_there_the_same_import_works(self):
        self.sandbox(roles=["boss"])
        self.imports(self.rows("boss"))
        self.assertEqual(self.target.effects("membership")[0]["role_slugs"], ["boss"])
        self.check_laws()

    def test_only_the_rows_of_the_part_count(self):
        self.sandbox()
        file = self.rows("admin", "boss", "admin")
        self.imports(file, "--limit", 1)
        done = self.imports(file, code=2)
        self.assertIn('"boss": 1 row, on line 3', done.stderr)
        self.assertIn(
            f"of the rows that are left is not in the environment; run {self.run_dir().name} stays "
            "as it is, and nothing more was written\n", done.stderr)  # fmt: skip
        self.assertNotIn("nothing was written", done.stderr)
        self.assertEqual(self.target.counts()["users"], 1)

    def test_rows_that_are_rejected_anyway_do_not_count(self):
        self.sandbox()
        file = self.csv(HEADER + "not-an-address,acme,Acme,boss\na@example.com,acme,Acme,admin\n")
        self.imports(file, code=1)
        self.assert_rows(read=2, created=1, rejected=1)

    def test_a_file_without_roles_asks_nothing(self):
        self.sandbox()
        self.imports(self.csv("email,role_slugs\na@example.com,\n"))
        self.assertNotIn("/authorization/roles", self.asked())


class Continued(Case):
    """A run that goes on is compared too, as far as its rows are left."""

    def answer_roles(self, *slugs):
        """In front of the sandbox, with a list of roles of its own: `roles_there`."""
        self.roles_there = list(slugs)

        def fault(_, path, *__):
            listed = {"data": [{"slug": slug} for slug in self.roles_there]}
            return (200, json.dumps(listed)) if "/roles" in path else None

        faulty = FaultyTarget(self.target, fault)
        self.addCleanup(faulty.stop)
        return faulty

    def state(self):
        return json.loads((self.run_dir() / "run.json").read_text())["state"]

    def test_resume_refuses_what_was_never_compared_and_leaves_the_run_as_it_is(self):
        self.sandbox()
        self.imports(self.rows("admin", "boss", "admin"), "--limit", 1)
        before = self.target.counts()
        done = self.rehome("resume")
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn('"boss": 1 row, on line 3\n', done.stderr)
        self.assertIn("nothing more was written", done.stderr)
        self.assertEqual(self.target.counts()["writes_applied"], before["writes_applied"])
        self.assertEqual(self.state(), "partial")
        self.check_laws()

    def test_resume_goes_on_without_asking_anybody_once_the_role_is_there(self):
        self.sandbox(roles=["boss"])
        roles = self.answer_roles("admin")
        file = self.rows("admin", "boss", "admin")
        self.imports(file, "--limit", 1, REHOME_ENDPOINT=roles.url)
        self.assertEqual(self.rehome("resume", REHOME_ENDPOINT=roles.url).code, 2)
        self.roles_there = ["admin", "boss"]
        done = self.rehome("resume", REHOME_ENDPOINT=roles.url)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.target.counts()["memberships"], 3)
        self.check_laws()

    def test_rows_that_are_settled_do_not_count(self):
        """Their role is gone meanwhile; nothing that is left is to be given it."""
        self.sandbox(roles=["boss"])
        roles = self.answer_roles("admin", "boss")
        file = self.rows("boss", "admin")
        self.imports(file, "--limit", 1, REHOME_ENDPOINT=roles.url)
        self.roles_there = ["admin"]
        done = self.rehome("resume", REHOME_ENDPOINT=roles.url)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.target.counts()["memberships"], 2)

    def test_an_import_that_was_killed_is_compared_before_it_goes_on(self):
        self.sandbox(roles=["boss"], latency="20")
        roles = self.answer_roles("admin", "boss")
        file = self.rows(*["boss"] * 200)
        killed = self.start("import", file, "--yes", REHOME_ENDPOINT=roles.url)
        self.wait_for_requests(30)
        killed.signal()
        killed.wait()
        self.roles_there = ["admin"]
        done = self.imports(file, code=2, REHOME_ENDPOINT=roles.url)
        self.assertIn("the rows that are left is not in the environment", done.stderr)
        # Nor does it ask for consent once more when the role is back.
        self.roles_there = ["boss"]
        done = self.rehome("import", file, REHOME_ENDPOINT=roles.url)
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.target.counts()["memberships"], 200)
        self.check_laws()

    def test_a_run_without_a_row_that_has_a_role_asks_nothing(self):
        self.sandbox()
        self.imports(self.rows("admin", "", ""), "--limit", 1)
        asked = len(self.asked())
        self.assertEqual(self.rehome("resume").code, 0)
        self.assertNotIn("/authorization/roles", self.asked()[asked:])


class NotToBeKnown(Case):
    def test_a_list_that_cannot_be_had_does_not_stop_an_import_that_works(self):
        for status, words in ((404, "Not Found"), (403, "Forbidden")):
            with self.subTest(status=status):
                self.sandbox()
                answer = (status, json.dumps({"message": words}))
                faulty = FaultyTarget(
                    self.target, lambda _, path, *__: answer if "/roles" in path else None)  # fmt: skip
                self.addCleanup(faulty.stop)
                done = self.imports(self.rows("admin"), REHOME_ENDPOINT=faulty.url)
                self.assertIn(
                    "warning: the roles of the file could not be compared with those of the "
                    f'environment (HTTP {status}, "{words}"): rows with a role that is not there '
                    "will fail\n", done.stderr)  # fmt: skip
                self.assertEqual(self.target.counts()["memberships"], 1)

    def test_an_empty_list_is_asked_for_again_and_then_no_list(self):
        self.sandbox()
        asked = []

        def fault(_, path, *__):
            if "/roles" not in path:
                return None
            asked.append(path)
            return (200, '{"object":"list","data":[]}')

        faulty = FaultyTarget(self.target, fault)
        self.addCleanup(faulty.stop)
        done = self.imports(self.rows("admin"), REHOME_ENDPOINT=faulty.url)
        self.assertEqual(len(asked), 2)
        self.assertIn(
            "warning: the roles of the file could not be compared with those of the environment "
            "(its list of roles is empty): rows with a role that is not there will fail\n",
            done.stderr)  # fmt: skip
        self.assertEqual(self.target.counts()["memberships"], 1)

    def test_a_key_that_is_refused_is_told_as_ever(self):
        self.sandbox(key="sk_other")
        done = self.imports(self.rows("admin"), code=4)
        self.assertIn(
            "warning: the roles of the file could not be compared with those of the environment "
            '(HTTP 401, "Unauthorized")', done.stderr)  # fmt: skip
        self.assertIn("the target refused the API key", done.stderr)

    def test_a_role_of_one_organization_is_told_by_its_membership(self):
        self.sandbox()
        done = self.imports(self.rows("org-billing", "admin", *["member"] * 20), code=1)
        self.assertIn("roles that belong to one organization (1 row, on line 2)", done.stderr)
        self.assertEqual([row["_code"] for row in self.row_file("failed")], ["role_unknown"])
        # The user stays, so that a retry makes only the membership.
        self.assertEqual(self.target.counts()["users"], 22)
        self.assertEqual(self.target.counts()["memberships"], 21)
        self.check_laws()

    def test_several_roles_where_they_are_not_enabled_are_asked_for_once(self):
        self.sandbox(single_role=True)
        # One row at a time, so that none has left before the first answer.
        roles = ["admin"] * 30 + ["admin,member"] * 3
        done = self.imports(self.rows(*roles), "--concurrency", 1, code=1)
        self.assertIn("several roles for one membership (3 rows, first on line 32)", done.stderr)
        codes = {row["_code"] for row in self.row_file("failed")}
        self.assertEqual(codes, {"multiple_roles_disabled"})
        refused = [entry for entry in self.target.record() if entry["status"] == 422]
        self.assertEqual(len(refused), 1)
        # That of the first such row; those of the others were not made.
        self.assertEqual(self.target.counts()["users"], 31)
        self.check_laws()
        # Enabled, the same import brings the rest.
        self.target.settings(multiple_roles=True)
        self.imports(self.csv((self.directory / "users.csv").read_text()))
        self.assertEqual(self.target.counts()["users"], 33)
        self.assertEqual(self.target.counts()["memberships"], 33)

    def test_what_is_there_already_is_taken_over_in_any_order_of_the_rows(self):
        """A membership with its several roles, from before they were forbidden."""
        there = [("u2@example.com", ["admin", "member"]), ("u3@example.com", ["member"])]
        for order in ((0, 1, 2, 3), (2, 3, 1, 0), (3, 0, 2, 1)):
            with self.subTest(order=order):
                self.sandbox()
                self.runs_dir = self.directory / f"runs-{'-'.join(map(str, order))}"
                self.target.seed(
                    organizations=[{"name": "Acme", "external_id": "acme"}],
                    users=[{"email": email, "email_verified": True} for email, _ in there],
                    memberships=[
                        {"user_email": email, "organization_external_id": "acme",
                         "role_slugs": slugs} for email, slugs in there],
                )  # fmt: skip
                self.target.settings(multiple_roles=False)
                lines = [f'u{n}@example.com,acme,Acme,"admin,member"\n' for n in order]
                # One row at a time, so that the order is that of the answers.
                text = HEADER + "".join(lines) + "u9@example.com,acme,Acme,admin\n"
                self.imports(self.csv(text), "--concurrency", 1, code=1)
                self.assert_rows(read=5, created=1, adopted=2, failed=2)
                failed = {row["email"]: row["_code"] for row in self.row_file("failed")}
                self.assertEqual(failed, {
                    "u0@example.com": "multiple_roles_disabled",
                    "u1@example.com": "multiple_roles_disabled"})  # fmt: skip
                self.check_laws()

    def test_an_offline_dry_run_says_that_it_cannot_know(self):
        done = self.rehome("import", self.rows("admin", "boss,admin"), "--dry-run", "--offline")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn(
            "roles: admin (2 rows), boss (1 row); whether the target has them only an import can "
            "ask\n", done.stdout)  # fmt: skip
        done = self.rehome(
            "import", self.rows("admin"), "--dry-run", "--offline", "--json")  # fmt: skip
        self.assertEqual(
            json.loads(done.stdout)["roles"], [{"slug": "admin", "rows": 1, "first_line": 2}])  # fmt: skip


if __name__ == "__main__":
    unittest.main()

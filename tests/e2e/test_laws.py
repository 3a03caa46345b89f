"""The laws that end-to-end tests check can be broken, and then say which one it was."""

import json
import urllib.request

import harness

FILE = "email,org_external_id,org_name\na@example.com,acme,Acme\nb@example.com,,\n"


class Laws(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox(unique=False)
        self.imports(self.csv(FILE))
        self.check_laws()

    def post(self, path, body):
        """A create that no run asked for."""
        headers = {"Authorization": f"Bearer {harness.API_KEY}", "Content-Type": "application/json"}
        content = json.dumps(body).encode()
        request = urllib.request.Request(self.target.url + path, data=content, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def assert_broken(self, law):
        with self.assertRaisesRegex(AssertionError, law):
            self.check_laws()

    def change(self, name, before, after):
        path = self.run_dir() / name
        text = path.read_text()
        self.assertIn(before, text)
        path.write_text(text.replace(before, after, 1))

    def test_a_second_user_of_one_email(self):
        self.post("/user_management/users", {"email": "A@example.com"})
        self.assert_broken(r"created 2 times: \('user', 'a@example.com'\)")

    def test_a_second_organization_of_one_external_id(self):
        self.post("/organizations", {"name": "Acme", "external_id": "acme"})
        self.assert_broken(r"created 2 times: \('organization', 'acme'\)")

    def test_a_user_that_is_not_in_the_file(self):
        self.post("/user_management/users", {"email": "c@example.com"})
        self.assert_broken("not in the file: .*c@example.com")

    def test_a_membership_that_is_not_in_the_file(self):
        user = next(it for it in self.target.objects("users") if it["email"] == "b@example.com")
        ends = {"organization_id": self.target.objects("organizations")[0]["id"]}
        self.post("/user_management/organization_memberships", {"user_id": user["id"], **ends})
        self.assert_broken("not in the file: .*membership")

    def test_a_user_that_is_said_to_be_done_and_is_not_there(self):
        self.change("success.csv", self.target.objects("users")[0]["id"], "user_of_nobody")
        self.assert_broken("no such user: user_of_nobody")

    def test_rows_that_do_not_add_up(self):
        self.change("summary.json", '"rows":{"read":2', '"rows":{"read":3')
        self.assert_broken("rows do not add up")

    def test_a_row_in_two_row_files(self):
        line = (self.run_dir() / "success.csv").read_text().splitlines()[-1]
        with open(self.run_dir() / "success.csv", "a", encoding="utf-8") as file:
            file.write(line + "\n")
        self.assert_broken("rows in several row files")

    def doctor_summary(self, change):
        path = self.run_dir() / "summary.json"
        summary = json.loads(path.read_text())
        change(summary)
        path.write_text(json.dumps(summary))

    def test_a_run_that_came_to_its_end_with_a_row_unprocessed(self):
        def lose_a_row(summary):
            summary["rows"]["created"] -= 1
            summary["rows"]["unprocessed"] += 1

        self.doctor_summary(lose_a_row)
        self.assert_broken("came to its end with 1 rows unprocessed")

    def test_a_run_that_came_to_its_end_with_a_user_in_doubt(self):
        def doubt(summary):
            users = next(it for it in summary["phases"] if it["phase"] == "users")
            users["created"] -= 1
            users["in_doubt"] += 1

        self.doctor_summary(doubt)
        self.assert_broken("came to its end with 1 users in doubt")

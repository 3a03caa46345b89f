"""The laws that end-to-end tests check can be broken, and then say which one it was."""

import json
import unittest
import urllib.request

import harness
import laws

FILE = "email,org_external_id,org_name\na@example.com,acme,Acme\nb@example.com,,\n"


class Laws(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox(unique=False)
        self.imports(self.csv(FILE))
        self.check_laws()

    def post(self, path, body):
        """A create that no run asked for."""
        return self.ask("POST", path, body)

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


    def assert_ids_broken(self, law):
        with self.assertRaisesRegex(AssertionError, law):
            laws.check_id_map(self.run_dir(), self.target)

    def test_an_id_map_with_a_wrong_id(self):
        laws.check_id_map(self.run_dir(), self.target)
        right = (self.run_dir() / "id_map.csv").read_text()
        (row,) = [it for it in self.row_file("id_map") if it["membership_id"]]
        (other,) = [it for it in self.row_file("id_map") if not it["membership_id"]]
        for kind, wrong, law in (
            ("user_id", "user_of_nobody", "user_of_nobody is ''"),
            ("user_id", other["user_id"], f"{other['user_id']} is 'b@example.com'"),
            ("organization_id", "org_of_nobody", "org_of_nobody is None"),
            ("membership_id", "om_of_nobody", r"om_of_nobody is \(None, None\)"),
        ):
            with self.subTest(kind=kind, wrong=wrong):
                self.change("id_map.csv", row[kind], wrong)
                self.assert_ids_broken(f"broken laws of ids:\nid_map row 1: .*{law}")
                (self.run_dir() / "id_map.csv").write_text(right)
        laws.check_id_map(self.run_dir(), self.target)


class Record:
    """What a sandbox would have recorded."""

    def __init__(self, *entries):
        self.entries = [{**entry, "seq": n} for n, entry in enumerate(entries, 1)]

    def record(self):
        return self.entries


class Headers(unittest.TestCase):
    """The law of headers, over records that nobody made."""

    WELL = {**laws.CACHE_BUSTERS, "request_id": "r.1-1"}

    def assert_broken(self, law, *entries):
        with self.assertRaisesRegex(AssertionError, "broken laws of headers:\n" + law):
            laws.check_headers(Record(*entries))

    def test_a_request_without_a_header_against_caches(self):
        laws.check_headers(Record(self.WELL, {**self.WELL, "request_id": "r.1-2"}))
        for name in laws.CACHE_BUSTERS:
            with self.subTest(name):
                without = {k: v for k, v in self.WELL.items() if k != name}
                self.assert_broken(f"request 1 says .*'{name}': None", without)
                self.assert_broken(f"request 1 says .*'{name}': 'x'", {**self.WELL, name: "x"})

    def test_a_request_id_that_is_missing_or_not_its_own(self):
        law = "request ids that are missing or not unique"
        self.assert_broken(rf"{law}: \['r.1-1'\]", self.WELL, self.WELL)
        self.assert_broken(rf"{law}: \[''\]", {**self.WELL, "request_id": ""})
        self.assert_broken(rf"{law}: \[None\]", {**laws.CACHE_BUSTERS})

    def test_what_a_test_sends_itself_is_let_off(self):
        by_hand = {"request_id": laws.BY_HAND}
        laws.check_headers(Record(by_hand, self.WELL, by_hand))


class HeadersOfARun(harness.Case):
    def test_what_somebody_else_sends_breaks_the_law_of_every_run(self):
        self.sandbox()
        self.imports(self.csv("email\na@example.com\n"))
        self.ask("GET", "/user_management/users")
        self.check_laws()
        anonymous = urllib.request.Request(
            self.target.url + "/organizations",
            headers={"Authorization": f"Bearer {harness.API_KEY}"},
        )
        urllib.request.urlopen(anonymous, timeout=30).close()
        with self.assertRaisesRegex(AssertionError, "broken laws of headers"):
            self.check_laws()


class LookUps(unittest.TestCase):
    """The law of look-ups, over records that nobody made."""

    PATHS = {"user": "/user_management/users", "organization": "/organizations",
             "membership": "/user_management/organization_memberships"}  # fmt: skip
    CREATES = {"user": {"email": "Ann@example.com"}, "organization": {"external_id": "a/1", "name": "A"},
               "membership": {"user_id": "user_1", "organization_id": "org_1"}}  # fmt: skip
    LOOKS = {
        "user": "/user_management/users?email=ann%40example.com&limit=100",
        "organization": "/organizations/external_id/a%2F1",
        "membership": "/user_management/organization_memberships?user_id=user_1"
        "&organization_id=org_1&statuses=active&limit=100",
    }

    def post(self, kind, status, *, run="r.1", key="k", digest="d", fault=""):
        entry = {"method": "POST", "path": self.PATHS[kind], "status": status, "body_digest": digest,
                 "idempotency_key": key, "create": self.CREATES[kind]}  # fmt: skip
        return self.entry(entry, run, fault)

    def look(self, kind, status=200, *, run="r.1", fault="", path=None):
        return self.entry(
            {"method": "GET", "path": path or self.LOOKS[kind], "status": status}, run, fault)  # fmt: skip

    def entry(self, entry, run, fault):
        entry["request_id"] = f"{run}-7"
        return {**entry, "fault": fault} if fault else entry

    def broken(self, *record):
        broken = laws.Broken()
        laws.check_looked_up(broken, [{**it, "seq": n} for n, it in enumerate(record, 1)])
        return broken.laws

    def test_a_create_of_unknown_fate_is_not_sent_again_without_a_look(self):
        for kind in self.PATHS:
            for status, fault in ((0, "reset_before"), (0, "hang_after"), (500, ""), (503, ""),
                                  (408, ""), (201, ""), (201, "half_body"), (200, "html_after"),
                                  (422, "gzip")):  # fmt: skip
                with self.subTest(kind=kind, status=status, fault=fault):
                    first = self.post(kind, status, fault=fault)
                    (law,) = self.broken(first, self.post(kind, 201))
                    self.assertIn("sent again without a look-up", law)
                    self.assertIn("in 1 and 2", law)
                    # Neither under another key, nor by the process that goes on.
                    self.assertTrue(self.broken(first, self.post(kind, 201, key="other")))
                    self.assertTrue(self.broken(first, self.post(kind, 201, run="r.2")))
                    self.assertEqual(self.broken(first, self.look(kind), self.post(kind, 201)), [])

    def test_each_time_it_is_looked_up_anew(self):
        doubt = self.post("user", 500)
        again = [doubt, self.look("user"), doubt]
        self.assertEqual(self.broken(*again), [])
        self.assertEqual(len(self.broken(*again, doubt)), 1)

    def test_what_was_surely_not_applied_may_be_sent_again(self):
        for status, fault in ((429, "quota_user_writes"), (404, ""), (422, ""), (401, "status_401")):
            with self.subTest(status=status):
                first = self.post("membership", status, fault=fault)
                self.assertEqual(self.broken(first, self.post("membership", 201)), [])

    def test_only_a_look_at_that_object_that_was_answered_counts(self):
        first, second = self.post("user", 500), self.post("user", 201)
        other = "/user_management/users?email=ben%40example.com"
        for name, look in (
            ("another user", self.look("user", path=other)),
            ("an organization", self.look("organization")),
            ("trouble", self.look("user", 503)),
            ("no answer", self.look("user", 0, fault="reset_after")),
            ("another's body", self.look("user", 200, fault="other_body")),
            ("another run's", self.look("user", run="s.1")),
        ):
            with self.subTest(name):
                self.assertEqual(len(self.broken(first, look, second)), 1)

    def test_another_run_does_not_know_what_the_first_one_sent(self):
        self.assertEqual(self.broken(self.post("user", 500), self.post("user", 201, run="s.1")), [])

    def test_one_key_stands_for_one_request(self):
        (law,) = self.broken(self.post("user", 422), self.post("user", 422, digest="e"))
        self.assertIn("one idempotency key for two requests: k", law)

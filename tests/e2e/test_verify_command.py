"""`rehome verify`, and what a verification makes of the run: state, exit code, next command."""

import json

import harness

FILE = """email,first_name,external_id,org_external_id,org_name
a@example.com,Ann,x-1,acme,Acme
b@example.com,Bob,x-2,acme,Acme
"""


class Verify(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox()
        self.file = self.csv(FILE)

    def user(self, email):
        return next(it for it in self.target.objects("users") if it["email"] == email)

    def rename(self, name):
        path = f"/user_management/users/{self.user('b@example.com')['id']}"
        self.ask("PUT", path, {"first_name": name})

    def verify(self, *flags, code=0, **more):
        done = self.rehome("verify", "--clock-rate", harness.FAST, *flags, **more)
        self.assertEqual(done.code, code, done.stderr)
        return done

    def state(self):
        run = self.summary()["run"]
        return run["state"], run["exit_code"], self.summary()["verification"]

    def writes(self):
        return [it for it in self.target.record() if it["method"] != "GET"]

    def test_an_import_verifies_itself(self):
        done = self.imports(self.file)
        self.assertEqual(self.state(), ("finished", 0, "clean"))
        self.assertIn("1 organization, 2 users and 2 memberships compared", done.stderr)
        self.assertEqual(self.row_file("verification"), [])
        self.assertIn("clean", self.rehome("runs").stdout)
        self.check_laws()

    def test_one_that_is_not_wanted_is_made_up_for_later(self):
        done = self.imports(self.file, "--no-verify")
        self.assertEqual(self.state(), ("finished", 0, "not run"))
        self.assertIn("not run (rehome verify does it)", done.stderr)
        self.assertFalse((self.run_dir() / "verification.csv").exists())
        before = self.writes()
        self.verify()
        self.assertEqual(self.writes(), before)
        self.assertEqual(self.state(), ("finished", 0, "clean"))
        self.check_laws()

    def test_it_does_not_make_the_import_younger(self):
        """By the time in status.json a resume judges what its earlier process may have sent."""
        self.imports(self.file, "--no-verify")
        status = self.run_dir() / "status.json"
        before = json.loads(status.read_text())
        self.verify()
        after = json.loads(status.read_text())
        self.assertEqual(after["summary"]["verification"], "clean")
        for member in ("as_of", "pid", "clock_rate"):
            self.assertEqual(after[member], before[member], member)

    def test_a_finding_fails_the_run_until_it_is_mended(self):
        self.imports(self.file)
        self.rename("Robert")
        run_id = self.run_dir().name
        done = self.verify(code=5)
        self.assertIn(f"then: rehome verify {run_id}", " ".join(done.stderr.split()))
        self.assertEqual(self.state(), ("failed", 5, "findings"))
        (row,) = self.row_file("verification")
        told = [row[name] for name in ("_row", "_line", "_object", "_finding", "_field")]
        self.assertEqual(told, ["2", "3", "user", "mismatch", "first_name"])
        self.assertEqual([row["_expected"], row["_found"]], ["Bob", "Robert"])
        self.assertEqual(row["_user_id"], self.user("b@example.com")["id"])
        self.check_laws()
        before = self.writes()
        for command in (("resume",), ("import", self.file, "--yes")):
            again = self.rehome(*command, "--clock-rate", harness.FAST)
            self.assertEqual(again.code, 5, again.stderr)
            self.assertIn("only its verification is left, and nothing is written", again.stderr)
        self.assertEqual(self.writes(), before)
        self.assertIn("findings", self.rehome("report").stdout)
        self.assertIn(f"rehome verify {run_id}", self.rehome("status").stdout)
        self.rename("Bob")
        self.assertEqual(self.rehome("resume", "--clock-rate", harness.FAST).code, 0)
        self.assertEqual(self.state(), ("finished", 0, "clean"))
        self.check_laws()

    def test_failed_rows_and_a_finding_end_with_5_and_then_with_1(self):
        self.file.write_text(FILE + "nobody,,,,\n")
        self.imports(self.file, code=1)
        self.rename("Robert")
        self.verify(code=5)
        self.assertEqual(self.state(), ("failed", 5, "findings"))
        self.rename("Bob")
        self.verify()
        self.assertEqual(self.state(), ("finished", 1, "clean"))

    def test_its_last_event_tells_its_own_exit_code_beside_that_of_the_run(self):
        self.file.write_text(FILE + "nobody,,,,\n")
        self.imports(self.file, code=1)
        end = json.loads(self.verify("--json").stdout.splitlines()[-1])
        told = [end[name] for name in ("type", "state", "exit_code", "run_exit_code")]
        self.assertEqual(told, ["run_ended", "finished", 0, 1])

    def test_what_was_deleted_is_missing(self):
        self.imports(self.file)
        self.ask("DELETE", f"/user_management/users/{self.user('a@example.com')['id']}")
        self.verify(code=5)
        found = sorted((row["_object"], row["_finding"]) for row in self.row_file("verification"))
        self.assertEqual(found, [("membership", "missing"), ("user", "missing")])

    def test_the_file_must_be_the_one_that_was_imported(self):
        self.imports(self.file)
        before = (self.target.counts()["requests"], self.state())
        moved = self.file.rename(self.directory / "moved.csv")
        self.assertIn("give its new place with --file", self.verify(code=2).stderr)
        moved.write_text(FILE.replace("Bob", "Rob"))
        self.assertIn("its content changed", self.verify("--file", moved, code=2).stderr)
        self.assertEqual((self.target.counts()["requests"], self.state()), before)
        moved.write_text(FILE)
        self.verify("--file", moved)

    def test_an_address_that_was_proved_since_is_no_difference(self):
        """Who confirms their address does what the file asks of them; nothing takes it back."""
        self.imports(self.csv("email,email_verified\nnot@example.com,no\nyes@example.com,yes\n"))
        path = f"/user_management/users/{self.user('not@example.com')['id']}"
        self.ask("PUT", path, {"email_verified": True})
        self.verify()
        self.assertEqual(self.state(), ("finished", 0, "clean"))
        user = self.user("yes@example.com")["id"]
        damage = {"kind": "change", "object": "user", "id": user, "field": "email_verified"}
        self.target.damage(damage)
        self.verify(code=5)
        (row,) = self.row_file("verification")
        self.assertEqual((row["_user_id"], row["_field"]), (user, "email_verified"))

    def test_an_organization_with_two_names_in_a_file_that_was_imported_in_parts(self):
        """The first name in the file counts, also for a part that does not have it."""
        lines = ["email,org_external_id,org_name", "a@example.com,acme,", "b@example.com,acme,Old",
                 "c@example.com,acme,New", "d@example.com,acme,New"]  # fmt: skip
        file = self.csv("\n".join(lines) + "\n")
        self.imports(file, "--rows", "3-3")
        self.assertEqual(self.state(), ("partial", 0, "clean"))
        self.assertEqual([it["name"] for it in self.target.objects("organizations")], ["Old"])
        self.verify()
        self.assertEqual(self.rehome("resume").code, 0)
        self.assertEqual(self.state(), ("finished", 0, "clean"))

    def test_its_events_end_with_the_end_of_the_run(self):
        self.imports(self.file, "--no-verify")
        done = self.verify("--json", "--i-am-the-only-runner")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([it["type"] for it in events[-2:]], ["summary", "run_ended"])
        run_id = self.run_dir().name
        ended = (events[-1]["run"], events[-1]["state"], events[-1]["exit_code"])
        self.assertEqual(ended, (run_id, "finished", 0))
        self.assertEqual(events[-1]["run_exit_code"], 0)
        self.assertIn("none was taken (--i-am-the-only-runner)", self.rehome("report").stdout)

    def test_what_several_verifications_ask_adds_up_in_the_run_and_not_in_the_last(self):
        self.imports(self.file)
        first = self.summary()["counters"]["verification"]["requests"]
        self.verify()
        counters = self.summary()["counters"]
        last = counters["verification"]["requests"]
        self.assertEqual(counters["phases"]["verification"]["requests"], first + last)
        line = next(it for it in self.summary()["phases"] if it["phase"] == "verification")
        self.assertEqual(line["requests"], first + last)
        asked = [it for it in self.target.record() if ".v" in it.get("request_id", "")]
        self.assertEqual(len(asked), first + last)

    def test_a_run_of_nothing_is_refused(self):
        self.imports(self.csv("email\nnobody\n"), code=1)
        self.assertEqual(self.state(), ("finished", 1, "not run"))
        self.assertIn("there is nothing to verify", self.verify(code=2).stderr)

    def test_a_target_that_refuses_the_key_leaves_it_incomplete(self):
        self.imports(self.file, "--target", "t")
        done = self.verify("--target", "t", code=5, WORKOS_SECRET_KEY="sk_test_other")
        self.assertIn("Verification: incomplete, ", done.stderr)
        self.assertEqual(self.state(), ("failed", 5, "incomplete"))
        self.verify()
        self.assertEqual(self.state(), ("finished", 0, "clean"))

    def test_a_part_is_verified_and_the_rest_is_resumed(self):
        file = self.made_users("--rows", 40, "--organizations", 5, "--memberships", 3,
                               "--repeat-far", name="part.csv")  # fmt: skip
        self.imports(file, "--limit", 15)
        self.assertEqual(self.state(), ("partial", 0, "clean"))
        self.check_laws(finished=False)
        self.imports(file, "--rows", "16-20")
        self.assertEqual(self.state(), ("partial", 0, "clean"))
        self.assertEqual(self.rehome("resume").code, 0)
        self.assertEqual(self.state(), ("finished", 0, "clean"))
        self.check_laws()

    def test_a_run_that_is_going_on_is_refused_and_a_dead_one_sent_to_resume(self):
        self.target.settings(latency_min_ms=200, latency_max_ms=200)
        running = self.start("import", self.file, "--yes")
        harness.wait_until(lambda: self.target.counts()["organizations"])
        self.verify(code=75)
        running.signal()
        running.wait()
        self.assertIn("`rehome resume", self.verify(code=2).stderr)

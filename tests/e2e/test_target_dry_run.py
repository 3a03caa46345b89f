"""A dry run against the target foretells the import that follows, and writes nothing."""

import json
import os
import signal

import faults
import harness

HEADER = "email,first_name,email_verified,external_id,password,org_external_id,org_name,role_slugs"
EACH = 12


class TargetDryRun(faults.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.scratch = self.directory / "scratch"
        self.scratch.mkdir()

    def dry_run(self, file, *flags, code=0):
        requests = len(self.target.record())
        done = self.rehome("import", file, "--dry-run", *flags, TMPDIR=self.scratch)
        self.assertEqual(done.code, code, done.stderr)
        methods = {entry["method"] for entry in self.target.record()[requests:]}
        self.assertLessEqual(methods, {"GET"})
        self.assertEqual(self.target.counts()["writes_applied"], 0)
        self.assertFalse(self.runs_dir.exists(), "a dry run made a run directory")
        self.assertEqual(os.listdir(self.scratch), [])
        return done

    def seeded(self):
        """A target that holds a third of the users, in all the ways that an import tells apart, and
        a file of them and of others."""
        self.sandbox(latency="0-20")
        verified = {"email_verified": True}
        # fmt: off
        self.target.seed(users=[
            *({"email": f"data{n}@example.com", "first_name": "Old", "external_id": f"data-{n}",
               **verified} for n in range(EACH)),
            *({"email": f"mail{n}@example.com", **(verified if n % 2 else {})}
              for n in range(EACH)),
            *({"email": f"other{n}@example.com", "external_id": f"theirs-{n}", **verified}
              for n in range(EACH)),
        ], organizations=[{"name": "O0", "external_id": "o0"}], memberships=[
            *({"user_email": f"data{n}@example.com", "organization_external_id": "o0",
               "role_slugs": ["admin"], "status": ["active", "inactive", "pending"][n % 3]}
              for n in range(EACH)),
        ])
        # fmt: on
        lines = [HEADER]
        for n in range(EACH):
            for kind in ("data", "mail", "other", "new"):
                lines.append(f"{kind}{n}@example.com,New,true,{kind}-{n},Secret-{kind}-{n}x,"
                             f"o{n},O{n},member")  # fmt: skip
            lines.append(f"new{n}@example.com,New,true,new-{n},,also,Also,")
            lines.append(f"rest{2 * n}@example.com,A,,,,,,")
            lines.append(f"rest{2 * n + 1}@example.com,B,,,,,,")
        lines += ["not-an-address,,,,,,,", "new0@example.com,New,true,new-0,,o0,O0,member",
                  "missing@example.com,,,,,nowhere,,", "mail1@example.com,New,true,mail-1,,o0,O0,",
                  *(f"data{n}@example.com,New,true,data-{n},,o0,O0,member" for n in range(EACH))]  # fmt: skip
        return self.csv("\n".join(lines) + "\n")

    def outcomes(self, summary):
        """What a summary says of rows, of each phase and of reasons."""
        phases = {}
        for phase in summary["phases"]:
            if phase["phase"] not in ("survey", "verification"):
                phases[phase["phase"]] = {
                    key: phase[key] for key in ("read", *harness.laws.OUTCOMES)
                }
        groups = {}
        for name in ("errors", "warnings"):
            groups[name] = {(it["phase"], it["code"]): it["count"] for it in summary[name]}
        return {"rows": summary["rows"], "phases": phases, **groups}

    def assert_foretold(self, *flags):
        file = self.seeded()
        plan = json.loads(self.dry_run(file, "--json", *flags, code=1).stdout)
        self.assertEqual((plan["version"], plan["dry_run"]), (1, "target"))
        self.imports(file, *flags, "--max-failures", "100%", code=1)
        self.assertEqual(self.outcomes(plan["summary"]), self.outcomes(self.summary()))
        self.check_laws()
        return plan

    def test_its_counts_equal_those_of_the_import(self):
        for flags in ((), ("--adopt-unverified",), ("--on-existing", "skip"),
                      ("--on-existing", "fail"), ("--rows", "3-50")):  # fmt: skip
            with self.subTest(flags):
                self.runs_dir = self.directory / f"runs{len(flags)}-{'-'.join(flags)}"
                self.assert_foretold(*flags)

    def test_of_an_update_it_tells_every_field(self):
        plan = self.assert_foretold("--on-existing", "update", "--adopt-unverified")
        updated = self.target.effects("user", "updated")
        told = [it for it in plan["changes"] if it["kind"] == "user"]
        self.assertEqual(sorted(it["id"] for it in told), sorted(it["id"] for it in updated))
        self.assertEqual(plan["changes_in_all"], len(plan["changes"]))
        self.assertEqual([it["row"] for it in plan["changes"]],
                         sorted(it["row"] for it in plan["changes"]))  # fmt: skip
        change = next(it for it in told if it["row"] == 1)
        self.assertEqual((change["from"], change["to"]),
                         ({"first_name": "Old"}, {"first_name": "New"}))  # fmt: skip
        memberships = [it for it in plan["changes"] if it["kind"] == "membership"]
        self.assertTrue(memberships)
        self.assertEqual(memberships[0]["from"], {"role_slugs": "admin"})
        self.assertEqual(memberships[0]["to"], {"role_slug": "member"})

    def test_people_read_what_would_be(self):
        done = self.dry_run(self.seeded(), "--on-existing", "update", code=1)
        self.assertRegex(
            done.stdout,
            r"\Adry run: \d+ reads, and nothing was written; an import would come to this:\n",
        )
        self.assertRegex(done.stdout, r'row 1, user user_\w+: first_name "Old" → "New"\n')
        self.assertRegex(done.stdout, r'role_slug "admin" → "member"\n')
        self.assertRegex(done.stderr, r"dry run: reads only, \d+ to \d+ of them, .* at the quota")
        self.assertRegex(done.stderr, r"organizations: \d+/\d+ \(100 %\): 1 found, 12 to create, ")
        self.assertNotIn("Secret-", done.stdout + done.stderr)

    def test_secrets_in_a_change_are_not_shown(self):
        self.sandbox()
        self.target.seed(users=[{"email": "a@example.com", "first_name": "Old",
                                 "metadata": {"api_token": "tok-before"},
                                 "email_verified": True}])  # fmt: skip
        file = self.csv('email,last_name,metadata\na@example.com,$2b$10$'
                        + "a" * 53 + ',"{""api_token"":""tok-after""}"\n')  # fmt: skip
        for flags in ((), ("--json",)):
            done = self.dry_run(file, "--on-existing", "update", *flags)
            for secret in ("tok-before", "tok-after", "$2b$10$"):
                self.assertNotIn(secret, done.stdout + done.stderr)
            self.assertIn("api_token", done.stdout)

    def test_it_says_beforehand_how_many_reads_there_are(self):
        file = self.seeded()
        done = self.dry_run(file, code=1)
        told = done.stderr.split("reads only, ")[1].split(" of them")[0].split(" to ")
        least, most = (int(number.replace(",", "")) for number in told)
        # One more asks for the roles; rows that are refused ask for nothing.
        self.assertLessEqual(self.target.counts()["requests"] - 1, most)
        self.assertGreaterEqual(self.target.counts()["requests"] + 5, least)

    def test_it_needs_no_lock_and_says_that_an_import_runs(self):
        holder = self.hold()
        self.answer_at_once()
        other = self.csv("email\nb@example.com\n", "other.csv")
        self.target.settings(latency_min_ms=0, latency_max_ms=0)
        done = self.rehome("import", other, "--dry-run")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("an import into this target is running", done.stderr)
        holder.signal()

    def test_ctrl_c_ends_it_and_leaves_nothing(self):
        self.sandbox(latency="3000")
        running = self.start("import", self.made_users("--rows", 300), "--dry-run",
                             TMPDIR=self.scratch)  # fmt: skip
        self.wait_for_requests(3)
        running.signal(signal.SIGINT)
        done = running.wait()
        self.assertEqual(done.code, -signal.SIGINT, done.stderr)
        self.assertIn("the dry run was interrupted; nothing was written", done.stderr)
        self.assertEqual(os.listdir(self.scratch), [])

    def test_it_says_that_an_import_would_stop_at_once(self):
        self.sandbox()
        file = self.csv("email,org_external_id\na@example.com,nowhere\n")
        done = self.dry_run(file, code=3)
        self.assertIn("an import would stop here: 1 of 1 organization", done.stderr)

    def test_a_wrong_key_ends_it(self):
        self.sandbox()
        done = self.rehome("import", self.csv("email\na@example.com\n"), "--dry-run",
                           WORKOS_SECRET_KEY="sk_test_wrong")  # fmt: skip
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn("nothing was written", done.stderr)

    def test_of_an_open_run_it_says_that_an_import_goes_on_with_it(self):
        self.sandbox(latency="0-20")
        file = self.made_users("--rows", 60, "--shape", "lean")
        self.imports(file, "--max-failures", 1, "--limit", 10)
        running = self.start("import", file, "--yes", "--rate", 5)
        harness.wait_until(lambda: self.target.counts()["users"] > 20)
        running.signal(signal.SIGKILL)
        running.wait()
        done = self.rehome("import", file, "--dry-run")
        self.assertIn(f"run {self.run_dir().name} of this file has not come to its end", done.stderr)


if __name__ == "__main__":
    harness.unittest.main()

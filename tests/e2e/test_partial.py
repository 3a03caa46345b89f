"""A part of a file is imported first, the rest later, and nothing twice."""

import harness


class Partial(harness.Case):
    def setUp(self):
        super().setUp()
        self.sandbox()
        # fmt: off
        self.file = self.made_users("--rows", 60, "--organizations", 7, "--shape", "lean",
                                    "--memberships", 3, "--repeat-far")
        # fmt: on

    def imports(self, file, *flags, **more):
        """In real time and without a pace: on a busy machine nothing is asked twice either. What a
        verification asks is not counted here."""
        return super().imports(file, "--rate", "none", "--no-verify", *flags, **more)

    def imported_rows(self):
        return sorted(int(row["_row"]) for row in self.row_file("success"))

    def unprocessed_rows(self):
        return sorted(int(row["_row"]) for row in self.row_file("unprocessed"))

    def finish(self, *command):
        first = self.run_dir()
        done = self.rehome(*(command or ("resume",)), "--no-verify")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertEqual(self.run_dir(), first)
        self.assert_rows(read=60, created=60)
        self.assertEqual(self.imported_rows(), list(range(1, 61)))
        self.assertEqual(self.unprocessed_rows(), [])
        counts = self.target.counts()
        found = [counts[kind] for kind in ("organizations", "users", "memberships")]
        self.assertEqual(found, [7, 20, 60])
        # Nothing was asked or sent twice: a look-up for each organization, a write for each object.
        self.assertEqual(counts["requests"], 7 + 87)
        self.check_laws()
        return done

    def test_limit_then_resume(self):
        done = self.imports(self.file, "--limit", 25)
        self.assertEqual(self.imported_rows(), list(range(1, 26)))
        self.assertEqual(self.target.counts()["memberships"], 25)
        self.assertIn("rehome resume", done.stderr)
        self.check_laws(finished=False)
        self.finish()

    def test_names_of_organizations_come_from_the_whole_file(self):
        """The first name in the file counts, also that of a row that is not imported yet."""
        # fmt: off
        file = self.csv(
            "email,org_external_id,org_name\na@example.com,acme,Acme\nb@example.com,acme,Acme Two\n"
            "c@example.com,zeta,\nd@example.com,zeta,Zeta\n", name="names.csv")
        # fmt: on
        self.imports(file, "--rows", "2-3")
        self.assertEqual(self.imported_rows(), [2, 3])
        made = sorted(each["name"] for each in self.target.objects("organizations"))
        self.assertEqual(made, ["Acme", "Zeta"])
        self.check_laws(finished=False)

    def test_limit_then_the_same_import(self):
        self.imports(self.file, "--limit", 25)
        self.finish("import", self.file, "--yes", "--rate", "none")

    def test_rows_in_the_middle_then_resume(self):
        self.imports(self.file, "--rows", "31-40")
        self.assertEqual(self.imported_rows(), list(range(31, 41)))
        self.assertEqual(self.target.counts()["memberships"], 10)
        self.check_laws(finished=False)
        self.finish()

    def test_rows_beyond_the_file_are_refused(self):
        done = self.rehome("import", self.file, "--yes", "--rows", "61-70")
        self.assertEqual(done.code, 2, done.stderr)
        self.assertIn("--rows", done.stderr)
        self.assertEqual(self.target.counts()["requests"], 0)

    def test_a_limit_beyond_the_file_imports_all(self):
        self.imports(self.file, "--limit", 1000)
        self.assert_rows(read=60, created=60)
        self.check_laws()

    def test_rows_that_are_no_range_are_refused(self):
        for rows in ("0-3", "9-3", "a-b", "1-2-3", "-4"):
            with self.subTest(rows=rows):
                done = self.rehome("import", self.file, "--yes", f"--rows={rows}")
                self.assertEqual(done.code, 2, done.stderr)
                self.assertIn("--rows", done.stderr)

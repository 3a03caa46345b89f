"""`rehome validate --fix`: only what changes nothing for an import, and never over anything."""

import os
import stat
import subprocess
import unittest

import checks
import harness

# Every kind of repair; delimiter, byte-order mark, line ends, blank lines and quotes that stay.
REPAIRABLE = (
    "\ufeffemail;first_name;email_verified;external_id;metadata;org_external_id;org_name;role_slugs\r\n"
    ' ann@example.com ;" Ann ";Yes;"\t1";"{""n"": 1,\n""z"": null, ""s"": ""a;""}";acme;Acme;admin\r\n'
    "\r\n"
    'ann@example.com;" Ann ";true;1;;beta;"Beta\r\nB ";\r\n'
    "ANN@example.com;;;;;acme;;\n"
    " ann@example.com;;y;;;acme;; admin\n"
    '"bob@example.com";Bob;n;;;;;\n'
    "bob@example.com;;0;;;;;"
)
REPAIRED = (
    "\ufeffemail;first_name;email_verified;external_id;metadata;org_external_id;org_name;role_slugs\r\n"
    'ann@example.com;" Ann ";true;1;"{""n"":""1"",""s"":""a;""}";acme;Acme;admin\r\n'
    "\r\n"
    'ann@example.com;" Ann ";true;1;;beta;"Beta\r\nB";\r\n'
    "ANN@example.com;;;;;acme;;\n"
    '"bob@example.com";Bob;false;;;;;\n'
)


class Repairs(checks.Case):
    def test_change_these_bytes_and_no_others(self):
        file = self.csv(REPAIRABLE)
        self.assertEqual(self.fixed(file, code=0).decode(), REPAIRED)

    def test_are_listed_each_with_what_it_was_and_is(self):
        problems, last = self.said(self.csv(REPAIRABLE), "--fix", "out.csv", code=0)
        told = [(it["row"], it["line"], it["code"], it["column"],
                 it["repair"] and (it["repair"].get("from"), it["repair"].get("to")))
                for it in problems]  # fmt: skip
        gone = (None, None)
        metadata = (r'{"n": 1,\x0a"z": null, "s": "a;"}', '{"n":"1","s":"a;"}')
        self.maxDiff = None
        self.assertEqual(told, [
            (1, 2, "blanks_around_value", "email", (" ann@example.com ", "ann@example.com")),
            (1, 2, "boolean_spelling", "email_verified", ("Yes", "true")),
            (1, 2, "blanks_around_value", "external_id", (r"\x091", "1")),
            (1, 2, "metadata_converted", "metadata", metadata),
            (1, 2, "metadata_null_dropped", "metadata", metadata),
            (2, 5, "blanks_around_value", "org_name", (r"Beta\x0d\x0aB ", r"Beta\x0d\x0aB")),
            (3, 7, "membership_repeated", "email", None),
            (3, 7, "user_data_differs", "role_slugs", None),
            (4, 8, "blanks_around_value", "email", gone),
            (4, 8, "membership_repeated", "email", gone),
            (4, 8, "boolean_spelling", "email_verified", gone),
            (4, 8, "blanks_around_value", "role_slugs", gone),
            (5, 9, "boolean_spelling", "email_verified", ("n", "false")),
            (6, 10, "user_repeated", "email", gone),
            (6, 10, "boolean_spelling", "email_verified", gone),
        ])  # fmt: skip
        self.assertEqual({it["repair"]["done"] for it in problems if it["repair"]}, {True})
        self.assertEqual((last["copy"], last["repaired"], last["problems_left"], last["remarks_left"]),
                         ("out.csv", 13, 0, 2))  # fmt: skip

    def test_leave_a_copy_that_is_clean_when_all_can_be_repaired(self):
        lines = REPAIRABLE.splitlines(keepends=True)
        file = self.csv("".join(it for it in lines if not it.startswith("ANN@")))
        out = self.directory / "out.csv"
        done = self.validate(file, "--fix", out, code=0)
        self.assertTrue(done.stderr.endswith(
            f"wrote {out} with 13 of them repaired; left in it: 0 problems, 0 remarks\n"), done.stderr)
        clean = self.validate(out, code=0)
        self.assertEqual(clean.stdout, "")
        self.assertIn(": 0 problems, 0 remarks\n", clean.stderr)
        again = self.directory / "again.csv"
        self.validate(out, "--fix", again, code=0)
        self.assertEqual(again.read_bytes(), out.read_bytes())

    def test_change_nothing_for_an_import(self):
        """What either file makes on an empty target is the same."""
        made = []
        for text in (REPAIRABLE, REPAIRED):
            self.sandbox()
            self.imports(self.csv(text), "--target", f"t{len(made)}")
            users = [{key: user.get(key) for key in ("email", "first_name", "email_verified",
                                                     "external_id", "metadata")}
                     for user in self.target.objects("users")]  # fmt: skip
            organizations = {it["id"]: (it["external_id"], it["name"])
                             for it in self.target.objects("organizations")}  # fmt: skip
            emails = {it["id"]: it["email"] for it in self.target.objects("users")}
            memberships = sorted((emails[it["user_id"]], organizations[it["organization_id"]],
                                  it["role"]["slug"]) for it in self.target.objects("memberships"))
            made.append((sorted(users, key=lambda user: user["email"]),
                         sorted(organizations.values()), memberships))  # fmt: skip
        self.assertEqual(made[0], made[1])
        self.assertEqual([len(part) for part in made[0]], [2, 2, 2])

    def test_are_of_a_rejected_row_too(self):
        file = self.csv("email,email_verified,external_id\nann,yes, 1\nb@example.com,perhaps, 2 \n")
        self.assertEqual(self.fixed(file, code=1),
                         b"email,email_verified,external_id\nann,true,1\nb@example.com,perhaps,2\n")

    def test_drop_no_row_that_says_something_of_its_own(self):
        """Also in a column that is not imported, and in a secret one."""
        header = "email,password,org_external_id,org_name,note\n"
        first = "a@example.com,long-enough-1,acme,Acme,x\n"
        for other, kept in (
            ("a@example.com,,acme,,\n", False),
            ("a@example.com,long-enough-1,acme,Acme,x\n", False),
            ("a@example.com,,acme,,y\n", True),
            ("a@example.com,long-enough-2,acme,Acme,x\n", True),
            ("A@example.com,,acme,,\n", True),
            ("a@example.com,,acme,Acme Inc,\n", True),
        ):
            with self.subTest(other=other):
                copy = self.fixed(self.csv(header + first + other), code=0).decode()
                self.assertEqual(copy, header + first + (other if kept else ""))

    def test_of_the_same_membership_leave_the_first_row_of_it(self):
        header = "email,first_name,org_external_id,org_name\n"
        rows = ["a@example.com,Ann,acme,Acme\n", "a@example.com,,beta,Beta\n",
                "a@example.com,,beta,\n", "a@example.com,Ann,beta,Beta\n"]  # fmt: skip
        # The last one has the name, which the first row of this membership has not.
        copy = self.fixed(self.csv(header + "".join(rows)), code=0).decode()
        self.assertEqual(copy, header + rows[0] + rows[1] + rows[3])


class TheCopy(checks.Case):
    TEXT = "email,email_verified\na@example.com,yes\n"

    def test_is_for_its_owner_only(self):
        self.fixed(self.csv(self.TEXT), code=0)
        out = self.directory / "out.csv"
        self.assertEqual(stat.S_IMODE(out.stat().st_mode), 0o600)

    def test_is_made_also_of_a_file_without_a_problem(self):
        text = b"email\na@example.com"
        self.assertEqual(self.fixed(self.csv(text), code=0), text)

    def test_goes_over_nothing(self):
        file = self.csv(self.TEXT)
        out = self.directory / "out.csv"
        out.write_text("mine\n")
        done = self.validate(file, "--fix", out, code=2)
        self.assertEqual((done.stdout, done.stderr), (
            "", f"rehome: --fix {out}: is there already: name another file, or say --overwrite\n"))
        self.assertEqual(out.read_text(), "mine\n")
        self.validate(file, "--fix", out, "--overwrite", code=0)
        self.assertEqual(out.read_text(), self.TEXT.replace("yes", "true"))
        self.assertEqual(stat.S_IMODE(out.stat().st_mode), 0o600)

    def test_is_never_the_input(self):
        file = self.csv(self.TEXT)
        link = self.directory / "link.csv"
        link.symlink_to(file)
        for name in (file, link, f"{self.directory}/./users.csv"):
            done = self.validate(file, "--fix", name, "--overwrite", code=2)
            self.assertEqual(done.stderr, f"rehome: --fix {name}: is the input: name another file\n")
        self.assertEqual(file.read_text(), self.TEXT)

    def test_is_a_regular_file(self):
        done = self.validate(self.csv(self.TEXT), "--fix", "/dev/null", "--overwrite", code=2)
        self.assertEqual(done.stderr, "rehome: --fix /dev/null: is no regular file\n")

    def test_is_not_there_when_the_list_cannot_be_written(self):
        file = self.csv(self.TEXT)
        command = [harness.binary(), "validate", str(file), "--fix", "out.csv"]
        with open("/dev/full", "w", encoding="utf-8") as full:
            # fmt: off
            done = subprocess.run(command, env=self.environment(), cwd=self.directory, stdout=full,
                                  stderr=subprocess.PIPE, text=True, timeout=60, check=False)
            # fmt: on
        self.assertEqual(done.returncode, 4)
        self.assertEqual(
            done.stderr, "rehome: the list of problems could not be written to stdout\n")
        self.assertEqual(self.names(), ["users.csv"])

    def test_is_not_there_when_the_file_is_refused(self):
        for text in ("email,orgname\na@example.com,x\n", 'email\n"a@example.com\n'):
            self.validate(self.csv(text), "--fix", "out.csv", code=2)
            self.assertEqual(self.names(), ["users.csv"])

    def test_is_named_where_it_may_go_over_something(self):
        done = self.validate(self.csv(self.TEXT), "--overwrite", code=2)
        self.assertEqual(done.stderr, "rehome: --overwrite is about the file of --fix OUT.csv, which "
                         "is not given\n")  # fmt: skip

    def test_needs_its_directory(self):
        done = self.validate(self.csv(self.TEXT), "--fix", "none/out.csv", code=2)
        self.assertIn("cannot create none/out.csv: No such file or directory", done.stderr)

    def names(self):
        """What is in the directory but for the outputs of commands."""
        return sorted(it for it in os.listdir(self.directory) if not it.startswith(("tmp", "locks")))


class Incumbents(checks.Case):
    """The files that the tools before this one test their validators with, in data/incumbents."""

    FILES = harness.DATA / "incumbents"

    def test_errors_are_judged_right(self):
        self.assertEqual(self.codes(self.FILES / "validation-test-errors.csv", code=1), [
            "1 email_missing", "1 org_name_alone",
            "2 email_invalid", "2 org_name_alone",
            "3 email_verified_invalid", "3 metadata_invalid", "3 org_name_alone",
            "4 org_id_conflict",
            "5 password_hash_incomplete",
        ])  # fmt: skip

    def test_what_they_repair_is_repaired(self):
        file = self.FILES / "validation-test-autofix.csv"
        self.assertEqual(self.codes(file, code=0), [
            "1 blanks_around_value", "1 boolean_spelling",
            "2 blanks_around_value", "2 boolean_spelling",
            "3 boolean_spelling",
        ])  # fmt: skip
        copy = self.fixed(file, code=0).decode()
        self.assertEqual([line.split(",")[0:5:3] for line in copy.splitlines()[1:]], [
            ["alice@example.com", "true"], ["bob@example.com", "true"],
            ["charlie@example.com", "false"],
        ])  # fmt: skip
        self.assertEqual(self.codes(self.directory / "out.csv", code=0), [])

    def test_the_others_have_no_problem(self):
        for file in sorted(self.FILES.glob("*.csv")):
            if file.name.startswith("validation-test"):
                continue
            with self.subTest(file=file.name):
                told = {it.split()[1] for it in self.codes(file, code=0)}
                self.assertLessEqual(told, {"boolean_spelling"})


if __name__ == "__main__":
    unittest.main()

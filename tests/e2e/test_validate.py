"""`rehome validate`: every rule at its place, however it is told."""

import json
import re
import unittest

import checks
import harness
import sarif_log

HEADER = (
    "email,first_name,last_name,email_verified,external_id,password,password_hash,"
    "password_hash_type,metadata,org_id,org_external_id,org_name,role_slugs,phone"
)
HASH = "$2a$10$zQuUUvw3b8TDWmAIezZvcONiD/JAVJNrx8SL70xk4T2rNC5RS/Ddq"
SECRETS = ("Both-At-Once-1", HASH, "$2a$10$tooshort", "5f4dcc3b5aa765d61d8327deb882cf99")

# One row for each rule. A name, a metadata cell and a telephone number hold line breaks, so that
# lines are not rows, and that fields do not begin on the line of their record.
ROWS = [
    'lead@example.com,"Le\na",Lee,true,l-1,,,,,,acme,Acme,admin,"1\n2"',
    ",Bo,,,,,,,,,,,,",
    "carl.example.com,,,,,,,,,,,,,",
    "dee@example.com,,,maybe,,,,,,,,,,",
    "ed@example.com,,,,é-1,,,,,,,,,",
    "flo@example.com,,,," + "x" * 129 + ",,,,,,,,,",
    "gil@example.com,,,,l-1,,,,,,,,,",
    f"hal@example.com,,,,,Both-At-Once-1,{HASH},bcrypt,,,,,,",
    f"ida@example.com,,,,,,{HASH},,,,,,,",
    "jan@example.com,,,,,,5f4dcc3b5aa765d61d8327deb882cf99,md5,,,,,,",
    'kim@example.com,,,,,,"$2a$10$tooshort",bcrypt,,,,,,',
    "lou@example.com,,,,,,,,{plan: pro},,,,,",
    'max@example.com,,,,,,,,"{%s}",,,,,' % ",".join(f'""k{n}"":""v""' for n in range(51)),
    'ned@example.com,,,,,,,,"{""%s"":""v""}",,,,,' % ("k" * 41),
    'ola@example.com,,,,,,,,"{""k"":""%s""}",,,,,' % ("v" * 601),
    'pam@example.com,,,,,,,,"{\n}",org_01ABC,acme,,,',
    'quy@example.com,,,,,,,,"{\n\n}",acme,,,,',
    "ray@example.com,,,,,,,,,," + "o" * 129 + ",,,",
    "sue@example.com,,,,,,,,,,,Sue Inc,,",
    "tom@example.com,,,,,,,,,,acme,,Admin!,",
    ",,,,,,,,",
    'uma@example.com,Uma "Um" U.,,,,,,,,,,,,',
    "dee@example.com,,,,,,,,,,beta,Beta,,",
    "val@example.com,,,,,,,,,,acme,,admni,",
    "wes@example.com,,,," + "y" * 65 + ",,,,,,,,,",
    'xia@example.com,,,,,,,,"{""n"":1}",,,,,',
    'yan@example.com,,,,,,,,"{""z"":null}",,,,,',
    'zoe@example.com,,,,,,,,"{%s}",,,,,' % ",".join(f'""k{n}"":""v""' for n in range(11)),
    'abe@example.com,,,,,,,,"{""k"":""é""}",,,,,',
    "bea@example.com,,,,,,,,,,,,member,",
    "cyd@example.com,,,,,,,,,,acme,Acme Inc,,",
    "lead@example.com,Leo,,,,,,,,,beta,,,",
    " don@example.com,,,,,,,,,,,,,",
    'eli@example.com,,,Y,,,,,,,,,,"3\n4"',
    "lead@example.com,,,,,,,,,,beta,,,",
    "lead@example.com,,,,,,,,,,,,,5",
    'fay@example.com,,,,,,,,,,acme,,"admin,member",',
    "gus@example.com," + "n" * 102_401 + ",,,,,,,,,,,,",
    "hoa@example.com,,,,,,,,,,acme," + "n" * 102_401 + ",,",
]
# Code, line, character in it, number of the column: by hand, from the text above.
FOUND = [
    ("header_column_unknown", 1, 149, 14),
    ("name_over_lines", 2, 18, 2),
    ("email_missing", 5, 1, 1),
    ("email_invalid", 6, 1, 1),
    ("email_verified_invalid", 7, 19, 4),
    ("external_id_invalid", 8, 19, 5),
    ("external_id_too_long", 9, 20, 5),
    ("external_id_shared", 10, 20, 5),
    ("password_conflict", 11, 21, 6),
    ("password_hash_incomplete", 12, 83, 8),
    ("password_hash_type_unknown", 13, 55, 8),
    ("password_hash_invalid", 14, 22, 7),
    ("metadata_invalid", 15, 24, 9),
    ("metadata_too_many_keys", 16, 24, 9),
    ("metadata_key_invalid", 17, 24, 9),
    ("metadata_value_too_long", 18, 24, 9),
    ("org_id_conflict", 20, 4, 10),
    ("org_id_invalid", 23, 4, 10),
    ("org_external_id_invalid", 24, 26, 11),
    ("org_name_alone", 25, 27, 12),
    ("role_slugs_invalid", 26, 32, 13),
    ("csv_field_count", 27, 1, None),
    ("csv_stray_quote", 28, 17, 2),
    ("lead_row_rejected", 29, 1, 1),
    ("role_unknown", 30, 32, 13),
    ("external_id_long", 31, 20, 5),
    ("metadata_converted", 32, 24, 9),
    ("metadata_null_dropped", 33, 24, 9),
    ("metadata_many_keys", 34, 24, 9),
    ("metadata_not_ascii", 35, 24, 9),
    ("role_without_organization", 36, 28, 13),
    ("org_name_differs", 37, 31, 12),
    ("user_data_differs", 38, 18, 2),
    ("blanks_around_value", 39, 1, 1),
    ("boolean_spelling", 40, 19, 4),
    ("membership_repeated", 42, 1, 1),
    ("user_repeated", 43, 1, 1),
    ("first_role_only", 44, 32, 13),
    ("user_too_large", 45, 17, 2),
    ("org_name_too_long", 46, 31, 12),
]
# Of headers, each of which refuses its file: the same, by the header.
HEADERS = {
    "email,first_name,_row": [("header_row_file", 1, 18, 3)],
    "email,\"org\nname\",given-name": [("header_lookalike", 1, 7, 2), ("header_lookalike", 2, 7, 3)],
    "email,password,é,Password": [
        ("header_column_unknown", 1, 16, 3), ("header_column_twice", 1, 18, 4)],
    "\nfirst_name,last_name": [("header_email_missing", 2, 1, None)],
}  # fmt: skip


class Case(checks.Case):
    def sarif(self, file, *flags, code):
        done = self.validate(file, "--format", "sarif", *flags, code=code)
        log = json.loads(done.stdout)
        self.assertEqual(log["version"], "2.1.0")
        if not sarif_log.missing():
            self.assertEqual(sarif_log.faults(log), "")
        self.assertEqual(len(log["runs"]), 1)
        return log["runs"][0]


def place_of(problem):
    return tuple(problem[key] for key in ("code", "line", "character", "column_number"))


class EveryRule(Case):
    FLAGS = ("--roles", "roles.txt", "--first-role-only")

    def file(self):
        (self.directory / "roles.txt").write_text("# of staging\nadmin\nmember # default\n")
        return self.csv("\n".join([HEADER, *ROWS]) + "\n")

    def test_is_told_once_at_its_place(self):
        problems, last = self.said(self.file(), *self.FLAGS, code=1)
        self.assertEqual([place_of(it) for it in problems], FOUND)
        rows = [it["row"] for it in problems]
        self.assertEqual(rows, list(range(len(FOUND))))
        self.assertEqual((last["type"], last["rows"]), ("summary", len(ROWS)))
        self.assertEqual(last["problems"] + last["remarks"], len(FOUND))

    def test_has_a_row_here(self):
        """A rule that is new and has no row in this file fails here."""
        run = self.sarif(self.file(), *self.FLAGS, code=1)
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual(len(rules), len(set(rules)))
        of_headers = {place[0] for places in HEADERS.values() for place in places}
        self.assertEqual({place[0] for place in FOUND} | of_headers, set(rules))

    def test_is_in_the_documents(self):
        run = self.sarif(self.file(), *self.FLAGS, code=1)
        text = (harness.SOURCE / "docs" / "validation.md").read_text(encoding="utf-8")
        told = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
        self.assertEqual({rule["id"] for rule in run["tool"]["driver"]["rules"]}, told)

    def test_names_column_value_cause_and_fix(self):
        problems, _ = self.said(self.file(), *self.FLAGS, code=1)
        for it in problems:
            with self.subTest(code=it["code"]):
                self.assertTrue(it["message"] and it["hint"])
                self.assertEqual(it["file"], str(self.directory / "users.csv"))
                number = it["column_number"]
                self.assertEqual(it["column"], HEADER.split(",")[number - 1] if number else "")
                self.assertLessEqual((it["line"], it["character"]),
                                     (it["end_line"], it["end_character"]))  # fmt: skip
        value = {it["code"]: it["value"] for it in problems}
        self.assertEqual(value["email_invalid"], "carl.example.com")
        self.assertEqual(value["email_missing"], "")
        self.assertEqual(value["blanks_around_value"], " don@example.com")
        self.assertEqual(value["password_conflict"], "[masked]")
        self.assertEqual(value["password_hash_invalid"], "[masked, 15 bytes]")
        ends = {it["code"]: (it["end_line"], it["end_character"]) for it in problems}
        self.assertEqual(ends["name_over_lines"], (3, 3))
        self.assertEqual(ends["csv_field_count"], (27, 9))

    def test_is_a_line_for_people_too(self):
        done = self.validate(self.file(), *self.FLAGS, code=1)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 2 * len(FOUND))
        for place, line, fix in zip(FOUND, lines[::2], lines[1::2], strict=True):
            code, number, character, column = place
            start = f"{self.directory}/users.csv:{number}:{character}: "
            self.assertTrue(line.startswith(start), line)
            self.assertRegex(line, rf" \[{code}(, row \d+)?\]$")
            self.assertEqual(f"(column {column})" in line, column is not None, line)
            self.assertTrue(fix.startswith("    fix: "), fix)
        said = "39 rows, 32 users, 2 organizations: 25 problems, 15 remarks\n"
        said += "rehome explain CODE says more of each code\n"
        self.assertEqual(done.stderr, said)

    def test_is_a_result_of_sarif(self):
        run = self.sarif(self.file(), *self.FLAGS, code=1)
        told = []
        for result in run["results"]:
            (location,) = result["locations"]
            physical = location["physicalLocation"]
            self.assertTrue(physical["artifactLocation"]["uri"].endswith("users.csv"))
            region = physical["region"]
            number = result["properties"]["columnNumber"] or None
            told.append((result["ruleId"], region["startLine"], region["startColumn"], number))
            self.assertIn(result["level"], ("error", "warning"))
        self.assertEqual(told, FOUND)
        self.assertEqual(run["columnKind"], "unicodeCodePoints")
        self.assertEqual(run["invocations"], [{"executionSuccessful": True}])

    @unittest.skipIf(sarif_log.missing() and not sarif_log.must(), sarif_log.missing())
    def test_is_held_against_the_published_schema(self):
        log = json.loads(self.validate(self.file(), *self.FLAGS, "--format", "sarif", code=1).stdout)
        self.assertEqual(sarif_log.faults(log), "")
        region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
        region["startLine"] = "one"
        self.assertIn("startLine", sarif_log.faults(log))

    def test_shows_no_secret(self):
        file = self.file()
        for form in ("text", "json", "sarif"):
            done = self.validate(file, "--format", form, "--fix", "out.csv", "--overwrite",
                                 *self.FLAGS, code=1)  # fmt: skip
            for secret in SECRETS:
                self.assertNotIn(secret[:12], done.stdout + done.stderr, form)

    def test_is_left_in_the_copy_when_no_repair_is_safe(self):
        file = self.file()
        problems, last = self.said(file, *self.FLAGS, "--fix", "out.csv", code=1)
        done = {it["code"]: it["repair"] for it in problems if it["repair"]}
        self.assertEqual(set(done), {"metadata_converted", "metadata_null_dropped",
                                     "blanks_around_value", "boolean_spelling",
                                     "membership_repeated"})  # fmt: skip
        self.assertTrue(all(repair["done"] for repair in done.values()))
        left = self.codes(self.directory / "out.csv", *self.FLAGS, code=1)
        self.assertEqual([it.split()[1] for it in left], [it[0] for it in FOUND if it[0] not in done])
        self.assertEqual(last["repaired"], 5)
        self.assertEqual(last["problems_left"] + last["remarks_left"], len(left))


class Headers(Case):
    def test_each_problem_is_told_and_the_file_refused(self):
        for header, expected in HEADERS.items():
            with self.subTest(header=header):
                file = self.csv(header + "\na@example.com,b,c,d\n")
                problems, last = self.said(file, code=2)
                self.assertEqual([place_of(it) for it in problems], expected)
                self.assertEqual(last["type"], "refused")
                self.assertIn("is refused for its header", last["message"])
                run = self.sarif(file, code=2)
                self.assertEqual(len(run["results"]), len(expected))
                self.assertFalse(run["invocations"][0]["executionSuccessful"])

    def test_a_refused_file_is_told_in_every_format(self):
        file = self.csv('email,first_name\na@example.com,"A\n')
        said = "a quotation mark in the field that begins at byte 31 is never closed"
        done = self.validate(file, code=2)
        self.assertEqual(done.stdout, "")
        self.assertIn(said, done.stderr)
        _, last = self.said(file, code=2)
        self.assertEqual((last["type"], said in last["message"]), ("refused", True))
        (invocation,) = self.sarif(file, code=2)["invocations"]
        (notification,) = invocation["toolExecutionNotifications"]
        self.assertIn(said, notification["message"]["text"])

    def test_two_formats_are_refused(self):
        done = self.validate(self.csv("email\n"), "--json", "--format", "sarif", code=2)
        self.assertEqual((done.stdout, done.stderr), (
            "", "rehome: --json is the same as --format json: leave it out, or --format sarif\n"))

    def test_the_ways_out_are_taken(self):
        file = self.csv("E-mail,given_name,phone\n ann@example.com,Ann,1\n")
        flags = ("--map", "E-mail=email", "--ignore-column", "given_name")
        self.assertEqual(self.codes(file, *flags, code=0),
                         ["0 header_column_unknown", "1 blanks_around_value"])  # fmt: skip
        self.assertEqual(self.fixed(file, *flags, code=0),
                         b"E-mail,given_name,phone\nann@example.com,Ann,1\n")  # fmt: skip


class Roles(Case):
    ROWS = (
        "email,org_external_id,org_name,role_slugs\n"
        'a@example.com,acme,Acme,"[""admin"",""editr""]"\n'
        "b@example.com,acme,,org-billing\n"
        "c@example.com,,,viewer\n"
    )

    def unknown(self, list_of_roles):
        path = self.directory / "roles"
        path.write_text(list_of_roles)
        problems, _ = self.said(self.csv(self.ROWS), "--roles", path, code=1)
        return [it["message"] for it in problems if it["code"] == "role_unknown"]

    def test_are_taken_as_lines_and_as_the_target_answers_them(self):
        path = self.directory / "roles"
        says = [f'"editr" is not in {path}; did you mean "editor"?']
        answer = {"object": "list", "data": [{"slug": "admin"}, {"slug": "editor", "name": "E"}]}
        for text in ("admin\r\n\n# others\neditor # of texts\n", json.dumps(answer),
                     json.dumps(answer["data"]), '["editor", "admin"]\n'):  # fmt: skip
            self.assertEqual(self.unknown(text), says, text)

    def test_of_one_organization_are_judged_by_a_list_that_has_some(self):
        path = self.directory / "roles"
        self.assertEqual(
            self.unknown("admin\neditr\norg-shipping\n"),
            [f'"org-billing" is not in {path}, which has admin, editr, org-shipping'],
        )

    def test_in_no_list_are_not_known_at_all(self):
        file = self.csv(self.ROWS)
        path = self.directory / "roles"
        for text, says in (
            ("admin\nNo Slug\n", f'{path}:2: "No Slug" is no role slug: 1 to 48 lower-case letters, '
             "digits, hyphens and underscores, one slug a line"),
            ("# none\n", f"{path}: names no role, and each target has one"),
            ('{"roles": []}', f'{path}: is JSON without a list of roles: it needs "data", as the '
             "target answers it, or a list of slugs"),
            ('["admin", 5]', f"{path}: element 2 of the list of roles has no slug of a role"),
        ):  # fmt: skip
            path.write_text(text)
            done = self.validate(file, "--roles", path, code=2)
            self.assertEqual((done.stdout, done.stderr), ("", f"rehome: {says}\n"))
        done = self.validate(file, "--roles", "none", code=2)
        self.assertIn("none: No such file or directory", done.stderr)


class Repeats(Case):
    HEADER = "email,first_name,external_id,org_external_id,org_name,role_slugs,last_name\n"

    def test_are_found_wherever_they_stand(self):
        file = self.csv(
            self.HEADER + "a@example.com,Ann,1,acme,Acme,admin,\n"
            "b@example.com,Bob,2,,,,\n"
            "A@example.com,Ann,1,beta,Beta,,\n"
            "c@example.com,Cy,2,acme,,,\n"
            "a@example.com,,,beta,,member,\n"
            "a@example.com,,,acme,,admin,\n"
            "b@example.com,Bob,2,,,,7\n"
            "d,,,acme,,,\n"
            "c@example.com,,1,acme,,,\n"
        )
        problems, _ = self.said(file, code=1)
        told = [(it["row"], it["code"], it["column"], it["message"]) for it in problems]
        self.assertEqual(told, [
            (4, "external_id_shared", "external_id",
             '"2" is also that of another user, in row 2 (line 3)'),
            (5, "membership_repeated", "email",
             "row 3 (line 4) has this user and this organization"),
            (5, "user_data_differs", "role_slugs",
             'row 3 (line 4) makes this membership with no role; this row says "member"'),
            (6, "membership_repeated", "email",
             "row 1 (line 2) has this user and this organization"),
            (7, "user_repeated", "email",
             "row 2 (line 3) has this user, and this one names no organization"),
            (7, "user_data_differs", "last_name", "other values than in row 2 (line 3): last_name"),
            (8, "email_invalid", "email", '"d" has no @'),
            (9, "membership_repeated", "email",
             "row 4 (line 5) has this user and this organization"),
            (9, "user_data_differs", "external_id", "other values than in row 4 (line 5): external_id"),
        ])  # fmt: skip
        self.assertEqual([it["repair"] and it["repair"]["does"] for it in problems],
                         [None, None, None, "row_goes", None, None, None, None, None])  # fmt: skip

    def test_of_a_rejected_row_are_none(self):
        file = self.csv(self.HEADER + "a@example.com,,1,acme,Acme,,\nb,,1,beta,B,,\n")
        self.assertEqual(self.codes(file, code=1), ["2 email_invalid"])


if __name__ == "__main__":
    unittest.main()

"""The files of a run: their columns, their rows, who may read them."""

import csv
import json
import stat

import harness

MARKS = (
    "_row,_line,_phase,_outcome,_code,_column,_message,_hint,_http_status,_provider_code,"
    "_request_id,_attempts,_retryable,_user_id,_organization_id,_membership_id"
).split(",")
ID_MAP = "_row,email,external_id,user_id,org_external_id,organization_id,membership_id".split(",")
FILES = ("success", "failed", "skipped", "unprocessed", "id_map")
HASH = "$2a$10$h8wZPR/PyqyBHaH0g0qKRuet9IoVjaVaH/1OxfotVh6tLHx4Akyc2"

# Names in another case, blanks around them, a column of somebody's own, quoted line breaks.
HEADER = " Email ,First_Name,email_verified,external_id,password,password_hash,"
HEADER += "password_hash_type,org_external_id,org_name,department,old_pw_salt"
COLUMNS = [name.strip() for name in HEADER.split(",")]
ROWS = [
    'ann@example.com,"Ann, ""A""",true,x-1,Planted-Pass-1,,,acme,Acme,"line one\nline two",Planted-Salt',
    f"bob@example.com,=Bob(),true,x-2,,{HASH},bcrypt,acme,Acme,,Planted-Salt",
    "",
    "carl@example.com,Carl,perhaps,x-3,Planted-Pass-3,,,acme,Acme,sales,Planted-Salt",
    "ann@example.com,Ann,true,x-1,,,,beta,Beta,,",
    "dora@example.com,Dora,true,x-4,short,,,beta,Beta,,",
    "emil@example.com,Emil,true,x-5,,,,,,,",
    "there@example.com,Theo,true,x-6,,,,acme,Acme,,",
    "fred@example.com,Fred,true,x-7,,,,acme,Acme,,",
]


def raw(path):
    """Header and rows as they are."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    return rows[0], rows[1:]


class Files(harness.Case):
    clock_rate = harness.FAST

    def setUp(self):
        super().setUp()
        self.sandbox().seed(users=[{"email": "there@example.com", "email_verified": True}])
        self.file = self.csv("\n".join([HEADER, *ROWS]) + "\n")

    def import_part(self, *flags):
        self.imports(self.file, "--on-existing", "skip", "--limit", 7, *flags, code=1)

    def header(self, name):
        return raw(self.run_dir() / f"{name}.csv")[0]

    def rows(self, name):
        return {int(row["_row"]): row for row in self.row_file(name)}

    def test_the_columns_are_those_of_the_input_and_the_marks(self):
        self.import_part()
        for name in ("failed", "skipped", "unprocessed"):
            header = [column.strip() for column in self.header(name)]
            self.assertEqual(header, [*COLUMNS, *MARKS], name)
        keys = ["Email", "external_id", "org_external_id", "org_name"]
        self.assertEqual([column.strip() for column in self.header("success")], [*keys, *MARKS])
        self.assertEqual(self.header("id_map"), ID_MAP)

    def test_full_success_has_all_columns(self):
        self.import_part("--full-success")
        header = [column.strip() for column in self.header("success")]
        self.assertEqual(header, [*COLUMNS, *MARKS])
        self.assertEqual(self.rows("success")[1]["first_name"], 'Ann, "A"')
        self.assertEqual({row["password"] for row in self.rows("success").values()}, {""})
        self.assertEqual({row["password_hash"] for row in self.rows("success").values()}, {""})

    def test_each_row_is_in_the_file_of_its_outcome_under_its_own_number(self):
        self.import_part()
        self.assertEqual(set(self.rows("success")), {1, 2, 4, 6})
        self.assertEqual(set(self.rows("failed")), {3, 5})
        self.assertEqual(set(self.rows("skipped")), {7})
        self.assertEqual(set(self.rows("unprocessed")), set())  # row 8 is no part of this run yet
        # The quoted line break and the blank line count as lines, not as rows.
        lines = {n: row["_line"] for name in FILES[:4] for n, row in self.rows(name).items()}
        expected = {1: 2, 2: 4, 3: 6, 4: 7, 5: 8, 6: 9, 7: 10}
        self.assertEqual(lines, {row: str(line) for row, line in expected.items()})
        self.assertEqual(self.rows("failed")[3]["email"], "carl@example.com")
        self.assertEqual(self.rows("failed")[3]["email_verified"], "perhaps")
        self.assertEqual(self.rows("failed")[3]["_column"], "email_verified")
        self.assertEqual(self.rows("failed")[3]["_outcome"], "rejected")
        self.assertEqual(self.rows("failed")[5]["_http_status"], "400")
        self.assertEqual(self.rows("failed")[5]["_code"], "password_refused")
        self.assertEqual(self.rows("failed")[5]["_column"], "password")
        self.assertTrue(self.rows("failed")[5]["_request_id"])
        self.assertEqual(self.rows("skipped")[7]["email"], "there@example.com")
        self.check_laws()

    def test_the_rows_of_a_stopped_run_are_unprocessed(self):
        # fmt: off
        file = self.csv("email,password,org_external_id\n"
                        "a@example.com,Planted-Pass-1,gone\nb@example.com,,\n")
        # fmt: on
        self.imports(file, code=3)
        emails = {row: cells["email"] for row, cells in self.rows("unprocessed").items()}
        self.assertEqual(emails, {1: "a@example.com", 2: "b@example.com"})
        self.assertEqual(self.rows("unprocessed")[1]["password"], "")
        self.assertEqual(self.target.effects("user"), [])
        self.check_laws(finished=False)

    def test_secret_columns_are_blank(self):
        self.import_part()
        for name in ("failed", "skipped", "unprocessed"):
            for row in self.rows(name).values():
                self.assertEqual([row["password"], row["password_hash"]], ["", ""])

    def test_columns_that_are_not_imported_are_kept(self):
        self.import_part("--full-success")
        self.assertEqual(self.rows("success")[1]["department"], "line one\nline two")
        self.assertEqual(self.rows("failed")[3]["department"], "sales")

    def test_a_column_whose_name_looks_secret_is_blank(self):
        self.import_part("--full-success")
        for name in FILES[:4]:
            self.assertNotIn("Planted", (self.run_dir() / f"{name}.csv").read_text())

    def test_a_report_is_written_through_a_link(self):
        self.sandbox()
        self.imports(self.csv("email\na@example.com\n"))
        link = self.directory / "report.txt"
        link.symlink_to("elsewhere.txt")
        self.assertEqual(self.rehome("report", "-o", link).code, 0)
        self.assertTrue(link.is_symlink())
        self.assertIn("1 created", (self.directory / "elsewhere.txt").read_text())

    def test_the_id_map_names_the_objects_of_the_target(self):
        self.import_part()
        users = {user["id"]: user for user in self.target.objects("users")}
        organizations = {it["id"]: it for it in self.target.objects("organizations")}
        memberships = {it["id"]: it for it in self.target.objects("memberships")}
        seen = {}
        for row in self.row_file("id_map"):
            seen[int(row["_row"])] = row["email"]
            user = users[row["user_id"]]
            self.assertEqual(user["email"], row["email"])
            if row["email"] != "there@example.com":
                self.assertEqual(user["external_id"], row["external_id"])
            # The user of a row that is skipped was there; nothing was made of its organization.
            if not row["org_external_id"] or row["email"] == "there@example.com":
                self.assertEqual([row["organization_id"], row["membership_id"]], ["", ""])
                continue
            organization = organizations[row["organization_id"]]
            self.assertEqual(organization["external_id"], row["org_external_id"])
            membership = memberships[row["membership_id"]]
            ends = [membership["user_id"], membership["organization_id"]]
            self.assertEqual(ends, [row["user_id"], row["organization_id"]])
        mapped = {1: "ann", 2: "bob", 4: "ann", 6: "emil"}
        for row, name in mapped.items():
            self.assertEqual(seen.get(row), f"{name}@example.com")
        self.assertEqual(set(seen) - set(mapped) - {7}, set())

    def test_the_id_map_names_the_organization_that_a_flag_chose(self):
        self.sandbox()
        file = self.csv("email,org_external_id,org_name\na@example.com,acme,Acme\n")
        self.imports(file, "--org-external-id", "zeta", "--org-name", "Zeta")
        (zeta,) = self.target.objects("organizations")
        (row,) = self.row_file("id_map")
        told = (row["org_external_id"], row["organization_id"])
        self.assertEqual(told, (zeta["external_id"], zeta["id"]))
        self.assertEqual(self.row_file("success")[0]["org_external_id"], "acme")

    def test_values_of_the_input_are_kept_as_they_are(self):
        self.imports(self.file, "--rows", "2-2", "--full-success")
        self.assertEqual(self.rows("success")[2]["first_name"], "=Bob()")
        self.assertEqual(self.rows("success")[2]["email"], "bob@example.com")

    def test_copies_for_a_spreadsheet_have_no_formula_and_can_be_retried(self):
        self.import_part("--full-success")
        copies = self.directory / "copies"
        done = self.rehome("report", "--spreadsheet-safe", copies)
        self.assertEqual(done.code, 0, done.stderr)
        said = f"copies of the row files for a spreadsheet are in {copies}\n"
        self.assertIn(said, done.stderr)
        quiet = self.rehome("report", "-q", "--spreadsheet-safe", self.directory / "more")
        self.assertEqual((quiet.code, quiet.stderr), (0, ""))
        self.assertEqual(sorted(it.stem for it in copies.iterdir()), sorted(FILES))
        for name in FILES:
            path = copies / f"{name}.csv"
            self.assertTrue(path.read_bytes().startswith(b"\xef\xbb\xbf"), name)
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            copied = harness.laws.read_csv(path)
            for row in copied:
                for cell in row.values():
                    self.assertNotRegex(cell, r"^[=+@\t\r-]", row)
            own = self.row_file(name)
            self.assertEqual(len(copied), len(own))
            changed = [{k: v.removeprefix("'") for k, v in row.items()} for row in copied]
            self.assertEqual(changed, [{k: v.removeprefix("'") for k, v in row.items()} for row in own])
        self.assertIn("'=Bob()", (copies / "failed.csv").read_text() +
                      (copies / "success.csv").read_text())  # fmt: skip
        into_itself = self.rehome("report", "--spreadsheet-safe", self.run_dir())
        self.assertEqual(into_itself.code, 2)
        self.assertIn("the run's own row files keep the cells as they are", into_itself.stderr)

    def test_only_the_owner_may_read_and_git_ignores_all(self):
        self.import_part()
        run_dir = self.run_dir()
        for directory in (self.runs_dir, run_dir):
            self.assertEqual(stat.S_IMODE(directory.stat().st_mode), 0o700, directory)
        names = {path.name for path in run_dir.iterdir()}
        expected = {f"{name}.csv" for name in FILES}
        expected |= {"run.json", "journal.db", "status.json", "events.jsonl", "summary.json"}
        self.assertLessEqual(expected, names)
        for path in run_dir.iterdir():
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
        self.assertEqual((self.runs_dir / ".gitignore").read_text().split(), ["*"])

    def test_all_files_are_there_even_if_there_is_nothing_to_tell(self):
        self.imports(self.csv("email\n"))
        for name in FILES:
            header, rows = raw(self.run_dir() / f"{name}.csv")
            self.assertTrue(header)
            self.assertEqual(rows, [])

    def test_events_are_one_json_object_a_line(self):
        self.import_part()
        lines = (self.run_dir() / "events.jsonl").read_text().splitlines()
        events = [json.loads(line) for line in lines]
        self.assertEqual(events[0]["type"], "version")
        self.assertEqual(events[0]["schema"], "1")
        self.assertIn("run_started", {event["type"] for event in events})
        self.assertEqual(events[-1]["type"], "run_ended")

    def test_a_file_that_changed_since_is_not_resumed(self):
        self.import_part()
        before = self.target.counts()
        self.file.write_text(self.file.read_text().replace("carl@", "karl@"))
        resumed = self.rehome("resume")
        self.assertEqual(resumed.code, 2, resumed.stderr)
        self.assertIn("changed", resumed.stderr)
        self.assertEqual(self.target.counts(), before)

"""Hostile values through every channel: what a terminal, a JSON document, a row file and the report
page make of them is in golden files, and none lets through what could steer a terminal.

REHOME_UPDATE_GOLDEN=1 writes the golden files anew: look at each of them before you keep it.
"""

import csv
import json
import os
import re
import unittest

import faults
import harness
import hostile
from faulty_target import FaultyTarget

GOLDEN = harness.SOURCE / "tests" / "e2e" / "golden" / "hostile"
HEADER = "email,first_name,email_verified,external_id,metadata,org_external_id,org_name,role_slugs"
MIB = 1 << 20
# What differs from run to run, and what stands for it in a golden file.
VARIABLE = [
    (r"\b(user|org|om)_01[0-9A-Z]{24}\b", r"\1_ID"),
    (r"\d{8}-\d{6}-[0-9a-f]{4}", "RUN"),
    (r"\bRUN\.\d+-\d+\b", "REQUEST"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "UUID"),
    (r"http://127\.0\.0\.1:\d{4,}", "URL"),
]
VALUES = list(hostile.VALUES.values())

csv.field_size_limit(2 * MIB)


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


def record(**fields):
    return ",".join(quoted(fields.get(name, "")) for name in HEADER.split(","))


class Case(faults.Case):
    clock_rate = 1
    maxDiff = None

    def plain(self, text):
        """Without what differs from run to run."""
        text = text.replace(str(self.directory), "DIR")
        for pattern, word in VARIABLE:
            text = re.sub(pattern, word, text)
        return text

    def assert_golden(self, name, text):
        path = GOLDEN / name
        text = self.plain(text)
        if os.environ.get("REHOME_UPDATE_GOLDEN"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        self.assertTrue(path.exists(), f"{path} is missing: REHOME_UPDATE_GOLDEN=1 writes it")
        # In pieces, so that a difference can be read; not splitlines, values hold ends of lines.
        self.assertEqual(text.split("\n"), path.read_bytes().decode().split("\n"))

    def assert_harmless(self, text):
        self.assertEqual(hostile.steering(text), [])

    def block_of(self, page):
        """The figures of a report page, as text."""
        return page.split('id="data">', 1)[1].split("</script>", 1)[0]

    def assert_harmless_page(self, page):
        self.assert_harmless(page)
        # The page's own two scripts, and its one style.
        self.assertEqual(len(re.findall("(?i)<script", page)), 2)
        self.assertEqual(len(re.findall("(?i)</script", page)), 2)
        self.assertEqual(len(re.findall("(?i)<style", page)), 1)
        self.assertNotRegex(page, "<img|<svg on|<!--|]]>")
        self.assertNotRegex(self.block_of(page), "[<>&]")
        # No value has become an attribute: the page itself has none that is called like that.
        for tag in re.findall(r"<[a-z][^>]*>", page):
            self.assertNotRegex(tag, r"\son[a-z]+\s*=|autofocus|javascript:")


class OfTheFile(Case):
    def hostile_csv(self):
        """Each value as names, organization and metadata of a good row, and where it is wrong."""
        lines = [HEADER]
        for number, value in enumerate(VALUES):
            note = json.dumps({"note": value})
            lines += [
                record(email=f"good{number}@example.com", first_name=value, metadata=note,
                       external_id=f"g-{number}", org_external_id=f"o-{number}", org_name=value),
                record(email=value),
                record(email=f"flag{number}@example.com", email_verified=value),
                record(email=f"id{number}@example.com", external_id=value),
                record(email=f"meta{number}@example.com", metadata=value),
                record(email=f"role{number}@example.com", org_external_id="o-0", role_slugs=value),
            ]  # fmt: skip
        return self.csv("\n".join(lines) + "\n")

    def test_there_are_more_than_sixty(self):
        self.assertGreater(len(set(VALUES)), 60)

    def test_checked_offline(self):
        file = self.hostile_csv()
        done = self.rehome("validate", file)
        self.assert_harmless(done.stdout + done.stderr)
        # What to do quotes nothing of a row.
        told = [line for line in done.stdout.split("\n") if not line.startswith("    fix: ")]
        self.assert_golden("validate.txt", "\n".join(told))
        done = self.rehome("validate", file, "--format", "json")
        self.assert_harmless(done.stdout)
        self.assert_golden("validate.jsonl", done.stdout)
        for line in done.stdout.strip().split("\n"):
            json.loads(line)
        done = self.rehome("validate", file, "--format", "sarif")
        self.assert_harmless(done.stdout)
        json.loads(done.stdout)

    def test_imported(self):
        self.sandbox()
        file = self.hostile_csv()
        done = self.imports(file, "--rate", "none", "--max-failures", "100%", "--json", code=1)
        self.assert_harmless(done.stdout + done.stderr)
        for line in done.stdout.strip().split("\n"):
            json.loads(line)
        self.assert_bytes_reached_the_target()
        report = self.rehome("report")
        self.assert_harmless(report.stdout)
        self.assert_golden("report.txt", report.stdout[report.stdout.index("Errors in") :]
                           .split("\nOrganization cache")[0])  # fmt: skip
        groups = json.loads(self.rehome("report", "--format", "json").stdout)
        self.assert_golden("report.json", json.dumps(
            {name: groups[name] for name in ("errors", "warnings")}, indent=1) + "\n")  # fmt: skip
        self.assert_row_files(file)
        page = self.rehome("report", "--format", "html").stdout
        self.assert_harmless_page(page)
        figures = json.loads(self.block_of(page))
        shown = [figures["rows"], [row[:3] for row in figures["organizations"]]]
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for rows in shown for row in rows)
        self.assert_golden("page_rows.jsonl", lines + "\n")
        problems = page[page.index('<section id="problems"') : page.index('<section id="over-time"')]
        self.assert_golden("page_problems.html", problems)
        for name in ("status", "runs"):
            for flags in ((), ("--json",)):
                self.assert_harmless(self.rehome(name, *flags).stdout)

    def test_half_a_pair_of_surrogates_is_no_text(self):
        file = self.csv("email,metadata\n" + "".join(
            f"u{number}@example.com,{quoted(text)}\n" for number, text in enumerate(
                ('{"note":"\\ud800"}', '{"note":"\\udc00\\ud800"}', '{"\\udfff":"x"}'))))  # fmt: skip
        done = self.rehome("validate", file)
        self.assertEqual(done.code, 1)
        self.assertEqual(done.stdout.count("a string holds an escape that means nothing"), 3)

    def test_the_name_of_the_file(self):
        self.sandbox()
        file = self.csv("email\na@example.com\n", name="a\x9b31m\u202eb\x7f\u2028\x1b[2J.csv")
        done = self.imports(file, "--json")
        self.assert_harmless(done.stdout + done.stderr)
        # fmt: off
        for command in (("runs",), ("runs", "--json"), ("report",), ("report", "--format", "json"),
                        ("status", "--json"), ("validate", file, "--format", "json"),
                        ("validate", file, "--format", "sarif")):
            # fmt: on
            with self.subTest(command):
                self.assert_harmless(self.rehome(*command).stdout)
        told = json.loads(self.rehome("report", "--format", "json").stdout)
        self.assertEqual(told["run"]["file"], str(file))

    def assert_bytes_reached_the_target(self):
        users = {user["external_id"]: user for user in self.target.objects("users")}
        organizations = {it["external_id"]: it for it in self.target.objects("organizations")}
        for number, (name, value) in enumerate(hostile.VALUES.items()):
            with self.subTest(name):
                user = users[f"g-{number}"]
                self.assertEqual(user["first_name"], value)
                self.assertEqual(user["metadata"]["note"], value)
                self.assertIn(organizations[f"o-{number}"]["name"], (value, value.strip()))

    def assert_row_files(self, file):
        """The columns of the input are as they were, to the byte; ours let nothing through."""
        source = harness.laws.read_csv(file)
        for name in ("failed", "success"):
            for row in self.row_file(name):
                ours = {key: text for key, text in row.items() if key.startswith("_")}
                self.assert_harmless("".join(ours.values()))
                self.assertFalse([text for text in ours.values() if text[:1] in ("=", "+", "@")])
                for key, text in row.items():
                    if not key.startswith("_"):
                        self.assertEqual(text, source[int(row["_row"]) - 1][key], row["_row"])
        text = (self.run_dir() / "failed.csv").read_bytes().decode()
        self.assert_golden("failed_csv.txt", hostile.visible(text))


class OfTheTarget(Case):
    """Whatever the target answers, in the words of a refusal."""

    def environment(self, **more):
        between = {"REHOME_ENDPOINT": self.between.url} if self.target else {}
        return super().environment(**{**between, **more})

    def refused(self, answer):
        sandbox = self.sandbox()

        def fault(method, path, body, _):
            if method != "POST" or path != "/user_management/users":
                return None
            return answer(int(json.loads(body)["email"].split("@")[0][1:]))

        self.between = FaultyTarget(sandbox, fault)
        self.addCleanup(self.between.stop)
        return self.csv("email\n" + "".join(f"u{it}@example.com\n" for it in range(len(VALUES))))

    def test_words_and_codes(self):
        def answer(number):
            value = VALUES[number]
            return 422, json.dumps({"message": value, "code": value, "error": value,
                                    "errors": [{"code": value, "message": value}]},
                                   ensure_ascii=False)  # fmt: skip

        file = self.refused(answer)
        done = self.imports(file, "--rate", "none", "--max-failures", "100%", "--json", code=1)
        self.assert_harmless(done.stdout + done.stderr)
        rows = self.row_file("failed")
        self.assertEqual(len(rows), len(VALUES))
        for row in rows:
            self.assert_harmless("".join(row.values()))
            self.assertFalse([text for text in row.values() if text[:1] in ("=", "+", "@", "\t")])
        told = [f"{name}: {row['_message']} [{row['_provider_code']}]"
                for name, row in zip(hostile.VALUES, rows, strict=True)]  # fmt: skip
        self.assert_golden("words_csv.txt", "\n".join(told) + "\n")
        page = self.rehome("report", "--format", "html").stdout
        self.assert_harmless_page(page)
        lines = [json.dumps(row, ensure_ascii=False)
                 for row in json.loads(self.block_of(page))["rows"]]  # fmt: skip
        self.assert_golden("words_page.jsonl", "\n".join(lines) + "\n")

    def test_each_word_on_a_terminal(self):
        """A group shows the first of its words: as many runs as values."""
        told = []
        for number, name in enumerate(hostile.VALUES):
            value = VALUES[number]
            body = json.dumps({"message": value, "code": "refused"}, ensure_ascii=False)
            if number == 0:
                self.refused(lambda _: (422, self.body))
            self.body = body
            self.runs_dir = self.directory / f"runs{number}"
            file = self.csv("email\nu0@example.com\n")
            done = self.imports(file, "--rate", "none", "--no-verify", code=1)
            self.assert_harmless(done.stderr)
            shown = done.stderr[done.stderr.index("        target: ") :]
            told.append(f"{name}\n" + shown.split("\nrehome explain")[0].rstrip("\n"))
        self.assert_golden("words_terminal.txt", "\n".join(told) + "\n")

    def test_ids_that_are_none_are_not_taken(self):
        def answer(number):
            user = {"object": "user", "id": VALUES[number], "email": f"u{number}@example.com"}
            return 201, json.dumps(user, ensure_ascii=False)

        done = self.imports(self.refused(answer), "--rate", "none", code=3)
        self.assert_harmless(done.stderr)
        self.assert_harmless((self.run_dir() / "events.jsonl").read_text())
        self.assertEqual(self.row_file("id_map"), [])


class Long(Case):
    """A field of a MiB: whole where it is data, cut where it is shown."""

    def test_fields_of_a_mebibyte(self):
        self.sandbox()
        long = "\x1b[2J=<b>\u202e" * (MIB // 11 - 1)
        # With its quotation marks, which count.
        long += "x" * (MIB - len(quoted(long).encode()))
        lines = [HEADER, record(email=long), record(email="a@example.com", email_verified=long),
                 record(email="b@example.com", metadata=long),
                 record(email="c@example.com", external_id=long)]  # fmt: skip
        file = self.csv("\n".join(lines) + "\n")
        for command in (("validate", file), ("validate", file, "--format", "json")):
            done = self.rehome(*command)
            self.assert_harmless(done.stdout + done.stderr)
            self.assertLess(len(done.stdout + done.stderr), 20_000)
        done = self.imports(file, "--rate", "none", "--max-failures", "100%", code=1)
        self.assert_harmless(done.stderr)
        self.assertLess(len(done.stderr), 20_000)
        self.assertEqual([row["email"] for row in self.row_file("failed")][0], long)
        self.assertEqual(self.row_file("failed")[1]["email_verified"], long)
        for row in self.row_file("failed"):
            self.assertLess(len(row["_message"]), 2000)
        page = self.rehome("report", "--format", "html").stdout
        self.assert_harmless(page)
        self.assertLess(len(page), 300_000)
        file = self.csv("\n".join([HEADER, record(email=long + "x")]) + "\n", name="longer.csv")
        done = self.rehome("import", file, "--yes")
        self.assertEqual(done.code, 2)
        self.assert_harmless(done.stderr)
        self.assertLess(len(done.stderr), 2000)


if __name__ == "__main__":
    unittest.main()

"""Input and surroundings that an import cannot take: each is told in one sentence, with its exit
code, and where that is 2 nothing was written, neither here nor there."""

import os
import socket
import subprocess
import threading
import unittest

import faults
import harness

ONE = "email\na@example.com\n"


class Refused(faults.Case):
    """Exit 2: usage, configuration or input."""

    def refused(self, *arguments, says, **environment):
        """Runs a command that must say exactly this, and write nothing."""
        if self.target is None:
            self.sandbox()
        done = self.rehome(*arguments, **environment)
        self.assertEqual((done.code, done.stdout), (2, ""), done.stderr)
        self.assertEqual(done.stderr, f"rehome: {says}\n")
        self.assert_nothing_written()

    def refused_file(self, content, says):
        file = self.csv(content)
        self.refused("import", file, "--yes", says=says.replace("FILE", str(file)))

    def test_missing_email_column(self):
        self.refused_file(
            "name\nAnn\n",
            'FILE:1: the header has no column "email": add it, or name the column that holds the '
            "e-mail with --map 'NAME=email'",
        )

    def test_lookalike_column(self):
        self.refused_file(
            "e-mail\na@example.com\n",
            'FILE:1: the column "e-mail" looks like "email": rename it with --map '
            "'e-mail=email' or leave it out with --ignore-column 'e-mail'",
        )

    def test_row_file_of_an_earlier_run(self):
        file = self.csv("email,_row\na@example.com,1\n")
        done = self.rehome("import", file, "--yes")
        self.assertEqual(done.code, 2)
        self.assertTrue(
            done.stderr.startswith(
                f"rehome: {file}:1: the column _row shows that this is one of rehome's own row "
                "files, whose secrets are blanked: "
            ),
            done.stderr,
        )
        self.assert_nothing_written()

    def test_unclosed_quote_names_its_starting_line(self):
        self.refused_file(
            'email,first_name\na@example.com,A\nb@example.com,"B\nc@example.com,C\n',
            "FILE:3: a quotation mark in the field that begins at byte 47 is never closed: add the "
            "closing one",
        )

    def test_organizations_that_rows_cannot_name(self):
        """No organization is made for a row that is rejected for its organization."""
        self.sandbox()
        # fmt: off
        file = self.csv(
            "email,org_id,org_external_id,org_name\n"
            "a@example.com,org_bad!,,\nb@example.com,org_,,\nc@example.com,org_01ABC DEF,,\n"
            'd@example.com,,"ac\nme",Acme\ne@example.com,,zeta,Zeta\n')
        # fmt: on
        done = self.imports(file, code=1)
        self.assert_rows(read=5, created=1, rejected=4)
        made = [each["external_id"] for each in self.target.objects("organizations")]
        self.assertEqual(made, ["zeta"], done.stderr)
        self.assertEqual(self.target.counts()["users"], 1)
        self.check_laws()

    def test_organizations_for_all_rows_that_none_can_name(self):
        # fmt: off
        self.refused(
            "import", self.csv(ONE), "--yes", "--org-id", "org_bad!",
            says='--org-id wants org_ with letters and digits behind it, not "org_bad!"')
        self.refused(
            "import", self.csv(ONE), "--yes", "--org-external-id", "ac\nme", "--org-name", "Acme",
            says="--org-external-id wants 1 to 128 characters of printable ASCII, not "
            '"ac\\x0ame"')
        # fmt: on

    def test_empty_file(self):
        self.refused_file("", 'FILE: is empty: it needs a header line with the column "email"')

    def test_a_file_of_a_header_is_imported_with_a_warning(self):
        self.sandbox()
        said = "warning: the file has no rows: there is only a header, and nothing to import\n"
        for flags in (("--yes",), ("--dry-run", "--offline")):
            done = self.rehome("import", self.csv("email,org_name\n"), *flags)
            self.assertEqual((done.code, done.stderr.count(said)), (0, 1), done.stderr)

    def test_nul_byte(self):
        self.refused_file(
            b"email\na\0b@example.com\n",
            "FILE:2: byte 7 is NUL, which no text file holds: save the file as UTF-8 CSV",
        )

    def test_invalid_utf8(self):
        self.refused_file(
            b"email,first_name\na@example.com,Andr\xff\n",
            "FILE:2: byte 35 is not valid UTF-8: save the file as UTF-8 CSV",
        )

    def test_utf16(self):
        self.refused_file(
            ONE.encode("utf-16"), "FILE:1: byte 0 begins UTF-16: save the file as UTF-8 CSV"
        )

    def test_missing_file(self):
        path = self.directory / "none.csv"
        self.refused("import", path, "--yes", says=f"cannot open {path}: No such file or directory")

    def test_directory(self):
        path = self.directory
        says = f"{path}: is a directory: name the CSV file in it"
        self.refused("import", path, "--yes", says=says)

    def test_fifo(self):
        path = self.directory / "fifo"
        os.mkfifo(path)
        self.refused(
            *("import", path, "--yes"),
            says=f"{path}: is a pipe, but the file is read twice and hashed: save it and name that "
            "file",
        )

    def test_standard_input_by_its_path(self):
        self.sandbox()
        # fmt: off
        done = subprocess.run(
            [harness.binary(), "import", "/dev/stdin", "--yes"], input=ONE, text=True,
            capture_output=True, env=self.environment(), timeout=60, check=False)
        # fmt: on
        self.assertEqual(done.returncode, 2)
        self.assertEqual(
            done.stderr,
            "rehome: /dev/stdin: is a pipe, but the file is read twice and hashed: save it and "
            "name that file\n",
        )
        self.assert_nothing_written()

    def test_standard_input_as_a_dash(self):
        says = "-: is standard input, but the file is read twice and hashed: save it and name that"
        self.refused("import", "-", "--yes", says=says + " file")

    def test_validate_of_a_dash(self):
        says = "-: is standard input, but the file is read twice and hashed: save it and name that"
        self.refused("validate", "-", says=says + " file")

    def test_unreadable_file(self):
        self.sandbox()
        file = self.csv(ONE)
        file.chmod(0)
        command = [harness.binary(), "import", str(file), "--yes"]
        if faults.is_root():
            # Nothing is unreadable to root, and only root may become somebody else.
            self.directory.chmod(0o755)
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        # fmt: off
        done = subprocess.run(
            command, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=60, check=False)
        # fmt: on
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr, f"rehome: cannot open {file}: Permission denied\n")
        self.assert_nothing_written()

    def test_misspelt_flag_imports_nothing(self):
        says = 'unknown flag "--dry-runn" of `rehome import`; did you mean --dry-run?'
        self.refused("import", self.csv(ONE), "--dry-runn", "--yes", says=says)

    def test_misspelt_command(self):
        self.refused("imprt", self.csv(ONE), says='unknown command "imprt"; did you mean import?')

    def test_the_incumbents_csv_flag(self):
        says = "--csv is not a flag of `rehome import`: give the file as an argument: rehome "
        self.refused("import", "--csv", self.csv(ONE), "--yes", says=says + "import FILE")

    def test_a_key_on_the_command_line(self):
        says = (
            "--api-key is not a flag of `rehome import`: a key in the command line can be seen by "
            "others: use --api-key-file or WORKOS_SECRET_KEY"
        )
        self.refused("import", self.csv(ONE), "--yes", "--api-key", "sk_test_default", says=says)

    def test_no_key(self):
        says = (
            "there is no API key: set WORKOS_SECRET_KEY (or WORKOS_API_KEY), or give --api-key-file"
        )
        self.refused("import", self.csv(ONE), "--yes", says=says, WORKOS_SECRET_KEY="")

    def test_a_key_that_no_header_can_carry(self):
        says = (
            "the API key holds a line break or another character that no key has; check where it "
            "comes from (--api-key-file, WORKOS_SECRET_KEY, WORKOS_API_KEY)"
        )
        file = self.csv(ONE)
        self.refused("import", file, "--yes", says=says, WORKOS_SECRET_KEY="sk_test\x07")
        key_file = self.directory / "key"
        key_file.write_text("sk_test\nsecond line\n")
        key_file.chmod(0o600)
        self.refused("import", file, "--yes", "--api-key-file", key_file, says=says)

    def test_certificates_that_are_not_there(self):
        missing = self.directory / "ca.pem"
        says = f"certificates: cannot open {missing}: No such file or directory"
        self.refused("import", self.csv(ONE), "--yes", "--ca-file", "ca.pem", says=says)

    def test_no_command(self):
        self.sandbox()
        done = harness.Running([], self.environment(), self.directory).wait()
        self.assertEqual(done.code, 2)
        self.assertEqual(done.stderr, "rehome: a command is missing; see rehome --help\n")

    def test_without_yes_and_terminal_the_plan_and_the_command_are_shown(self):
        self.sandbox()
        file = self.csv(ONE)
        done = self.rehome("import", file)
        self.assertEqual((done.code, done.stdout), (2, ""))
        self.assertIn("to make       1 row: up to 0 organizations, 1 user, 0 memberships\n",
                      done.stderr)  # fmt: skip
        self.assertTrue(
            done.stderr.endswith(
                "nothing was written; to import, run:\n"
                f"  rehome import {file} --clock-rate {self.clock_rate} --yes\n"
            ),
            done.stderr,
        )
        self.assert_nothing_written()


class Rejected(faults.Case):
    def test_a_ragged_row_is_one_rejected_row(self):
        self.sandbox()
        file = self.csv("email,first_name\na@example.com,A\nb@example.com\nc@example.com,C\n")
        self.imports(file, code=1)
        self.assert_rows(read=3, created=2, rejected=1)
        failed = self.row_file("failed")
        told = [(row["_row"], row["_line"], row["_code"], row["_message"]) for row in failed]
        says = "the record has more or fewer fields than the header"
        self.assertEqual(len(told), 1)
        self.assertEqual(told[0][:3], ("2", "3", "csv_field_count"))
        self.assertTrue(told[0][3].startswith(says) or "1 field where" in told[0][3], told[0][3])
        self.assertEqual(self.target.counts()["users"], 2)
        self.check_laws()


class Unanswered(faults.Case):
    """Exit 4: the target is there but refuses, or is not there."""

    def test_a_wrong_key_costs_one_request_and_says_where_it_came_from(self):
        self.sandbox()
        file = self.csv("email\n" + "".join(f"user{n}@example.com\n" for n in range(100)))
        done = self.imports(file, code=4, WORKOS_SECRET_KEY="sk_test_wrong")
        self.assertIn(
            '\nrehome: the target refused the API key (HTTP 401, "Unauthorized"); the key came '
            "from WORKOS_SECRET_KEY: put the right key there and run the import again\n",
            done.stderr,
        )
        self.assertTrue(
            done.stderr.endswith("\nNext: mend that, then run the import again.\n"), done.stderr
        )
        self.assertIn("then run the import again\n", self.rehome("status").stdout)
        self.assertNotIn("sk_test_wrong", done.stderr)
        self.assertEqual(self.target.counts()["requests"], 1)
        self.assertEqual(self.target.counts()["users"], 0)
        self.imports(file)
        self.assertEqual(self.target.counts()["users"], 100)
        done = self.rehome("resume")
        self.assertEqual(done.code, 0, done.stderr)
        self.assertIn("nothing is left to do", done.stderr)

    def test_a_key_that_is_refused_later_names_the_target_to_resume(self):
        self.sandbox()
        file = self.csv("email\n" + "".join(f"user{n}@example.com\n" for n in range(20)))
        self.imports(file, "--limit", 10)
        name = self.summary()["run"]["target_name"]
        done = self.rehome("resume", "--target", name, WORKOS_SECRET_KEY="sk_test_revoked")
        self.assertEqual(done.code, 4, done.stderr)
        self.assertIn(
            "put a valid key of this environment there, then resume; if it is another key than "
            f"before, with --target {name}, which says that its environment is the same\n",
            done.stderr,
        )
        self.assertIn("\nNext: rehome resume ", done.stderr)
        self.assertEqual(self.rehome("resume", "--target", name).code, 0)
        self.assertEqual(self.target.counts()["users"], 20)

    def test_a_closed_port_is_tried_five_times(self):
        done = self.import_into(self.closed_port())
        self.assertRegex(
            done.stderr,
            r"\nrehome: 127\.0\.0\.1:\d+: Failed to connect to 127\.0\.0\.1 port \d+ after \d+ ms: "
            r"Couldn't connect to server; the target has not answered anything yet: check "
            r"--endpoint and the network, then resume; for another endpoint import again\n",
        )
        self.assertTrue(
            done.stderr.endswith("\nNext: mend that, then run the import again.\n"), done.stderr
        )
        other = f"http://127.0.0.1:{self.closed_port()}"
        done = self.rehome("resume", "--endpoint", other)
        self.assertEqual(done.code, 2, done.stderr)
        self.assertTrue(
            done.stderr.endswith(
                f"to import into the other one, run the import again with --endpoint {other}\n"
            ),
            done.stderr,
        )

    def test_a_port_that_never_answers_ends_the_run(self):
        tried = []
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        done = self.import_into(listener.getsockname()[1])
        listener.settimeout(0.1)
        try:
            while True:
                tried.append(listener.accept()[0])
        except TimeoutError:
            pass
        for connection in tried:
            connection.close()
        self.assertGreaterEqual(len(tried), 1)
        self.assertLessEqual(len(tried), 5)
        self.assertIn("the target has not answered anything yet: check", done.stderr)

    def test_a_port_that_hangs_up_is_tried_five_times(self):
        # Five tries with their back-offs are to end before the 25 s that tries may take.
        self.clock_rate = 5
        listener = socket.create_server(("127.0.0.1", 0))
        tried = []

        def hang_up():
            try:
                while True:
                    connection = listener.accept()[0]
                    connection.recv(1 << 16)
                    connection.close()
                    tried.append(1)
            except OSError:
                pass

        thread = threading.Thread(target=hang_up)
        thread.start()
        try:
            self.import_into(listener.getsockname()[1])
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()
        self.assertEqual(len(tried), 5)

    def import_into(self, port):
        """An import into a target that cannot answer; then the same into one that can."""
        file = self.csv(ONE)
        # fmt: off
        done = self.rehome(
            "import", file, "--yes", "--endpoint", f"http://127.0.0.1:{port}", "--clock-rate",
            self.clock_rate)
        # fmt: on
        self.assertEqual(done.code, 4, done.stderr)
        self.assertLess(done.seconds, 30 / self.clock_rate + 5)
        self.assertEqual(self.summary()["rows"]["unprocessed"], 1)
        return done

    def closed_port(self):
        """A port on which nobody listens, kept so that nobody else can."""
        kept = socket.socket()
        self.addCleanup(kept.close)
        kept.bind(("127.0.0.1", 0))
        return kept.getsockname()[1]


if __name__ == "__main__":
    unittest.main()

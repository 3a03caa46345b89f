"""Nothing secret leaves the input file and the environment, but over the wire."""

import html
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import harness

KEY = "sk_test_planted_key_0123456789"
GOOD_PASSWORD = "Planted-Password-77"
SHORT_PASSWORD = 'Pl4"ted\\9'  # the sandbox refuses fewer than 10 characters
REJECTED_PASSWORD = "Planted-In-A-Rejected-Row"
RAGGED_PASSWORD = "Planted-In-A-Ragged-Row"
HASH = "$2a$10$h8wZPR/PyqyBHaH0g0qKRuet9IoVjaVaH/1OxfotVh6tLHx4Akyc2"
BAD_HASH = "$2a$10$Planted-hash-that-is-none"
SECRETS = [KEY, GOOD_PASSWORD, SHORT_PASSWORD, REJECTED_PASSWORD, RAGGED_PASSWORD, HASH, BAD_HASH]

HEADER = "email,email_verified,password,password_hash,password_hash_type,org_external_id,org_name"
ROWS = [
    f"good@example.com,true,{GOOD_PASSWORD},,,acme,Acme",
    'short@example.com,true,"' + SHORT_PASSWORD.replace('"', '""') + '",,,acme,Acme',
    f"rejected@example.com,perhaps,{REJECTED_PASSWORD},,,acme,Acme",
    f"ragged@example.com,true,{RAGGED_PASSWORD},,,acme,Acme,one,too,many",
    f"hashed@example.com,true,,{HASH},bcrypt,acme,Acme",
    f"unhashed@example.com,true,,{BAD_HASH},bcrypt,acme,Acme",
    f"both@example.com,true,{REJECTED_PASSWORD},{HASH},bcrypt,acme,Acme",
    f"untyped@example.com,true,,{HASH},,acme,Acme",
    f"good@example.com,true,{REJECTED_PASSWORD},,,beta,Beta",
]


def forms_of(secret):
    """A secret as it is, in JSON, in CSV and in HTML."""
    forms = {secret, json.dumps(secret)[1:-1], secret.replace('"', '""'), html.escape(secret)}
    return [form.encode() for form in forms]


class Secrets(harness.Case):
    def assert_no_secret(self, content, where):
        for secret in SECRETS:
            for form in forms_of(secret):
                self.assertNotIn(form, content, f"{where} holds {secret}")

    def assert_none_in_files(self):
        files = [path for path in self.runs_dir.rglob("*") if path.is_file()]
        files += [path for path in (self.directory / "locks").iterdir()]
        for path in files:
            try:
                self.assert_no_secret(path.read_bytes(), path)
            except FileNotFoundError:
                pass  # a temporary file that was renamed meanwhile
        return files

    def assert_none_said(self, done):
        self.assert_no_secret(done.stdout.encode(), "stdout")
        self.assert_no_secret(done.stderr.encode(), "stderr")

    def watch(self, running, sent):
        """Looks at what others can see of a living process, from its first request on."""
        looks = 0
        while running.poll() is None:
            if sent():
                for name in ("cmdline", "environ"):
                    try:
                        content = Path(f"/proc/{running.pid}/{name}").read_bytes()
                    except OSError:
                        return looks  # it has just ended
                    self.assert_no_secret(content, name)
                self.assert_none_in_files()
                looks += 1
            time.sleep(0.01)
        return looks


class OnTheSandbox(Secrets):
    def import_all(self, *flags, **environment):
        # 200 ms for each answer: long enough to look at the living process.
        self.sandbox(latency="200", key=KEY)
        file = self.csv("\n".join([HEADER, *ROWS]) + "\n")
        environment = {"WORKOS_SECRET_KEY": KEY, **environment}
        running = self.start("import", file, "--yes", *flags, **environment)
        looks = self.watch(running, lambda: self.target.counts()["requests"])
        self.assertGreater(looks, 3)
        done = running.wait()
        self.assertEqual(done.code, 1, done.stderr)
        self.assert_none_said(done)
        names = {path.name for path in self.assert_none_in_files()}
        written = {"journal.db", "events.jsonl", "failed.csv", "run.json", "report.html"}
        self.assertLessEqual(written, names)
        failed = {row["email"]: row["_code"] for row in self.row_file("failed") if "email" in row}
        self.assertEqual(failed["short@example.com"], "password_refused")
        self.assertEqual(len(failed), 6)
        kinds = {it["email"]: it.get("password") for it in self.target.objects("users")}
        # They did arrive where they belong.
        self.assertEqual(kinds, {"good@example.com": "password", "hashed@example.com": "bcrypt"})
        page = ["report", "--format", "html"]
        commands = [["report"], ["report", "--format", "json"], page, [*page, "--share"]]
        for command in (*commands, ["status"], ["runs"]):
            told = self.rehome(*command)
            self.assertEqual(told.code, 0, told.stderr)
            self.assert_none_said(told)
        self.check_laws()

    def test_none_with_the_plain_report(self):
        self.import_all()

    def test_none_with_everything_said(self):
        self.import_all("-v", "--json", "--full-success")

    def test_none_with_the_key_in_a_file(self):
        key_file = self.directory / "key"
        key_file.write_text(KEY + "\n")
        key_file.chmod(0o600)
        self.import_all("-v", "--api-key-file", key_file, WORKOS_SECRET_KEY=None)

    def test_none_in_a_validation_and_a_dry_run(self):
        file = self.csv("\n".join([HEADER, *ROWS]) + "\n")
        for flags in (["-v"], ["--json"]):
            self.assert_none_said(self.rehome("import", file, "--dry-run", "--offline", *flags))
        for form in ("text", "json", "sarif"):
            self.assert_none_said(self.rehome("validate", file, "--format", form))


class EveryCommand(Secrets):
    """Also a column that rehome does not know, and whose name says what it holds."""

    def setUp(self):
        super().setUp()
        self.sandbox(key=KEY)
        salt = "Planted-Salt-1"
        rows = [f"{row},{salt}" for row in ROWS if "too,many" not in row]
        lines = [f"{HEADER},old_pw_salt", *rows, ROWS[3]]
        self.file = self.csv("\n".join(lines) + "\n")
        self.salt = salt.encode()
        self.said = set()

    def assert_no_secret(self, content, where):
        super().assert_no_secret(content, where)
        self.assertNotIn(self.salt, content, where)

    def say(self, *arguments, codes=(0,)):
        """Runs a command with everything told, and looks at all that it wrote."""
        done = self.rehome(*arguments, WORKOS_SECRET_KEY=KEY)
        self.assertIn(done.code, codes, f"{arguments}\n{done.stderr}")
        self.assert_none_said(done)
        self.assert_none_in_files()
        words = [str(word) for word in arguments[:2]]
        self.said |= {words[0], "-".join(words)}
        return done

    def test_the_command_at_the_end_of_a_run_is_kept_nowhere(self):
        """It may have a token in it, and the lock file can be read by everybody."""
        token = "Planted-Hook-Token"
        hook = f"test {token} = {token}"
        shown = self.rehome("import", self.file, "--on-finish", hook, WORKOS_SECRET_KEY=KEY)
        self.assertIn(token, shown.stderr)  # the command to type
        for form in (("--on-finish", hook), (f"--on-finish={hook}",)):
            # fmt: off
            done = self.rehome("import", self.file, "--yes", "--new-run", "--no-verify", *form,
                               WORKOS_SECRET_KEY=KEY)
            # fmt: on
            self.assertEqual(done.code, 1, done.stderr)
            for path in self.assert_none_in_files():
                self.assertNotIn(token.encode(), path.read_bytes(), path)
        [command] = {json.loads((it / "run.json").read_text())["command"].split(" --")[0]
                     for it in self.runs_dir.iterdir() if (it / "run.json").exists()}  # fmt: skip
        self.assertIn("rehome import", command)

    def test_no_command_tells_a_secret_of_any_column(self):
        file = self.file
        for form in ("text", "json", "sarif"):
            self.say("validate", file, "--format", form, codes=(1,))
        # The copy is an input like the file, with its secrets, for its owner alone.
        copy = self.directory / "copy.csv"
        self.say("validate", file, "--fix", copy, codes=(1,))
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.say("import", file, "--dry-run", "--offline", codes=(1,))
        self.say("import", file, "--dry-run", "-v", codes=(1,))
        self.say("import", file, codes=(2,))
        self.say("import", file, "--yes", "--limit", 2, "-v", "--json", codes=(1,))
        self.say("resume", "-v", codes=(1,))
        edited = self.run_dir() / "failed.csv"
        self.say("retry", "--yes", "--edited", edited, "-v", codes=(1,))
        # A secret that somebody types into the row file is refused, and not repeated.
        edited.write_text(edited.read_text().replace("example.com,true,,", f"example.com,true,{HASH},"))
        self.assertIn(HASH, edited.read_text())
        done = self.rehome("retry", "--edited", edited, WORKOS_SECRET_KEY=KEY)
        self.assertEqual(done.code, 2)
        self.assert_none_said(done)
        edited.unlink()
        self.say("retry", "--drop-passwords", "--json", codes=(1,))
        self.say("verify", "-v")
        copies = self.directory / "copies"
        for flags in ((), ("--format", "json"), ("--format", "html"),
                      ("--format", "html", "--share"), ("--spreadsheet-safe", copies)):  # fmt: skip
            self.say("report", *flags)
        for path in copies.iterdir():
            self.assert_no_secret(path.read_bytes(), path)
        self.say("runs", "--json")
        self.say("status", "--json")
        self.say("ctl", "status", codes=(2,))
        self.say("rehearse", file, "--no-verify", "-v", codes=(1,))
        self.say("lock", "status", "--json")
        self.say("lock", "check")
        self.say("lock", "release", self.run_dir().name)
        self.say("explain", "password_refused")
        self.say("completion", "bash")
        self.say("man")
        # What it serves is looked at by the tests above: its record has digests only.
        self.say("sandbox", "--port", "no", codes=(2,))
        commands = {path.stem for path in (harness.SOURCE / "docs" / "help").glob("*.txt")}
        self.assertEqual(commands - self.said, {"rehome", "lock"} - self.said)


class Repeating(BaseHTTPRequestHandler):
    """A target that repeats in its error whatever it was sent."""

    protocol_version = "HTTP/1.1"
    status = 400

    def do_GET(self):
        self.answer(404, {"code": "entity_not_found", "message": "none"})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = json.loads(body)
        password = said.get("password") or said.get("password_hash") or ""
        words = f"refused {password} of {body} with {self.headers['Authorization']}"
        error = {"code": "password_strength_error", "message": words}
        self.answer(self.status, {**error, "errors": [{**error, "field": password}]})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class OnARepeatingTarget(Secrets):
    def import_over(self, status, *flags, code):
        handler = type("Handler", (Repeating,), {"status": status})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.shutdown)
        rows = [row.rsplit(",", 2)[0] + ",," for row in (ROWS[0], ROWS[1], ROWS[4])]
        file = self.csv("\n".join([HEADER, *rows]) + "\n")
        # fmt: off
        done = self.rehome("import", file, "--yes", "-v", "--json", *flags, WORKOS_SECRET_KEY=KEY,
                           REHOME_ENDPOINT=f"http://127.0.0.1:{server.server_address[1]}")
        # fmt: on
        self.assertEqual(done.code, code, done.stderr)
        self.assert_none_said(done)
        self.assert_none_in_files()
        self.assert_none_said(self.rehome("report"))
        return done

    def test_none_in_the_words_of_a_refusal(self):
        done = self.import_over(400, code=1)
        self.assertIn("refused [masked]", done.stderr)

    def test_none_in_the_words_of_an_answer_that_ends_the_run(self):
        for status in (401, 403, 307):
            with self.subTest(status=status):
                self.runs_dir = self.directory / f"runs-{status}"
                done = self.import_over(status, code=4)
                self.assertIn(f"(HTTP {status})", done.stderr)

    def test_none_in_the_words_of_a_passing_failure(self):
        # The same words with 503: the fate of the creates stays unknown, their users are parked.
        self.import_over(503, "--clock-rate", harness.FAST, code=1)
        self.assert_rows(read=3, parked=3)

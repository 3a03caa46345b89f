"""Answers that are lost, late or wrong: the outcome is unknown until it was looked up, and a row
that nothing can settle says so."""

import json
import unittest

import faults
from faulty_target import FaultyTarget

USERS = "/user_management/users"
TROUBLE = '{"message":"Internal Server Error"}'


class Answers(faults.Case):
    def import_through(self, fault, code, rows=20):
        """Imports some users, one of them bad@example.com, through a target with a fault."""
        self.sandbox()
        faulty = FaultyTarget(self.target, fault)
        self.addCleanup(faulty.stop)
        text = "email\nbad@example.com\n" + "".join(f"good{n}@example.com\n" for n in range(rows))
        self.wanted = {"users": rows + 1, "organizations": 0, "memberships": 0}
        self.faulty = faulty
        done = self.rehome("import", self.csv(text), "--yes", REHOME_ENDPOINT=faulty.url)
        self.assertEqual(done.code, code, done.stderr)
        told = [row for row in self.row_file("failed")]
        return [(row["email"], row["_outcome"], row["_code"]) for row in told]

    def is_bad(self, method, body):
        return method == "POST" and "bad@example.com" in body

    def test_an_applied_create_whose_answer_is_lost_is_found(self):
        for name, lost in (
            ("hangs-up", FaultyTarget.DROP),
            ("says-500", (500, TROUBLE, FaultyTarget.APPLY)),
        ):
            with self.subTest(name=name):
                self.runs_dir = self.directory / name
                told = self.import_through(
                    lambda method, _, body, times: lost if self.is_bad(method, body) else None, 0
                )
                self.assertEqual(told, [])
                self.assert_whole()
                self.assert_no_write_was_refused()

    def test_a_create_that_was_not_applied_is_sent_again(self):
        failed = []

        def fault(method, path, body, times):
            if self.is_bad(method, body) and not failed:
                failed.append(1)
                return (503, TROUBLE)
            return None

        self.assertEqual(self.import_through(fault, 0), [])
        self.assert_whole()

    def test_a_create_that_never_gets_a_clear_answer_is_parked(self):
        told = self.import_through(
            lambda method, _, body, times: (500, TROUBLE) if self.is_bad(method, body) else None, 1
        )
        self.assertEqual(told, [("bad@example.com", "parked", "outcome_unknown")])
        done = self.rehome("resume", REHOME_ENDPOINT=self.faulty.url)
        self.assertEqual(done.code, 1, done.stderr)

    def test_the_answer_to_another_request_is_not_believed(self):
        other = {"object": "user", "id": "user_01OTHER", "email": "other@example.com"}
        other |= {"created_at": "2026-01-01T00:00:00.000Z", "updated_at": "2026-01-01T00:00:00.000Z"}
        phantom = (201, json.dumps(other), FaultyTarget.APPLY)
        told = self.import_through(
            lambda method, _, body, times: phantom if self.is_bad(method, body) else None, 0
        )
        self.assertEqual(told, [])
        self.assertNotIn("user_01OTHER", (self.run_dir() / "id_map.csv").read_text())
        self.assert_whole()

    def test_wrong_answers_that_repeat_stop_the_run(self):
        phantom = (201, '{"object":"user","id":"user_01OTHER","email":"other@example.com"}')
        told = self.import_through(
            lambda method, *_: phantom if method == "POST" else None, 3, rows=60
        )
        self.assertEqual(told, [])
        self.assertEqual(self.target.counts()["users"], 0)
        self.assertNotIn("user_01OTHER", (self.run_dir() / "id_map.csv").read_text())

    def test_wrong_answers_about_one_row_park_it(self):
        """answer_mismatch needs two creates of one row with a wrong answer, and no third wrong
        answer, which would stop the run."""
        phantom = (201, '{"object":"user","id":"user_01OTHER","email":"other@example.com"}')
        told = self.import_through(
            lambda method, _, body, times: phantom if self.is_bad(method, body) else None, 1
        )
        self.assertEqual(told, [("bad@example.com", "parked", "answer_mismatch")])

    def test_a_look_up_that_fails_parks_the_row_unsent(self):
        # Refused as existing, and then nothing can be looked up: nothing is sent on a guess.
        exists = (400, '{"code":"user_creation_error","message":"x","errors":'
                       '[{"code":"email_not_available","message":"x"}]}')  # fmt: skip

        def fault(method, path, body, times):
            if self.is_bad(method, body):
                return exists
            # Other reads are served: it is not the target that is ill.
            return (500, TROUBLE) if method == "GET" and "bad%40" in path else None

        told = self.import_through(fault, 1)
        self.assertEqual(told, [("bad@example.com", "parked", "outcome_unknown")])

    def test_a_body_that_is_too_large_fails_its_row(self):
        answer = (413, '{"message":"Payload Too Large"}')
        told = self.import_through(
            lambda method, _, body, times: answer if self.is_bad(method, body) else None, 1
        )
        self.assertEqual(told, [("bad@example.com", "failed", "payload_too_large")])

    def test_a_redirect_is_never_followed(self):
        told = self.import_through(lambda *_: (307, "{}"), 4)
        self.assertEqual(told, [])
        self.assertEqual(self.target.counts()["requests"], 0)

    def test_a_key_that_is_revoked_in_mid_run_stops_it_and_a_new_one_goes_on(self):
        sent = []
        valid = []

        def fault(*_):
            sent.append(1)
            refused = len(sent) > 200 and not valid
            return (401, '{"message":"Unauthorized"}') if refused else None

        self.import_through(fault, 4, rows=400)
        self.assertGreater(self.summary()["rows"]["unprocessed"], 100)
        valid.append(1)
        done = self.rehome("resume", REHOME_ENDPOINT=self.faulty.url)
        self.assertEqual(done.code, 0, done.stderr)
        self.assert_whole()
        self.assert_no_write_was_refused()

    def test_an_answer_404_to_a_create_fails_its_row(self):
        answer = (404, '{"message":"Not Found"}')
        told = self.import_through(
            lambda method, _, body, times: answer if self.is_bad(method, body) else None, 1
        )
        self.assertEqual(told, [("bad@example.com", "failed", "request_refused")])

    def test_a_request_that_is_always_limited_stops_the_run(self):
        answer = (429, '{"message":"Too Many Requests"}')
        self.import_through(
            lambda method, _, body, times: answer if self.is_bad(method, body) else None, 3
        )
        self.assertRegex(
            self.summary()["stop_reason"],
            # A second in which the machine had no time is 50 s of the run's clock.
            r"^the target has limited one request for (1[5-9]|[2-5]\d):\d\d \(HTTP 429\); resume "
            r"later, or with a lower --rate$",
        )
        self.assert_rows(read=21, created=20, unprocessed=1)
        done = self.rehome("resume", "--endpoint", self.target.url)
        self.assertEqual(done.code, 2, "another endpoint is another target")


if __name__ == "__main__":
    unittest.main()

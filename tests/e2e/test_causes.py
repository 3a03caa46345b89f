"""The law of exit codes can be broken: over records and summaries that nobody made."""

import unittest

import causes

MISMATCHES = "3 answers were not about what was asked: something between here and the target"
REFUSED = "the target refused the API key (HTTP 401); the key came from X"
FAILING = "the target has been failing for 30 minutes (HTTP 503)"
SILENT = "no connection; the target has not answered anything yet: check --endpoint"


def request(fault="", status=201, ms=0, of="p1-1"):
    return {"request_id": f"r.{of}", "fault": fault, "status": status, "time_ms": ms}


WRONG = [request("other_body"), request("gzip"), request("empty_after", 200)]
KEY_REFUSED = [request("status_401_before", 401)]


class Causes(unittest.TestCase):
    def check(self, code, *requests, reason="", mismatches=0, verification="clean", **rows):
        none = dict.fromkeys(("rejected", "failed", "parked", "unprocessed"), 0)
        summary = {"rows": {**none, **rows}, "stop_reason": reason, "verification": verification}
        causes.check(code, summary, list(requests), mismatches)

    def assert_broken(self, law, *arguments, **more):
        with self.assertRaisesRegex(AssertionError, law):
            self.check(*arguments, **more)

    def test_each_code_with_its_cause(self):
        self.check(0, request(), *WRONG[:2], mismatches=2)
        self.check(1, request(), failed=1)
        self.check(3, *WRONG, reason=MISMATCHES, mismatches=3)
        self.check(3, request(), request(ms=causes.FAILING_MS), reason=FAILING)
        self.check(4, *KEY_REFUSED, reason=REFUSED)
        self.check(4, request(status=0), reason=SILENT)
        self.check(5, request(of="v1-1"), verification="incomplete")

    def test_a_stop_without_its_cause(self):
        law = "a stop without its cause"
        self.assert_broken(law, 3, *WRONG, reason=MISMATCHES, mismatches=2)
        self.assert_broken(law, 3, request(), request(ms=1000), reason=FAILING)
        self.assert_broken(law, 4, request(), reason=REFUSED)
        self.assert_broken(law, 4, *[request()] * 40, reason=SILENT)

    def test_a_stop_for_a_reason_of_another_code_or_of_none(self):
        for code, reason in ((3, ""), (3, REFUSED), (4, MISMATCHES), (4, "of whatever")):
            with self.subTest(code=code, reason=reason):
                self.assert_broken(
                    "no such stop", code, *WRONG, *KEY_REFUSED, reason=reason, mismatches=3
                )

    def test_a_stop_that_did_not_come(self):
        self.assert_broken("did not stop", 0, *WRONG, mismatches=3)
        self.assert_broken("did not stop", 0, *KEY_REFUSED)
        self.assert_broken("did not stop for its reason", 0, reason=FAILING)
        # What hits the verification only stops nothing.
        self.check(5, request("status_401_before", 401, of="v1-1"), verification="incomplete")

    def test_mismatched_answers_that_nobody_gave(self):
        for answer in (request(), request("half_body"), request("html_after", 502),
                       request("gzip", of="v1-1")):  # fmt: skip
            with self.subTest(answer):
                self.assert_broken("1 mismatched answers, 0 in the record", 0, answer, mismatches=1)

    def test_an_end_that_hides_rows_or_a_verdict(self):
        self.assert_broken("1 rows rejected, failed or parked", 0, parked=1)
        self.assert_broken("0 rows rejected, failed or parked", 1)
        self.assert_broken("2 rows unprocessed", 0, unprocessed=2)
        self.assert_broken("verification incomplete", 0, verification="incomplete")
        self.assert_broken("verification findings", 5, verification="findings")


if __name__ == "__main__":
    unittest.main()

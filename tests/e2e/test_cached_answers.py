"""The incident of the 19,052 phantoms: a cache between rehome and the target hands out one answer to
many requests for five seconds. No wrong answer is ever recorded, and three of them stop the run."""

import json
import re
import shutil
import tempfile
import unittest
from pathlib import Path

import causes
import trials

ROWS = 40
INCIDENT = {"ttl_ms": 5000, "ignores_query": True}
SUSPECT = re.escape(
    "3 answers were not about what was asked: something between here and the target (a cache, a "
    "proxy) answers in its place or hands out other requests' answers"
)

# What the cache says of itself, and how the message then says that its answers came.
TRACES = (
    (False, "", r"without a header that tells of one \(Via, Age, "),
    (True, "", r"with Age: \d+"),
    (True, "1.1 proxy-7", r"with Via: 1\.1 proxy-7, Age: \d+"),
)


def incident_csv(rows=ROWS):
    lines = ["email,external_id,first_name,org_external_id,org_name,role_slugs"]
    for row in range(rows):
        lines.append(f"user{row}@example.com,,First{row},org-{row % 3},Organization {row % 3},")
    return "\n".join(lines) + "\n"


def existing(rows=ROWS):
    """The users of the file, so that each is looked up."""
    return [
        {"email": f"user{row}@example.com", "first_name": f"First{row}", "email_verified": True}
        for row in range(rows)
    ]


class CachedAnswers(unittest.TestCase):
    clock_rate = 50
    unique = True

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="rehome-cache-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.text = incident_csv()

    def trial(self, seed=(), **cache):
        trial = trials.Trial(self.directory, unique=self.unique, clock_rate=self.clock_rate)
        self.addCleanup(trial.stop)
        trial.sandbox.seed(users=seed)
        trial.sandbox.faults(cache={**INCIDENT, **cache})
        return trial

    def cached(self, trial):
        return [it for it in trial.sandbox.record() if it.get("fault") == "cached"]

    def stops_and_goes_on(self, trial, came):
        """The third wrong answer stops it and says how it came; without the cache resume finishes
        it."""
        cached = []

        def cache_is_gone(sandbox):
            cached.extend(self.cached(trial))
            trials.assert_ids(trial)
            sandbox.faults()

        codes = trial.import_until_done(self.text, before_resume=cache_is_gone)
        self.assertEqual(codes, [3, 0], trial.stderr)
        self.assertRegex(" ".join(trial.stderr.split()), SUSPECT + "; the last of them came " + came)
        events = (trial.run_dir() / "events.jsonl").read_text().splitlines()
        told = [it for it in map(json.loads, events) if it["type"] == "answer_mismatch"]
        # Those that were under way when the third came are told too.
        self.assertGreaterEqual(len(told), 3)
        for event in told:
            came_with = event["came_with"]
            self.assertRegex(f"with {came_with}" if came_with else "without a header", came[:8])
        self.assertGreaterEqual(len(cached), 3)
        trials.assert_exactly(trial, self.text)
        trials.assert_lawful(trial)

    def test_a_cache_of_reads_stops_the_run(self):
        for tells_age, via, came in TRACES:
            with self.subTest(tells_age=tells_age, via=via):
                trial = self.trial(seed=existing(), tells_age=tells_age, via=via)
                self.stops_and_goes_on(trial, came)

    def test_a_cache_of_reads_and_writes_stops_the_run(self):
        for tells_age, via, came in TRACES:
            with self.subTest(tells_age=tells_age, via=via):
                trial = self.trial(caches_writes=True, tells_age=tells_age, via=via)
                self.stops_and_goes_on(trial, came)

    def test_a_cache_that_heeds_what_requests_say_does_no_harm(self):
        trial = self.trial(seed=existing(), caches_writes=True, honours_control=True)
        self.assertEqual(trial.import_until_done(self.text), [0], trial.stderr)
        self.assertEqual(self.cached(trial), [])
        trials.assert_exactly(trial, self.text)
        trials.assert_lawful(trial)

    def test_a_cached_empty_list_makes_no_inactive_membership_active(self):
        """One list answers for all organizations of a user: the first one's, which is empty."""
        of_ann = range(5)
        trial = trials.Trial(self.directory, unique=self.unique, clock_rate=self.clock_rate)
        self.addCleanup(trial.stop)
        inactive = ("org-2", "org-4")
        # fmt: off
        trial.sandbox.seed(
            users=[{"email": "ann@example.com", "first_name": "Ann", "email_verified": True}],
            organizations=[{"name": f"Organization {n}", "external_id": f"org-{n}"}
                           for n in of_ann],
            memberships=[{"user_email": "ann@example.com", "organization_external_id": it,
                          "status": "inactive"} for it in inactive])
        # fmt: on
        trial.sandbox.faults(cache=INCIDENT)
        rows = [f"ann@example.com,,Ann,org-{n},Organization {n}," for n in of_ann]
        text = "\n".join([incident_csv(0).strip(), *rows]) + "\n"
        # The verification would meet the cache too, and not be able to read everything.
        codes = trial.import_until_done(text, "--no-verify")
        self.assertEqual(codes, [0], trial.stderr)
        self.assertGreaterEqual(len(self.cached(trial)), 1)
        actions = [it["effect"]["action"] for it in trial.sandbox.record() if "effect" in it]
        self.assertNotIn("reactivated", actions)
        status = {it["organization_id"]: it["status"] for it in trial.sandbox.objects("memberships")}
        names = {it["id"]: it["external_id"] for it in trial.sandbox.objects("organizations")}
        found = {names[it]: status for it, status in status.items()}
        self.assertEqual(
            found,
            {f"org-{n}": "inactive" if f"org-{n}" in inactive else "active" for n in of_ann},
        )
        trials.assert_lawful(trial)

    def test_one_wrong_answer_is_waited_out_on_a_fresh_connection(self):
        """Two cached answers are not three: the run goes on and ends well."""
        trial = trials.Trial(self.directory, unique=self.unique, clock_rate=self.clock_rate)
        self.addCleanup(trial.stop)
        trial.sandbox.seed(users=existing())
        trial.sandbox.faults({"kind": "other_body", "on": "lookup", "nth": 5, "times": 2})
        self.assertEqual(trial.import_until_done(self.text), [0], trial.stderr)
        record = [it for it in trial.sandbox.record() if not causes.is_of_verification(it)]
        wrong = [it for it in record if it.get("fault")]
        self.assertEqual([it["fault"] for it in wrong], ["other_body"] * 2)
        for entry in wrong:
            again = next(
                it for it in record if it["seq"] > entry["seq"] and it["path"] == entry["path"])  # fmt: skip
            # By the sandbox's clock, longer than the cache of the incident keeps an answer.
            self.assertGreaterEqual(again["time_ms"] - entry["time_ms"], INCIDENT["ttl_ms"])
            self.assertEqual(again["number_on_connection"], 1, again)
        trials.assert_exactly(trial, self.text)
        trials.assert_lawful(trial)


if __name__ == "__main__":
    unittest.main()

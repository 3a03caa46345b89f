# runs alone
"""Every fault of a target or of the network, on each kind of request: the sandbox holds exactly
what the file says in the end, each object made once, or the run stopped and could be resumed."""

import shutil
import tempfile
import unittest
from pathlib import Path

import causes
import trials

FILE = """email,external_id,first_name,org_external_id,org_name,role_slugs
ann@example.com,x-ann,Ann,org-1,One,admin
ben@example.com,x-ben,Ben,org-2,Two,
ann@example.com,x-ann,Ann,org-2,Two,
cid@example.com,,Cid,org-1,One,
dee@example.com,x-dee,Dee,org-2,Two,
eve@example.com,,Eve,org-1,One,
"""

# These were there before, so that users and memberships are looked up too, not only organizations;
# where duplicates are accepted, nobody says that a user exists, so there only the organization was.
ORGANIZATION = {"organizations": [{"name": "One", "external_id": "org-1"}]}
SEED = {
    **ORGANIZATION,
    "users": [
        {"email": "ben@example.com", "external_id": "x-ben", "first_name": "Ben"},
        {"email": "eve@example.com", "first_name": "Eve", "email_verified": True},
    ],
    "memberships": [{"user_email": "eve@example.com", "organization_external_id": "org-1"}],
}

SUBJECTS = ("organization", "user", "membership", "lookup")
FIRST_TRY = {"times": 1, "per_request": True}
DONE = (0,)
# Answers that are not about the request are counted: the third stops a run, by the record.
THIRD_STOPS = "3 at the third wrong answer, else 0"
KEY_REFUSED = (4,)


def both(kind, exits=DONE, **more):
    """The fault before and after the request is applied."""
    for when in ("before", "after"):
        name = f"{kind} {more.get('status', '')} {when}"
        yield name, exits, {"kind": kind, "when": when, **FIRST_TRY, **more}


# name, exit codes that the first start may end with, the fault
FAULTS = [
    *both("reset"),
    *both("hang"),
    *both("close", reused_connection=True),
    *(fault for status in (500, 502, 503, 504) for fault in both("status", status=status)),
    *both("html", status=502),
    *both("html", status=200, exits=THIRD_STOPS),
    *both("empty", status=200, exits=THIRD_STOPS),
    *both("empty", status=500),
    *both("status", status=401, exits=KEY_REFUSED, per_request=False),
    *both("status", status=403, exits=KEY_REFUSED, per_request=False),
    ("retry-after", DONE, {"kind": "status", "status": 503, "retry_after": "3", **FIRST_TRY}),
    ("half-body", DONE, {"kind": "half_body", **FIRST_TRY}),
    ("too-short", THIRD_STOPS, {"kind": "wrong_length", "length_error": -10, **FIRST_TRY}),
    ("too-long", DONE, {"kind": "wrong_length", "length_error": 10, **FIRST_TRY}),
    ("huge", DONE, {"kind": "huge", **FIRST_TRY}),
    ("gzip", THIRD_STOPS, {"kind": "gzip", **FIRST_TRY}),
    ("other-body", THIRD_STOPS, {"kind": "other_body", **FIRST_TRY}),
]


class Faults(unittest.TestCase):
    clock_rate = 50
    at_once = None
    table = FAULTS

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="rehome-faults-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def whole(self, fault, exits=DONE, unique=True, settings=None, quota=None):
        """Imports the file under a fault, to the end, and checks what the sandbox has. Gives the
        faults that hit the import; what only its verification met shows nothing about it."""
        trial = trials.Trial(self.directory, unique=unique, clock_rate=self.clock_rate)
        try:
            trial.sandbox.seed(**(SEED if unique else ORGANIZATION))
            trial.sandbox.settings(**(settings or {}))
            trial.sandbox.faults(*fault)
            trial.sandbox.quota(**(quota or {"shape": "none"}))
            codes = trial.import_until_done(FILE)
            if exits == THIRD_STOPS:
                wrong = causes.wrong_answers(trial.processes[0])
                exits = (3,) if wrong >= causes.MISMATCHES_THAT_STOP else DONE
            # What hits reads may also keep the verification from reading everything.
            if any(it.get("on") == "lookup" for it in fault) and exits == DONE:
                exits = (*exits, trials.UNVERIFIED)
            assert codes[0] in exits, f"{exits} wanted: {trial.told()}"
            assert codes[-1] == 0, trial.told()
            trials.assert_exactly(trial, FILE)
            trials.assert_lawful(trial)
            return [entry["fault"] for entry in trial.sandbox.record()
                    if entry.get("fault") and not causes.is_of_verification(entry)]  # fmt: skip
        finally:
            trial.stop()

    def hit(self, fault, subject, exits, unique):
        assert self.whole([{**fault, "on": subject}], exits, unique), "the fault hit nothing"

    def test_each_fault_on_each_kind_of_request(self):
        table = []
        for name, exits, fault in self.table:
            for subject in SUBJECTS:
                for unique in (True, False):
                    arguments = (fault, subject, exits, unique)
                    where = f"{name} on {subject}, {'unique' if unique else 'not unique'}"
                    table.append((where, lambda a=arguments: self.hit(*a)))
        trials.run_all(self, table, self.at_once)

    def test_a_read_of_the_past_makes_nothing_twice(self):
        table = []
        for lag in (1, 10, 60):
            for kind in ("reset", "status"):
                # The create is applied and its answer lost; look-ups see the past for a while.
                lost = [{"kind": kind, "when": "after", "on": on, **FIRST_TRY}
                        for on in ("organization", "user", "membership")]  # fmt: skip
                stale = {"kind": "stale", "lag_ms": lag * 1000, "on": "lookup", "times": 0}
                for unique in (True, False):
                    arguments = ([*lost, stale], unique)
                    name = f"{lag} s, {kind}, {'unique' if unique else 'not unique'}"
                    table.append((name, lambda a=arguments: self.past(*a)))
        trials.run_all(self, table, self.at_once)

    def past(self, faults, unique):
        found = self.whole(faults, DONE, unique)
        assert "stale" in found, found
        assert len(found) > found.count("stale"), found

    def test_what_is_too_fresh_to_be_referred_to_is_waited_for(self):
        table = []
        for lag in (1, 5, 30):
            settings = {"reference_lag_ms": lag * 1000}
            table.append((f"{lag} s", lambda it=settings: self.whole([], settings=it)))
        trials.run_all(self, table, self.at_once)

    def test_every_dialect_of_duplicates_is_understood(self):
        table = []
        for status in (400, 409, 422):
            for form in ("both", "code", "message"):
                dialect = {"kind": "dialect", "status": status, "form": form, "times": 0}
                # The first look does not see what is there: the create is refused in the dialect.
                missed = {"kind": "status", "status": 404, "on": "lookup",
                          "target_part": "external_id/org-1"}  # fmt: skip
                faults = [missed, dialect]
                table.append((f"{status}, {form}", lambda it=faults: self.hit_dialect(it)))
        trials.run_all(self, table, self.at_once)

    def hit_dialect(self, faults):
        found = self.whole(faults)
        assert sum(fault.startswith("dialect") for fault in found) >= 3, found

    def test_an_organization_that_is_on_two_pages_is_one(self):
        """The list of a search moves while it is read: the last of a page is the first of the next."""
        trial = trials.Trial(self.directory, clock_rate=self.clock_rate)
        self.addCleanup(trial.stop)
        names = [f"One {n}" for n in range(104)]
        names[99] = "One"  # the last of a page of a hundred
        ids = trial.sandbox.seed(organizations=[{"name": name} for name in names])
        trial.sandbox.faults({"kind": "list_repeat", "times": 0})
        codes = trial.import_until_done(
            "email,org_name\nann@example.com,One\n", "--org-by-name"
        )
        self.assertEqual(codes, [0], trial.stderr)
        self.assertIn("list_repeat", [it.get("fault") for it in trial.sandbox.record()])
        (membership,) = trial.sandbox.objects("memberships")
        self.assertEqual(membership["organization_id"], ids["organizations"][99])

    def test_refusals_of_a_quota_cost_nothing_but_time(self):
        table = []
        for shape in ("fixed", "sliding", "bucket"):
            for retry_after in ("none", "zero", "seconds", "date", "absurd"):
                quota = {"shape": shape, "retry_after": retry_after, "scale": 0.004}
                table.append((f"{shape}, {retry_after}", lambda it=quota: self.limited(it)))
        trials.run_all(self, table, self.at_once)

    def limited(self, quota):
        found = self.whole([], quota=quota)
        assert any(fault.startswith("quota_") for fault in found), found


if __name__ == "__main__":
    unittest.main()

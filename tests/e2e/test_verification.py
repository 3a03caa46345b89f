# runs alone
"""A verification finds every damage and accuses nothing else, whatever the target's lag."""

import unittest

import harness
import verification


class Damages(verification.Trials):
    def test_random_damages_are_found_and_nothing_else(self):
        for lag, seed in ((0, 1), (2, 2), (20, 3), (0, 4), (2, 5), (20, 6)):
            self.trial(lag, seed)


class EachDamage(verification.Case):
    def test_each_kind_of_damage_is_found(self):
        self.imported(rows=60, organizations=30)
        # One whose address is verified, so that the damage is to what the run wrote.
        verified = {user["id"] for user in self.target.objects("users") if user["email_verified"]}
        users = [effect["id"] for effect in self.target.effects("user")]
        users.sort(key=lambda user: user in verified)
        organizations = [effect["id"] for effect in self.target.effects("organization")]
        memberships = [effect["id"] for effect in self.target.effects("membership")]
        wanted = [
            ("user", "drop", ""),
            ("user", "drop_field", "first_name"),
            ("user", "drop_field", "external_id"),
            ("user", "change", "last_name"),
            ("user", "change", "email_verified"),
            ("user", "duplicate", "email"),
            ("user", "duplicate", "external_id"),
            ("organization", "drop", ""),
            ("organization", "change", "name"),
            ("organization", "drop_field", "external_id"),
            ("organization", "duplicate", "external_id"),
            ("membership", "drop", ""),
            ("membership", "move", ""),
            ("membership", "duplicate", ""),
            ("membership", "change", "status"),
        ]
        ids = {"user": users, "organization": organizations, "membership": memberships}
        damages = [
            {"object": thing, "kind": kind, "field": field, "id": ids[thing].pop()}
            for thing, kind, field in wanted
        ]
        done = self.target.damage(*damages)
        self.assertEqual(len(done), len(wanted))
        self.verify(code=5)
        self.assert_found(done)

    def test_what_is_there_besides_is_not_accused(self):
        self.imported(rows=20, organizations=5)
        self.target.seed(users=[{"email": f"stranger{n}@example.com"} for n in range(250)])
        told = self.verify(code=0)
        self.assertEqual(told["state"], "clean")
        self.assertEqual(self.findings(), [])


class Requests(verification.Case):
    def test_a_clean_run_is_read_by_pages(self):
        for lag in (0, 20):
            with self.subTest(lag=lag):
                self.imported(rows=400, organizations=20, lag=lag)
                before = self.target.counts()
                told = self.verify(code=0)
                after = self.target.counts()
                self.assertEqual(told["state"], "clean")
                self.assertEqual((told["users"], told["memberships"]), (400, 400))
                self.assertEqual(after["writes_applied"], before["writes_applied"])
                asked = after["requests"] - before["requests"]
                # 4 pages of users, 1 of organizations, 20 of memberships; and looks at the newest,
                # up to 7 each. A time-out of the fast clock may cost some more.
                self.assertLess(asked, 25 + 21 + 30, told)


class WrongAnswers(verification.Case):
    """Whatever the target's lists and caches do to a clean run, nothing is accused."""

    def assert_hit(self, *faults):
        """Each of them was really done to a request."""
        done = {entry.get("fault", "") for entry in self.target.record()}
        for fault in faults:
            self.assertTrue(any(it.startswith(fault) for it in done), f"{fault}: {done}")

    def test_lists_that_move_and_repeat_accuse_nobody(self):
        self.imported(rows=400, organizations=4)
        # Of users only: a list of one organization would get a member of another.
        users = {"on": "list", "path": "/user_management/users", "times": 0}
        self.target.faults(
            {**users, "kind": "list_skip", "every": 2}, {**users, "kind": "list_repeat"}
        )
        self.assertEqual(self.verify(code=0)["users"], 400)
        self.assertEqual(self.findings(), [])
        self.assert_hit("list_skip", "list_repeat")

    def test_answers_from_the_past_accuse_nobody(self):
        # Slow enough that the past is still another when the verification begins.
        self.clock_rate = 20
        self.imported(rows=200, organizations=10)
        stale = {"kind": "stale", "lag_ms": 60000, "times": 0, "probability": 0.5}
        self.target.faults({**stale, "on": "list"}, {**stale, "on": "lookup"})
        self.assertEqual(self.verify(code=0)["memberships"], 200)
        self.assertEqual(self.findings(), [])
        self.assert_hit("stale")

    def test_one_wrong_body_is_asked_for_again(self):
        for kind in ("other_body", "half_body", "empty", "html"):
            with self.subTest(kind=kind):
                self.imported(rows=20, organizations=2)
                self.target.faults({"kind": kind, "on": "any", "nth": 4})
                self.verify(code=0)
                self.assertEqual(self.findings(), [])
                self.assert_hit(kind)

    def test_a_cache_that_mixes_up_lists_leaves_it_incomplete(self):
        self.imported(rows=200, organizations=20)
        cache = {"ttl_ms": 600000, "tells_age": False, "ignores_query": True, "via": "1.1 proxy-7"}
        self.target.faults(cache=cache)
        told = self.verify(code=5)
        self.assertEqual(told["state"], "incomplete")
        self.assertIn("3 answers were not about what was asked", told["why_incomplete"])
        self.assertIn("the last of them came with Via: 1.1 proxy-7", told["why_incomplete"])
        self.assertEqual(self.findings(), [])

    def test_a_user_who_is_always_answered_wrongly_is_set_aside(self):
        self.imported(rows=20, organizations=2)
        one, other = self.target.objects("users")[3:5]
        damage = {"kind": "change", "object": "user", "field": "first_name"}
        self.target.damage({**damage, "id": one["id"]}, {**damage, "id": other["id"]})
        part = one["email"].replace("@", "%40").replace("+", "%2B")
        self.target.faults({"kind": "other_body", "on": "any", "target_part": part, "times": 0})
        told = self.verify(code=5)
        self.assertEqual((told["state"], told["unanswered"], told["mismatch"], told["users"]),
                         ("incomplete", 1, 1, 19), told)  # fmt: skip
        self.assertEqual(
            self.findings(),
            sorted([("unanswered", "user", one["id"]),
                    ("mismatch", "user", other["id"], "first_name")]),
        )  # fmt: skip
        (row,) = [it for it in self.row_file("verification") if it["_finding"] == "unanswered"]
        self.assertIn("rehome verify asks again", row["_hint"])
        self.assertGreater(told["mismatched_answers"], 2)
        events = (self.run_dir() / "events.jsonl").read_text()
        self.assertEqual(events.count('"type":"answer_mismatch"'), told["mismatched_answers"])
        self.target.faults()
        self.assertEqual(self.verify(code=5)["state"], "findings")

    def test_a_key_that_is_refused_on_the_way_leaves_it_incomplete(self):
        self.imported(rows=20, organizations=2)
        self.target.faults({"kind": "status", "on": "any", "status": 401, "nth": 5, "times": 0})
        told = self.verify(code=5)
        self.assertEqual(told["state"], "incomplete")
        self.assertIn("refused the API key", told["why_incomplete"])
        self.assertEqual(self.findings(), [])


if __name__ == "__main__":
    unittest.main()
